package io.imagenlambda.settings;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Certificate authorities that are trusted beside the JDK's own, which an executable has from the
 * JDK that built it.
 *
 * @param file in PEM
 * @param authorities the certificates in it, one or more
 */
public record CaFile(Path file, List<Certificate> authorities) {
  /**
   * Reads the file.
   *
   * @throws IllegalArgumentException if it cannot be read, or holds anything else, or nothing
   */
  static CaFile read(String path) {
    Path file = Path.of(path);
    try (InputStream in = Files.newInputStream(file)) {
      List<Certificate> authorities =
          List.copyOf(CertificateFactory.getInstance("X.509").generateCertificates(in));
      if (authorities.isEmpty()) {
        throw new IllegalArgumentException(path);
      }
      return new CaFile(file, authorities);
    } catch (IOException | CertificateException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** The JDK's authorities and these. It is a JKS, which is written and read without a cipher. */
  public KeyStore trustStore() {
    try {
      List<Certificate> trusted = new ArrayList<>(authorities);
      for (TrustManager builtIn : trustManagers(null)) {
        if (builtIn instanceof X509TrustManager x509) {
          trusted.addAll(List.of(x509.getAcceptedIssuers()));
        }
      }
      KeyStore store = KeyStore.getInstance("JKS");
      store.load(null, null);
      for (Certificate each : trusted) {
        store.setCertificateEntry(Integer.toString(store.size()), each);
      }
      return store;
    } catch (IOException | GeneralSecurityException e) {
      throw unusable(e);
    }
  }

  /** TLS sockets that trust them. */
  public SSLSocketFactory sockets() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trustManagers(trustStore()), null);
      return context.getSocketFactory();
    } catch (GeneralSecurityException e) {
      throw unusable(e);
    }
  }

  /** Those of a store, or the JDK's own. */
  private static TrustManager[] trustManagers(@Nullable KeyStore store)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static IllegalStateException unusable(Exception e) {
    return new IllegalStateException("every JDK has X.509, JKS and TLS", e);
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
