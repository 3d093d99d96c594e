package io.imagenlambda.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabOptions;
import io.imagenlambda.lab.LabTls;
import io.imagenlambda.lab.runtime.Answer;
import io.imagenlambda.lab.runtime.LambdaFunction;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A VPC whose only way out is a proxy, and where a company's own authority signs: it holds for the
 * provider, S3, SQS and Secrets Manager alike. All four speak TLS here.
 */
final class ClosedNetworkIT {
  private static final String SUITE = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";
  private static final String SECRET = "closed";
  private static final String DIRECT = "{\"prompt\":\"p\",\"parameters\":{\"sampleCount\":1}}";
  private static final String TO_THE_QUEUE =
      "{\"requestContext\":{\"http\":{\"method\":\"POST\"}},\"rawPath\":\"/images\","
          + "\"headers\":{\"prefer\":\"respond-async\"},"
          + "\"body\":\"{\\\"prompt\\\":\\\"a pier\\\"}\"}";

  private static LabTls tls;
  private static Lab lab;
  private static TcpProxy sqs;
  private static TcpProxy secrets;

  /** All four services over TLS. */
  private static Map<String, String> services;

  @BeforeAll
  static void startLab(@TempDir Path directory) throws Exception {
    tls = LabTls.create(directory);
    lab = Lab.start(LabOptions.forTests().tls(tls));
    lab.secrets().put(SECRET, Lab.API_KEY);
    sqs = TcpProxy.speakingTls12(service("AWS_ENDPOINT_URL_SQS"), tls, SUITE);
    secrets = TcpProxy.speakingTls12(service("AWS_ENDPOINT_URL_SECRETS_MANAGER"), tls, SUITE);
    services = new HashMap<>(lab.secureEnvironment());
    services.put("AWS_ENDPOINT_URL_SQS", sqs.uri().toString());
    services.put("AWS_ENDPOINT_URL_SECRETS_MANAGER", secrets.uri().toString());
  }

  @AfterAll
  static void stopLab() {
    sqs.close();
    secrets.close();
    lab.close();
  }

  private static URI service(String variable) {
    return URI.create(lab.environment().getOrDefault(variable, ""));
  }

  /** The names are the proxy's to look up: a closed network may know none. */
  @ParameterizedTest
  @ValueSource(strings = {"HTTPS_PROXY", "https_proxy"})
  void everyCallGoesThroughTheProxy(String variable) throws IOException {
    Map<String, String> elsewhere = new HashMap<>(services);
    elsewhere.replaceAll((_, url) -> url.replace("127.0.0.1", "lab.invalid"));
    try (ConnectProxy proxy = ConnectProxy.start()) {
      elsewhere.put(variable, proxy.url());
      try (LambdaFunction function = function(elsewhere)) {
        assertWorks(function);

        elsewhere.remove(variable);
        assertEquals(authorities(elsewhere), new TreeSet<>(proxy.targets()));
      }
    }
  }

  @Test
  void whatNoProxyNamesIsReachedWithoutIt() throws IOException {
    try (ConnectProxy proxy = ConnectProxy.start();
        LambdaFunction function =
            function(Map.of("HTTPS_PROXY", proxy.url(), "NO_PROXY", "169.254.0.1, 127.0.0.1"))) {
      assertWorks(function);

      assertEquals(List.of(), proxy.targets());
    }
  }

  @Test
  void aProxyThatIsNotThereCostsNothing() throws IOException {
    lab.predict().journal().clear();
    String nobody;
    try (ServerSocket closed = new ServerSocket(0)) {
      nobody = "http://127.0.0.1:" + closed.getLocalPort();
    }
    Map<String, String> toTheProviderAlone =
        Map.of(
            "HTTPS_PROXY",
            nobody,
            "AWS_ENDPOINT_URL_S3",
            service("AWS_ENDPOINT_URL_S3").toString(),
            "AWS_ENDPOINT_URL_SECRETS_MANAGER",
            service("AWS_ENDPOINT_URL_SECRETS_MANAGER").toString(),
            "IMAGEN_TIMEOUT",
            "1s");
    try (LambdaFunction function = function(toTheProviderAlone)) {
      Answer answer = function.invoke(DIRECT);

      var error = assertInstanceOf(Answer.FunctionError.class, answer, answer::text);
      assertEquals("ImagenUnavailable", error.errorType());
      assertTrue(error.errorMessage().contains("connect_failed"), error.errorMessage());
      assertEquals(0, lab.predict().journal().calls().size());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "QUARKUS_TLS_TRUST_ALL, true",
    "QUARKUS_REST_CLIENT_VERIFY_HOST, false",
    "TOKAIFY_BASE_URL, http://api.example",
    "AWS_ENDPOINT_URL_S3, http://s3.example",
    "IMAGEN_CA_FILE, /opt/there-is-none.pem"
  })
  void whatWeakensTheFunctionEndsItsStart(String variable, String value) {
    try (LambdaFunction function = lab.functionWith(Map.of(variable, value))) {
      Answer answer = function.invoke(DIRECT);

      assertInstanceOf(Answer.FunctionError.class, answer, answer::text);
      List<String> refusals =
          function.output().lines().stream()
              .filter(line -> line.contains("imagen-lambda cannot start: " + variable))
              .toList();
      assertTrue(!refusals.isEmpty(), () -> String.join("\n", function.output().lines()));
    }
  }

  private static LambdaFunction function(Map<String, String> more) {
    Map<String, String> variables = new HashMap<>(services);
    variables.put("IMAGEN_CA_FILE", tls.certificate().toString());
    variables.put("TOKAIFY_API_KEY", "");
    variables.put("TOKAIFY_API_KEY_SECRET", SECRET);
    variables.putAll(more);
    return lab.functionWith(variables);
  }

  private static void assertWorks(LambdaFunction function) {
    for (String event : List.of(DIRECT, TO_THE_QUEUE)) {
      Answer answer = function.invoke(event);
      assertInstanceOf(Answer.Success.class, answer, answer::text);
      assertTrue(answer.text().contains("\"url\"") || answer.text().contains("202"), answer.text());
    }
  }

  private static Set<String> authorities(Map<String, String> urls) {
    return urls.values().stream()
        .map(url -> URI.create(url).getAuthority())
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
