package io.imagenlambda.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.lab.predict.PredictSimulator;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;

/** The lab's services over TLS: nobody gets through by not looking. */
class LabTlsTest {
  private static Path directory;
  private static LabTls tls;

  @BeforeAll
  static void makeCertificate(@TempDir Path given) throws InterruptedException {
    directory = given;
    tls = LabTls.create(directory);
  }

  @Test
  void whoTrustsTheCertificateReachesThePredictApi() throws Exception {
    try (PredictSimulator predict = PredictSimulator.start(0, "key");
        var secure = predict.secure(tls.context());
        HttpClient http = HttpClient.newBuilder().sslContext(tls.trusting()).build()) {
      assertEquals("https", secure.url().getScheme());
      assertEquals(404, status(http, secure.url()));
    }
  }

  @Test
  void whoTrustsTheCertificateReachesS3BesideThePlainOne() throws Exception {
    try (LabS3 s3 =
            LabS3.start(
                directory.resolve("s3"), 0, tls, Duration.ZERO, List.of(), _ -> {}, "images");
        HttpClient http = HttpClient.newBuilder().sslContext(tls.trusting()).build()) {
      s3.client().putObject(r -> r.bucket("images").key("one"), RequestBody.fromString("1"));
      assertEquals(403, status(http, s3.secureEndpoint().resolve("/images/one")));
      assertEquals(403, status(http, s3.endpoint().resolve("/images/one")));
    }
  }

  @Test
  void whoDoesNotIsKeptFromBoth() {
    try (PredictSimulator predict = PredictSimulator.start(0, "key");
        var secure = predict.secure(tls.context());
        LabS3 s3 =
            LabS3.start(directory.resolve("more"), 0, tls, Duration.ZERO, List.of(), _ -> {});
        HttpClient http = HttpClient.newHttpClient()) {
      assertThrows(SSLHandshakeException.class, () -> status(http, secure.url()));
      assertThrows(SSLHandshakeException.class, () -> status(http, s3.secureEndpoint()));
    }
  }

  @Test
  void thePemFileHoldsTheCertificateAndTheTrustStoreNeedsNoPassword() throws Exception {
    KeyStore trusted = trusted();
    try (InputStream in = Files.newInputStream(tls.certificate())) {
      assertEquals(
          trusted.getCertificate("lab"),
          CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    assertTrue(trusted.isCertificateEntry("lab"), "no private key leaves the lab");
  }

  private static int status(HttpClient http, URI url) throws Exception {
    return http.send(HttpRequest.newBuilder(url).build(), BodyHandlers.discarding()).statusCode();
  }

  private static KeyStore trusted() throws Exception {
    KeyStore trusted = KeyStore.getInstance("JKS");
    try (InputStream in = Files.newInputStream(tls.trustStore())) {
      trusted.load(in, null);
    }
    return trusted;
  }
}
