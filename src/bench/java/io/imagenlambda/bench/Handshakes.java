package io.imagenlambda.bench;

import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabTls;
import io.imagenlambda.lab.http.LabException;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * Makes TLS connections to the lab's servers until they take them as fast as servers do that have
 * been up for long, as S3 and the predict API are. A JVM is slow at what it has done a few times
 * only; every program's cold start would pay for that, the more connections it makes the more.
 */
final class Handshakes {
  private static final int EACH = 1000;

  private Handshakes() {}

  static void warmUp(Lab lab, LabTls tls) {
    List<URI> servers =
        lab.secureEnvironment().values().stream().map(URI::create).distinct().toList();
    try {
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(KeyStore.getInstance(tls.trustStore().toFile(), (char[]) null));
      for (int n = 0; n < EACH; n++) {
        for (URI server : servers) {
          shake(server, trust);
        }
      }
    } catch (IOException | GeneralSecurityException e) {
      throw new LabException("no TLS connection to the lab: " + e, e);
    }
  }

  /** With a context of its own, which knows no earlier session that could go on. */
  private static void shake(URI server, TrustManagerFactory trust)
      throws IOException, GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    try (SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket(server.getHost(), server.getPort())) {
      socket.startHandshake();
    }
  }
}
