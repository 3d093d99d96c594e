package io.imagenlambda.bench;

import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabTls;
import io.imagenlambda.lab.http.LabException;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * Makes TLS connections to the lab's servers until they take them as fast as servers do that have
 * been up for long, as S3 and the predict API are. A JVM is slow at what it has done a few times
 * only; every program's cold start would pay for that, the more connections it makes the more.
 */
final class Handshakes {
  private static final int EACH = 1000;

  private Handshakes() {}

  static void warmUp(Lab lab, LabTls tls) {
    List<URI> servers = lab.secureEnvironment().values().stream().map(URI::create).toList();
    for (int n = 0; n < EACH; n++) {
      for (URI server : servers) {
        shake(server, tls.trusting());
      }
    }
  }

  private static void shake(URI server, SSLContext fresh) {
    try (SSLSocket socket =
        (SSLSocket) fresh.getSocketFactory().createSocket(server.getHost(), server.getPort())) {
      socket.startHandshake();
    } catch (IOException e) {
      throw new LabException("no TLS connection to the lab: " + e, e);
    }
  }
}
