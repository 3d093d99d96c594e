package io.imagenlambda.openssl;

import java.security.Security;
import org.graalvm.nativeimage.hosted.Feature;

/**
 * Puts the provider before the JDK's own ones while the executable is compiled, which is when an
 * executable's list of them is made.
 */
final class OpenSslFeature implements Feature {
  @Override
  public void afterRegistration(AfterRegistrationAccess access) {
    Security.insertProviderAt(new OpenSslProvider(), 1);
  }
}
