package io.imagenlambda.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabOptions;
import io.imagenlambda.lab.LabTls;
import io.imagenlambda.lab.runtime.Answer;
import io.imagenlambda.lab.runtime.LambdaFunction;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both legs over TLS, as in production; whom to trust is a setting, in the executable too. */
final class TlsIT {
  private static final String REQUEST = "{\"prompt\":\"p\",\"parameters\":{\"sampleCount\":2}}";

  /**
   * Head and certificates take a few thousand bytes, an image of the lab about a hundred thousand.
   */
  private static final long IN_THE_FIRST_IMAGE = 50_000;

  private static LabTls tls;
  private static Lab lab;

  /** The services over TLS, and whom to trust. */
  private static Map<String, String> secure;

  @BeforeAll
  static void startLab(@TempDir Path directory) throws InterruptedException {
    tls = LabTls.create(directory);
    lab = Lab.start(LabOptions.forTests().tls(tls));
    secure = new HashMap<>(lab.secureEnvironment());
    secure.put("IMAGEN_CA_FILE", tls.certificate().toString());
  }

  @AfterAll
  static void stopLab() {
    lab.close();
  }

  @Test
  void imagesTravelOverTlsWhereTheCertificateIsTrusted() {
    try (LambdaFunction function = lab.functionWith(secure)) {
      Answer answer = function.invoke(REQUEST);
      assertInstanceOf(Answer.Success.class, answer, answer.text());
      assertTrue(answer.text().contains("\"url\":\"https://127.0.0.1:"), answer.text());
    }
  }

  /** Their keys have 128 and 256 bits; what TLS 1.3 takes is up to the two programs. */
  @ParameterizedTest
  @ValueSource(
      strings = {"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"})
  void imagesTravelOverTls12Too(String suite) throws IOException {
    URI server = URI.create(lab.environment().get("TOKAIFY_BASE_URL"));
    try (TcpProxy proxy = TcpProxy.speakingTls12(server, tls, suite)) {
      lab.predict().journal().clear();
      try (LambdaFunction function = functionBehind(proxy)) {
        Answer answer = function.invoke(REQUEST);

        assertInstanceOf(Answer.Success.class, answer, answer.text());
        assertEquals(
            lab.predict().journal().imagesServed(),
            JsonPath.from(answer.text()).getList("images.sha256"));
      }
    }
  }

  @Test
  void anAnswerThatWasTamperedWithOnItsWayIsNotUsed() throws IOException {
    URI server = URI.create(secure.get("TOKAIFY_BASE_URL"));
    try (TcpProxy proxy = TcpProxy.tampering(server, IN_THE_FIRST_IMAGE)) {
      try (LambdaFunction function = functionBehind(proxy)) {
        Answer answer = function.invoke(REQUEST);

        assertInstanceOf(Answer.Success.class, answer, answer.text());
        JsonPath result = JsonPath.from(answer.text());
        assertEquals("failed", result.getString("status"), answer.text());
        assertEquals("unknown", result.getString("error.outcome"), answer.text());
        assertEquals("connection_cut", result.getString("error.code"), answer.text());
        assertEquals(List.of(), result.getList("images"), answer.text());
      }
    }
  }

  @Test
  void aPredictApiThatIsNotTrustedIsNeverSentTheKey() {
    assertRefused("TOKAIFY_BASE_URL");
  }

  @Test
  void anS3ThatIsNotTrustedStopsTheRequestBeforeAnythingIsPaidFor() {
    assertRefused("AWS_ENDPOINT_URL_S3");
  }

  /** With the predict API behind a proxy. */
  private static LambdaFunction functionBehind(TcpProxy proxy) {
    Map<String, String> variables = new HashMap<>(secure);
    variables.put("TOKAIFY_BASE_URL", proxy.uri().toString());
    return lab.functionWith(variables);
  }

  /** Without the authority, and with that one service over TLS. */
  private static void assertRefused(String variable) {
    lab.predict().journal().clear();
    try (LambdaFunction function =
        lab.functionWith(Map.of(variable, secure.getOrDefault(variable, "")))) {
      Answer answer = function.invoke(REQUEST);
      assertInstanceOf(Answer.FunctionError.class, answer, answer.text());
      assertEquals(0, lab.predict().journal().calls().size());
    }
  }
}
