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
 * Warms up the lab's TLS servers with many handshakes. The real S3 and predict API are always warm,
 * but a JVM is slow at what it has done only a few times. Without this, each cold start would pay
 * for the lab, and a program with more connections would pay more.
 */
final class TlsWarmUp {
  private static final int CONNECTIONS_EACH = 1000;

  private TlsWarmUp() {}

  static void run(Lab lab, LabTls tls) {
    List<URI> servers = lab.secureEnvironment().values().stream().map(URI::create).toList();
    for (int n = 0; n < CONNECTIONS_EACH; n++) {
      for (URI server : servers) {
        connect(server, tls.trusting());
      }
    }
  }

  private static void connect(URI server, SSLContext fresh) {
    try (SSLSocket socket =
        (SSLSocket) fresh.getSocketFactory().createSocket(server.getHost(), server.getPort())) {
      socket.startHandshake();
    } catch (IOException e) {
      throw new LabException("no TLS connection to the lab: " + e, e);
    }
  }
}
