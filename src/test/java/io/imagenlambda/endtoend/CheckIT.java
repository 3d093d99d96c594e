package io.imagenlambda.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabOptions;
import io.imagenlambda.lab.http.LabServer;
import io.imagenlambda.lab.predict.Call;
import io.imagenlambda.lab.runtime.Answer;
import io.imagenlambda.lab.runtime.LambdaFunction;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;

/** Whether the function is set up right, as it finds out itself, without paying. */
final class CheckIT extends LabCase {
  private static final String CHECK = "{\"check\":true}";
  private static final String IMAGEN = "imagen-4.0-generate-001";
  private static final String GEMINI = "gemini-nano-banana-2.1";

  CheckIT() {
    super(LabOptions.forTests());
    lab.s3()
        .putObject(
            put -> put.bucket(Lab.SCHEDULE_BUCKET).key(Lab.SCHEDULE_KEY),
            RequestBody.fromString("{\"prompt\":\"a pier\"}"));
  }

  /** Every call of every test was refused, so none was charged. */
  @AfterEach
  void nothingWasPaidForAndNothingWasMade() {
    List<Call> calls = lab.predict().journal().calls();
    assertTrue(calls.stream().allMatch(call -> call.status() >= 400), calls::toString);
    assertEquals(List.of(), lab.predict().journal().imagesServed());
    assertTrue(
        lab.s3().listObjectsV2(list -> list.bucket(Lab.OUTPUT_BUCKET)).contents().stream()
            .allMatch(object -> object.key().equals("images/_check/setup.json")));
    assertEquals(
        List.of(),
        lab.sqs()
            .receiveMessage(receive -> receive.queueUrl(lab.queueUrl("requests").toString()))
            .messages());
  }

  private static JsonPath check(LambdaFunction function) {
    Answer answer = function.invoke(CHECK);
    return JsonPath.from(assertInstanceOf(Answer.Success.class, answer, answer::text).text());
  }

  private JsonPath checkWith(Map<String, String> variables) {
    try (LambdaFunction function = lab.functionWith(variables)) {
      return check(function);
    }
  }

  /** Each finding as {@code what=ok}. */
  private static List<String> findings(JsonPath answer) {
    return answer.<Map<String, Object>>getList("checks").stream()
        .map(finding -> "%s=%s".formatted(finding.get("what"), finding.get("ok")))
        .toList();
  }

  private static String message(JsonPath answer, String what) {
    String message = answer.getString("checks.find { it.what == '%s' }.message".formatted(what));
    assertEquals(1, message.lines().count(), message);
    return message;
  }

  private static void assertSays(JsonPath answer, String what, String... parts) {
    String message = message(answer, what);
    for (String part : parts) {
      assertTrue(message.contains(part), () -> "\"%s\" is not in: %s".formatted(part, message));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {IMAGEN, GEMINI})
  void whatIsRightIsSaidOnBothWires(String model) {
    JsonPath answer = checkWith(Map.of("IMAGEN_MODEL", model));

    assertEquals(
        List.of(
            "base URL=true",
            "key=true",
            "model=true",
            "bucket=true",
            "queue=true",
            "schedule=true"),
        findings(answer),
        answer::prettify);
    assertTrue(answer.getBoolean("ok"));
    assertSays(answer, "base URL", lab.predict().url().toString(), "TOKAIFY_BASE_URL");
    assertSays(answer, "key", "TOKAIFY_API_KEY");
    assertSays(answer, "model", model, "IMAGEN_MODEL");
    assertSays(answer, "bucket", "s3://images/images/", "OUTPUT_BUCKET");
    assertSays(answer, "queue", lab.queueUrl("requests").toString(), "QUEUE_URL");
    assertSays(answer, "schedule", "s3://schedules/scheduled.jsonl", "IMAGEN_SCHEDULE_REQUESTS");
  }

  @Test
  void theCheckLeavesOneLineInTheLog() throws InterruptedException {
    try (LambdaFunction function = lab.functionWith(Map.of("IMAGEN_MODEL", "imagen-9"))) {
      check(function);

      function
          .output()
          .awaitLine(line -> line.contains("check: wrong: model"), Duration.ofSeconds(30));
      assertEquals(
          1, function.output().lines().stream().filter(line -> line.contains("check:")).count());
    }
  }

  @Test
  void aKeyThatIsRefusedIsNamedByItsSettingAndNotShown() {
    JsonPath answer = checkWith(Map.of("TOKAIFY_API_KEY", "sk-of-another-service"));

    assertEquals(
        List.of(
            "base URL=true",
            "key=false",
            "model=null",
            "bucket=true",
            "queue=true",
            "schedule=true"),
        findings(answer),
        answer::prettify);
    assertFalse(answer.getBoolean("ok"));
    assertSays(answer, "key", "TOKAIFY_API_KEY", "HTTP 401", "Invalid token");
    assertFalse(answer.prettify().contains("sk-of-another-service"));
  }

  @Test
  void aKeyThatCannotBeReadIsSaidWithItsSecret() {
    lab.secrets().put("forbidden", "sk-behind-a-wall");
    lab.secrets().deny("forbidden");

    JsonPath answer =
        checkWith(Map.of("TOKAIFY_API_KEY", "", "TOKAIFY_API_KEY_SECRET", "forbidden"));

    assertEquals(
        List.of("base URL=true", "key=false", "model=null"), findings(answer).subList(0, 3));
    assertSays(answer, "key", "forbidden", "not authorized", "TOKAIFY_API_KEY_SECRET");
  }

  @Test
  void theSecretIsReadAnewForEachCheck() {
    lab.secrets().put("changing", Lab.API_KEY);
    try (LambdaFunction function =
        lab.functionWith(Map.of("TOKAIFY_API_KEY", "", "TOKAIFY_API_KEY_SECRET", "changing"))) {
      assertEquals("key=true", findings(check(function)).get(1));

      lab.secrets().put("changing", "sk-of-tomorrow");

      assertEquals("key=false", findings(check(function)).get(1));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"imagen-9", "gemini-9"})
  void aModelThatIsNotThereIsNamedWithOneThatIs(String model) {
    JsonPath answer =
        checkWith(Map.of("IMAGEN_MODEL", model, "IMAGEN_FALLBACK_MODELS", GEMINI + ",imagen-8"));

    assertEquals(
        List.of(
            "base URL=true",
            "key=true",
            "model=false",
            "fallback model=true",
            "fallback model=false"),
        findings(answer).subList(0, 5),
        answer::prettify);
    assertSays(answer, "model", model, "IMAGEN_MODEL", "such as gemini-nano-banana-2.1");
    assertSays(answer, "fallback model", GEMINI, "IMAGEN_FALLBACK_MODELS");
  }

  /** As new-api answers, which has no {@code :predict}, and as a server without any such route. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "500 | {\"error\":{\"message\":\"contents is required (request id: 1)\","
            + "\"type\":\"new_api_error\",\"param\":\"\",\"code\":\"invalid_request\"}} | true",
        "404 | {\"detail\":\"Not Found\"} | null",
        "405 | Method Not Allowed | null",
      })
  void aWireThatIsNotServedIsSaid(int status, String body, String baseUrl) {
    try (LabServer relay = server(status, body)) {
      JsonPath answer = checkWith(Map.of("TOKAIFY_BASE_URL", relay.url().toString()));

      assertEquals(
          List.of("base URL=" + baseUrl, "key=null", "model=false"),
          findings(answer).subList(0, 3),
          answer::prettify);
      assertSays(answer, "model", IMAGEN, "IMAGEN_MODEL");
    }
  }

  @Test
  void aServerThatRefusesEverythingAlikeProvesNothing() {
    String body = "{\"error\":{\"code\":400,\"message\":\"bad\",\"status\":\"INVALID_ARGUMENT\"}}";
    try (LabServer relay = server(400, body)) {
      JsonPath answer = checkWith(Map.of("TOKAIFY_BASE_URL", relay.url().toString()));

      assertEquals(
          List.of("base URL=null", "key=null", "model=null"),
          findings(answer).subList(0, 3),
          answer::prettify);
      assertTrue(answer.getBoolean("ok"));
    }
  }

  private static LabServer server(int status, String body) {
    return LabServer.start(
        "relay",
        0,
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          LabServer.answer(exchange, status, "application/json", body.getBytes(UTF_8));
        });
  }

  @Test
  void aBaseUrlWhereNobodyIsIsNamed() throws IOException {
    int nobody;
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = closed.getLocalPort();
    }
    String url = "http://127.0.0.1:" + nobody;

    JsonPath answer = checkWith(Map.of("TOKAIFY_BASE_URL", url));

    assertEquals(
        List.of("base URL=false", "key=null", "model=null"), findings(answer).subList(0, 3));
    assertSays(answer, "base URL", url, "TOKAIFY_BASE_URL", "Connection refused");
  }

  @Test
  void aBucketThatIsNotThereIsNamed() {
    JsonPath answer = checkWith(Map.of("OUTPUT_BUCKET", "nobodys-bucket"));

    assertEquals("bucket=false", findings(answer).get(3), answer::prettify);
    assertFalse(answer.getBoolean("ok"));
    assertSays(answer, "bucket", "s3://nobodys-bucket/images/", "OUTPUT_BUCKET", "NoSuchBucket");
  }

  @Test
  void aQueueThatIsNotThereIsNamed() {
    String url = lab.queueUrl("requests") + "-of-nobody";

    JsonPath answer = checkWith(Map.of("QUEUE_URL", url));

    assertEquals("queue=false", findings(answer).get(4), answer::prettify);
    assertSays(answer, "queue", url, "QUEUE_URL", "does not exist");
  }

  @Test
  void whatIsNotSetIsNotWrong() {
    JsonPath answer = checkWith(Map.of("QUEUE_URL", "", "IMAGEN_SCHEDULE_REQUESTS", ""));

    assertEquals(
        List.of("base URL=true", "key=true", "model=true", "bucket=true", "queue=null"),
        findings(answer),
        answer::prettify);
    assertTrue(answer.getBoolean("ok"));
    assertSays(answer, "queue", "QUEUE_URL is not set");
  }

  @Test
  void aScheduleWithoutRequestsMayBeSwitchedOff() {
    JsonPath answer = checkWith(Map.of("IMAGEN_SCHEDULE_REQUESTS", "s3://schedules/missing.jsonl"));

    assertEquals("schedule=null", findings(answer).getLast(), answer::prettify);
    assertSays(answer, "schedule", "s3://schedules/missing.jsonl", "is not there");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"check\":false}",
        "{\"check\":\"true\"}",
        "{\"check\":null}",
        "{\"check\":true,\"prompt\":\"a lighthouse\"}"
      })
  void aCheckStandsAlone(String event) {
    Answer answer = lab.function().invoke(event);

    var error = assertInstanceOf(Answer.FunctionError.class, answer, answer::text);
    assertEquals("InvalidRequest", error.errorType());
    assertEquals(
        "check must be true and stand alone, {\"check\":true}: it makes no images",
        error.errorMessage());
    assertEquals(0, calls());
  }

  @Test
  void overHttpItIsNoRequest() {
    Answer answer =
        lab.function()
            .invoke(
                """
                {"version":"2.0","rawPath":"/images","requestContext":{"requestId":"r","stage":"$default",
                 "http":{"method":"POST","path":"/images"}},"body":"{\\"check\\":true}"}
                """);

    assertTrue(answer.text().contains("\"statusCode\":400"), answer.text());
    assertTrue(answer.text().contains("check is not a field of a request"), answer.text());
  }
}
