package io.imagenlambda.openssl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.security.NoSuchAlgorithmException;
import javax.crypto.Cipher;
import org.junit.jupiter.api.Test;

/** On a JVM; what is different in the executable is in ExecutableIT and TlsIT. */
final class OpenSslProviderTest {
  @Test
  void whereThereIsNoOpenSslTheJdkGoesOnToItsOwnAesGcm() {
    OpenSslProvider provider = new OpenSslProvider();

    assertThrows(
        NoSuchAlgorithmException.class, () -> Cipher.getInstance("AES/GCM/NoPadding", provider));
  }

  @Test
  void whereThereIsNoOpenSslSha256IsTheJdks() {
    assertEquals("SUN", Sha256.fastest().getProvider().getName());
  }
}
