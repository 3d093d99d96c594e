package io.imagenlambda.lab;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.imagenlambda.lab.http.LabException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.Objects;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A self-signed certificate for the loopback address, and for a name that no DNS knows. Only
 * programs that are configured to trust it do so. It is made when the lab starts.
 *
 * @param keyStore the private key and its certificate, for the servers
 * @param trustStore the certificate alone, for Java programs. It is a JKS that is read without a
 *     password, because decrypting a PKCS #12 costs some milliseconds that a function does not pay
 *     in production
 * @param certificate the certificate in PEM, for all other programs
 */
public record LabTls(Path keyStore, Path trustStore, Path certificate) {
  static final String PASSWORD = "lab-password";

  private static final String ALIAS = "lab";

  /** Makes the three files in the directory. */
  public static LabTls create(Path directory) throws InterruptedException {
    LabTls tls =
        new LabTls(
            directory.resolve("lab.p12"),
            directory.resolve("lab-trust.jks"),
            directory.resolve("lab.pem"));
    try {
      Files.createDirectories(directory);
      Files.deleteIfExists(tls.keyStore);
      makeKey(tls.keyStore);
      tls.writeCertificate();
    } catch (IOException | GeneralSecurityException e) {
      throw new LabException("the lab's certificate cannot be made: " + e, e);
    }
    return tls;
  }

  private static void makeKey(Path keyStore) throws IOException, InterruptedException {
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                ALIAS,
                "-keyalg",
                "RSA", // as S3's own
                "-keysize",
                "2048",
                "-dname",
                "CN=imagen-lambda lab",
                "-ext",
                "san=ip:127.0.0.1,dns:localhost,dns:lab.invalid",
                "-ext",
                "bc:critical=ca:true",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                keyStore.toString(),
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .start();
    String output = new String(keytool.getInputStream().readAllBytes(), US_ASCII);
    if (keytool.waitFor() != 0) {
      throw new IOException("keytool: " + output.strip());
    }
  }

  private void writeCertificate() throws IOException, GeneralSecurityException {
    Certificate own = Objects.requireNonNull(keys().getCertificate(ALIAS));
    KeyStore trusted = KeyStore.getInstance("JKS");
    trusted.load(null, null);
    trusted.setCertificateEntry(ALIAS, own);
    try (OutputStream out = Files.newOutputStream(trustStore)) {
      trusted.store(out, PASSWORD.toCharArray());
    }
    Base64.Encoder lines = Base64.getMimeEncoder(64, new byte[] {'\n'});
    Files.writeString(
        certificate,
        "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n"
            .formatted(lines.encodeToString(own.getEncoded())));
  }

  private KeyStore keys() throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keyStore)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    return keys;
  }

  /** The argument that makes a Java program or the executable trust this certificate. */
  public String javaArgument() {
    return "-Djavax.net.ssl.trustStore=" + trustStore;
  }

  /** The TLS context of a server. */
  public SSLContext context() {
    try {
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(keys(), PASSWORD.toCharArray());
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new LabException("the lab's certificate cannot be used: " + e, e);
    }
  }

  /**
   * The TLS context of a client that trusts only this certificate. A new one resumes no session.
   */
  public SSLContext trusting() {
    try {
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(KeyStore.getInstance(trustStore.toFile(), (char[]) null));
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new LabException("the lab's certificate cannot be trusted: " + e, e);
    }
  }
}
