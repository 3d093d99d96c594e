package io.imagenlambda.openssl;

import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * OpenSSL's AES-GCM for whoever asks the JDK for it, which is TLS. Where there is none, the JDK
 * goes on to its own provider.
 */
final class OpenSslProvider extends Provider {
  private static final long serialVersionUID = 1;

  OpenSslProvider() {
    super("ImagenOpenSSL", "1", "AES-GCM of the host's OpenSSL");
    putService(new AesGcmService(this));
  }

  private static final class AesGcmService extends Service {
    private AesGcmService(Provider provider) {
      super(
          provider,
          "Cipher",
          "AES/GCM/NoPadding",
          AesGcm.class.getName(),
          List.of(),
          Map.of("SupportedKeyFormats", "RAW"));
    }

    @Override
    public Object newInstance(@Nullable Object parameter) throws NoSuchAlgorithmException {
      EvpAesGcm openSsl = EvpAesGcm.find();
      if (openSsl == null) {
        throw new NoSuchAlgorithmException("there is no OpenSSL 3 on this host");
      }
      return new AesGcm(openSsl);
    }
  }
}
