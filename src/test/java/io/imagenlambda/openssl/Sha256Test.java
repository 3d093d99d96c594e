package io.imagenlambda.openssl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** On a JVM; what is different in the executable is in ExecutableIT. */
final class Sha256Test {
  @Test
  void whereThereIsNoOpenSslSha256IsTheJdks() {
    assertEquals("SUN", Sha256.fastest().getProvider().getName());
  }
}
