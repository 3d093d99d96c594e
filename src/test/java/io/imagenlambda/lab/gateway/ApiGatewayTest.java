package io.imagenlambda.lab.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.imagenlambda.lab.http.LabServer;
import io.imagenlambda.lab.runtime.FakeFunction;
import io.imagenlambda.lab.runtime.LambdaFunction;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(Lifecycle.PER_CLASS)
class ApiGatewayTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private LambdaFunction function;
  private ApiGateway gateway;

  @BeforeAll
  void start(@TempDir Path tmp) {
    function =
        new LambdaFunction(
            FakeFunction.program("runs"), Map.of(), Duration.ofSeconds(30), 2, tmp, line -> {});
    gateway =
        ApiGateway.start(
            0,
            function,
            Duration.ofSeconds(30),
            List.of(),
            exchange -> LabServer.answer(exchange, 200, "text/plain", "the lab"));
  }

  @AfterAll
  void stop() {
    http.close();
    gateway.close();
    function.close();
  }

  @Test
  void theEventHasTheShapeOfPayloadFormatTwo() throws Exception {
    HttpResponse<String> response =
        send(
            request("/images?size=2K&tag=a&tag=b%20c")
                .header("Content-Type", "application/json; charset=utf-8")
                .header("X-Two", "one")
                .header("X-Two", "two")
                .header("Cookie", "a=1; b=2")
                .header("User-Agent", "test")
                .POST(BodyPublishers.ofString("{\"prompt\":\"é\"}")));
    JsonNode event = JSON.readTree(response.body());
    assertEquals("2.0", event.at("/version").asText());
    assertEquals("$default", event.at("/routeKey").asText());
    assertEquals("/images", event.at("/rawPath").asText());
    assertEquals("size=2K&tag=a&tag=b%20c", event.at("/rawQueryString").asText());
    assertEquals("a,b c", event.at("/queryStringParameters/tag").asText());
    assertEquals("one,two", event.at("/headers/x-two").asText());
    assertEquals("[\"a=1\",\"b=2\"]", event.at("/cookies").toString());
    assertTrue(event.at("/headers/cookie").isMissingNode());
    assertEquals("{\"prompt\":\"é\"}", event.at("/body").asText());
    assertFalse(event.at("/isBase64Encoded").asBoolean());
    JsonNode context = event.at("/requestContext");
    assertEquals("POST", context.at("/http/method").asText());
    assertEquals("/images", context.at("/http/path").asText());
    assertEquals("HTTP/1.1", context.at("/http/protocol").asText());
    assertEquals("127.0.0.1", context.at("/http/sourceIp").asText());
    assertEquals("test", context.at("/http/userAgent").asText());
    assertEquals("$default", context.at("/stage").asText());
    for (String field :
        List.of("accountId", "apiId", "domainName", "domainPrefix", "requestId", "time")) {
      assertTrue(context.path(field).isTextual(), field);
    }
    assertTrue(context.path("timeEpoch").isIntegralNumber());
  }

  @ParameterizedTest
  @CsvSource({
    "application/x-www-form-urlencoded, true",
    "image/png, true",
    "text/plain;charset=utf-8, false",
    "application/problem+json, false",
  })
  void aBodyIsBase64UnlessItsTypeIsText(String type, boolean base64) throws Exception {
    JsonNode event =
        JSON.readTree(
            send(request("/images")
                    .header("Content-Type", type)
                    .POST(BodyPublishers.ofString("{}")))
                .body());
    assertEquals(base64, event.path("isBase64Encoded").asBoolean());
    assertEquals(base64 ? "e30=" : "{}", event.path("body").asText());
  }

  @Test
  void theFunctionsStatusHeadersCookiesAndBodyArriveAsHttp() throws Exception {
    HttpResponse<String> response =
        answered(
            """
            {"answer":{"statusCode":202,"headers":{"location":"/images/a","x-count":3},\
            "multiValueHeaders":{"x-many":["1","2"]},"cookies":["a=1"],\
            "body":"aMOp","isBase64Encoded":true}}\
            """);
    assertEquals(202, response.statusCode());
    assertEquals("/images/a", response.headers().firstValue("Location").orElseThrow());
    assertEquals("3", response.headers().firstValue("X-Count").orElseThrow());
    assertEquals(2, response.headers().allValues("x-many").size());
    assertEquals("a=1", response.headers().firstValue("Set-Cookie").orElseThrow());
    assertEquals("hé", response.body());
  }

  @Test
  void aDocumentWithoutAStatusIsAGoodAnswer() throws Exception {
    HttpResponse<String> response = answered("{\"answer\":{\"status\":\"succeeded\"}}");
    assertEquals(200, response.statusCode());
    assertEquals("application/json", response.headers().firstValue("Content-Type").orElseThrow());
    assertEquals("{\"status\":\"succeeded\"}", response.body());
  }

  @Test
  void aFunctionErrorIsAnInternalServerErrorWithoutDetails() throws Exception {
    HttpResponse<String> response = answered("\"fail\"");
    assertEquals(500, response.statusCode());
    assertEquals("{\"message\":\"Internal Server Error\"}", response.body());
  }

  @Test
  void anAnswerThatIsLateIsServiceUnavailable() throws Exception {
    try (ApiGateway impatient =
        ApiGateway.start(0, function, Duration.ofMillis(200), List.of(), exchange -> {})) {
      HttpResponse<String> response =
          http.send(
              HttpRequest.newBuilder(impatient.url().resolve("/images"))
                  .header("X-Event", "\"hang\"")
                  .build(),
              BodyHandlers.ofString());
      assertEquals(503, response.statusCode());
      assertEquals("{\"message\":\"Service Unavailable\"}", response.body());
    }
    function.kill();
  }

  @Test
  void aBodyAboveSixMegabytesIsRefusedWithoutTheFunction() throws Exception {
    HttpResponse<String> response =
        send(request("/images").POST(BodyPublishers.ofByteArray(new byte[7 << 20])));
    assertEquals(413, response.statusCode());
    assertEquals(
        "application/problem+json", response.headers().firstValue("Content-Type").orElseThrow());
    assertEquals(413, JSON.readTree(response.body()).path("status").asInt());
  }

  @Test
  void theLabsOwnPagesDoNotReachTheFunction() throws Exception {
    assertEquals("the lab", send(request("/")).body());
    assertEquals("the lab", send(request("/lab/anything")).body());
  }

  /** The stand-in obeys its event; so the event is what it is to answer. */
  private HttpResponse<String> answered(String event) throws Exception {
    return send(request("/images").header("X-Event", event.strip()));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(gateway.url() + path));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return http.send(request.build(), BodyHandlers.ofString());
  }
}
