package io.imagenlambda.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.imagenlambda.lab.LabTls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.cert.Certificate;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CaFileTest {
  @TempDir private static Path directory;
  private static String one = "";
  private static String other = "";

  @BeforeAll
  static void makeCertificates() throws Exception {
    one = Files.readString(LabTls.create(directory.resolve("one")).certificate());
    other = Files.readString(LabTls.create(directory.resolve("other")).certificate());
  }

  @Test
  void everyCertificateOfTheFileIsTrustedBesideThoseOfTheJdk() throws Exception {
    CaFile file = read("# ours\n" + one + "# theirs\n" + other);

    assertEquals(2, file.authorities().size());
    Set<Certificate> expected = new HashSet<>(file.authorities());
    expected.addAll(builtIn());
    assertEquals(expected, certificates(file.trustStore()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n"})
  void aFileWithoutACertificateIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> read(text));
  }

  @Test
  void whatIsNoCertificateIsRefusedBesideOne() {
    String key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
    assertThrows(IllegalArgumentException.class, () -> read(one + key));
  }

  @Test
  void aDirectoryIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> CaFile.read(directory.toString()));
  }

  private static CaFile read(String text) throws IOException {
    return CaFile.read(Files.writeString(directory.resolve("ca.pem"), text).toString());
  }

  private static List<? extends Certificate> builtIn() throws Exception {
    TrustManagerFactory jdk =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    jdk.init((KeyStore) null);
    return List.of(((X509TrustManager) jdk.getTrustManagers()[0]).getAcceptedIssuers());
  }

  private static Set<Certificate> certificates(KeyStore store) throws KeyStoreException {
    Set<Certificate> all = new HashSet<>();
    for (String alias : Collections.list(store.aliases())) {
      all.add(store.getCertificate(alias));
    }
    return all;
  }
}
