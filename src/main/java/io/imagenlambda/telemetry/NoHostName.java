package io.imagenlambda.telemetry;

import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;
import java.net.InetAddress;

/**
 * For the executable: the log would ask for the host's address at each start, and a name server
 * too, where the host's own name is in no file of it. No line of the log has a host's name.
 */
@TargetClass(className = "io.smallrye.common.net.HostName")
final class NoHostName {
  private NoHostName() {}

  @Substitute
  static InetAddress getLocalHost() {
    return InetAddress.getLoopbackAddress();
  }
}
