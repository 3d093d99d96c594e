package io.imagenlambda.provider;

import static io.imagenlambda.provider.FakeUpstream.answer;
import static io.imagenlambda.request.Outcome.ACCOUNT;
import static io.imagenlambda.request.Outcome.REJECTED;
import static io.imagenlambda.request.Outcome.UNAVAILABLE;
import static io.imagenlambda.request.Outcome.UNKNOWN;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.imagenlambda.provider.ProviderAnswer.Answered;
import io.imagenlambda.provider.ProviderAnswer.Failed;
import io.imagenlambda.request.Outcome;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.time.Year;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors whose status says one thing and whose words another, as relays and Google send them. */
@QuarkusTest
class ErrorWordsTest extends UpstreamCase {
  private static final Duration WITHIN = Duration.ofSeconds(30);

  private static String relay(String code, String message) {
    ObjectNode error = JsonNodeFactory.instance.objectNode();
    error
        .putObject("error")
        .put("message", message)
        .put("type", "upstream_error")
        .put("code", code);
    return error.toString();
  }

  private static String google(int code, String status, String message) {
    return google(code, status, message, JsonNodeFactory.instance.objectNode());
  }

  private static String google(int code, String status, String message, ObjectNode detail) {
    ObjectNode error = JsonNodeFactory.instance.objectNode();
    error
        .putObject("error")
        .put("code", code)
        .put("message", message)
        .put("status", status)
        .putArray("details")
        .add(detail);
    return error.toString();
  }

  private static ObjectNode quota(String id) {
    ObjectNode failure = JsonNodeFactory.instance.objectNode();
    failure
        .put("@type", "type.googleapis.com/google.rpc.QuotaFailure")
        .putArray("violations")
        .addObject()
        .put("quotaId", id);
    return failure;
  }

  static Stream<Arguments> errors() {
    return Stream.of(
        // the wrong wire
        arguments(500, relay("invalid_request", "contents is required"), ACCOUNT),
        arguments(404, "{\"detail\":\"Not Found\"}", ACCOUNT),
        arguments(
            400,
            google(
                400,
                "FAILED_PRECONDITION",
                "Gemini cannot be accessed through Vertex Predict/RawPredict API"),
            ACCOUNT),
        arguments(
            400,
            google(400, "INVALID_ARGUMENT", "imagen-9 is not supported for predict."),
            ACCOUNT),
        // a model that is not there
        arguments(
            404, google(404, "NOT_FOUND", "models/x is not found for API version v1beta"), ACCOUNT),
        arguments(404, google(404, "NOT_FOUND", "The model x is no longer available."), ACCOUNT),
        arguments(
            404,
            google(404, "NOT_FOUND", "x was not found or your project does not have access to it."),
            ACCOUNT),
        arguments(400, relay("", "Invalid model name passed in model=x"), ACCOUNT),
        arguments(503, relay("", "No available channel for model x under group default"), ACCOUNT),
        // billing and quotas
        arguments(
            400, google(400, "INVALID_ARGUMENT", "Billing must be enabled to use this."), ACCOUNT),
        arguments(
            400,
            google(400, "INVALID_ARGUMENT", "Imagen API is only accessible to billed users."),
            ACCOUNT),
        arguments(
            429,
            google(429, "RESOURCE_EXHAUSTED", "Quota exceeded for metric: requests, limit: 0"),
            ACCOUNT),
        arguments(
            429,
            google(
                429,
                "RESOURCE_EXHAUSTED",
                "You exceeded your current quota",
                quota("GenerateRequestsPerDayPerProjectPerModel")),
            ACCOUNT),
        arguments(
            429,
            google(
                429,
                "RESOURCE_EXHAUSTED",
                "You exceeded your current quota",
                quota("GenerateRequestsPerMinutePerProjectPerModel")),
            UNAVAILABLE),
        arguments(
            429,
            google(429, "RESOURCE_EXHAUSTED", "Quota exceeded, limit: 0.7 a second"),
            UNAVAILABLE),
        arguments(
            503,
            google(
                503,
                "UNAVAILABLE",
                "No capacity",
                JsonNodeFactory.instance.objectNode().put("reason", "MODEL_CAPACITY_EXHAUSTED")),
            UNAVAILABLE),
        // the image was being made
        arguments(
            500,
            google(500, "INTERNAL", "Deadline expired before operation could complete."),
            UNKNOWN),
        arguments(500, relay("", "Response payload is not completed"), UNKNOWN),
        arguments(502, relay("", "stream error: stream ID 3; INTERNAL_ERROR"), UNKNOWN),
        arguments(500, relay("", "read tcp 10.0.0.1:443: unexpected EOF"), UNKNOWN),
        // what is certain to have been worked on stays so, whatever it says
        arguments(504, relay("", "the model is no longer available"), UNKNOWN),
        arguments(500, relay("do_request_failed", "no available channel"), UNKNOWN),
        arguments(500, relay("500", "upstream error: do request failed"), UNAVAILABLE),
        // masked: nothing but the status
        arguments(
            503, relay("", "upstream temporarily unavailable, please retry later"), UNAVAILABLE),
        arguments(400, relay("", "upstream rejected the request"), REJECTED));
  }

  @ParameterizedTest
  @MethodSource("errors")
  void theWordsDecideWhoIsAtFault(int status, String body, Outcome outcome) {
    Failed failed = failure(status, body);
    assertEquals(outcome, failed.failure().outcome(), failed.failure().message());
  }

  @Test
  void theMessageSaysWhatToSetWhereTheModelOrTheRouteIsNotThere() {
    String wire =
        failure(500, relay("invalid_request", "contents is required")).failure().message();
    assertTrue(wire.contains("TOKAIFY_BASE_URL"), wire);
    assertTrue(wire.contains("IMAGEN_MODEL"), wire);
    String route = failure(404, "{\"detail\":\"Not Found\"}").failure().message();
    assertTrue(route.contains("TOKAIFY_BASE_URL"), route);
    String model = failure(503, relay("", "no available channel")).failure().message();
    assertTrue(model.contains("IMAGEN_MODEL"), model);
  }

  @ParameterizedTest
  @ValueSource(strings = {"moderation_blocked", "content_policy_violation"})
  void aModeratorsCodeIsAVerdictOfTheFilter(String code) {
    upstream.will(answer(400, relay(code, "Your request was rejected by our safety system.")));
    Answered answered = assertInstanceOf(Answered.class, call(WITHIN, sink));
    assertEquals(
        List.of("Your request was rejected by our safety system."), answered.filteredReasons());
  }

  // LiteLLM quotes the provider's whole error.

  private static String quoting(String inner, String code) {
    return relay(
        code, "litellm.SomeError: GeminiException - " + inner + "\n\nLiteLLM: model group failed");
  }

  @Test
  void theErrorThatARelayQuotesIsTheOneThatCounts() {
    String overloaded = google(503, "UNAVAILABLE", "The model is overloaded.");
    Failed failed = failure(500, quoting(overloaded, "500"));
    assertEquals(UNAVAILABLE, failed.failure().outcome());
    assertEquals("UNAVAILABLE", failed.failure().code());
    assertEquals(500, failed.failure().httpStatus());
    assertEquals("HTTP 500 Said So: The model is overloaded.", failed.failure().message());
  }

  @Test
  void theWaitThatAQuotedErrorAsksForIsToldOn() {
    ObjectNode retry = JsonNodeFactory.instance.objectNode().put("retryDelay", "34.4s");
    String pace = google(429, "RESOURCE_EXHAUSTED", "Slow down", retry);
    Failed failed = failure(429, quoting(pace, "429"));
    assertEquals(Optional.of(Duration.ofMillis(34_400)), failed.retryAfter());
  }

  @Test
  void aKeyThatIsRefusedBehindTheRelayIsTheAccounts() {
    ObjectNode reason = JsonNodeFactory.instance.objectNode().put("reason", "API_KEY_INVALID");
    String refused = google(400, "INVALID_ARGUMENT", "API key not valid.", reason);
    assertEquals(ACCOUNT, failure(500, quoting(refused, "500")).failure().outcome());
  }

  @Test
  void anErrorInPythonsBytesIsReadToo() {
    String inner = "b'{\\n  \"error\": {\\n    \"code\": 400, \"message\": \"it\\'s no\"}}'";
    Failed failed = failure(503, quoting(inner, ""));
    assertEquals(REJECTED, failed.failure().outcome());
    assertEquals("HTTP 503 Said So: it's no", failed.failure().message());
  }

  @Test
  void anErrorThatIsQuotedWithoutItsEndIsAnOrdinaryMessage() {
    Failed failed = failure(503, quoting("{\"error\": {\"code\": 400, ", ""));
    assertEquals(UNAVAILABLE, failed.failure().outcome());
  }

  @Test
  void aRelaysOwnTimeoutIsNotUndoneByWhatItQuotes() {
    String overloaded = google(503, "UNAVAILABLE", "The model is overloaded.");
    assertEquals(UNKNOWN, failure(504, quoting(overloaded, "504")).failure().outcome());
  }

  // Retry-After

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Sun, 06 Nov 2095 08:49:37 GMT",
        "Sunday, 06-Nov-%s 08:49:37 GMT",
        "Sun Nov  6 08:49:37 2095"
      })
  void aDateMayHaveAnyOfItsThreeForms(String form) {
    String nextYear = "" + (Year.now(ZoneOffset.UTC).getValue() + 1) % 100;
    Failed failed = failure(429, "", "Retry-After: " + form.formatted(nextYear));
    assertTrue(failed.retryAfter().orElseThrow().isPositive(), "" + failed.retryAfter());
  }

  @Test
  void secondsMayHaveAFraction() {
    assertEquals(
        Optional.of(Duration.ofMillis(2500)), failure(429, "", "Retry-After: 2.5").retryAfter());
  }

  // An error beside images

  @Test
  void anErrorBesideImagesIsWhatIsMissing() {
    String error = relay("insufficient_user_quota", "User quota is not enough");
    String images = new String(Recorded.bytes("two-images.json"), UTF_8).strip();
    upstream.will(answer(200, error.substring(0, error.length() - 1) + "," + images.substring(1)));
    Answered answered = assertInstanceOf(Answered.class, call(WITHIN, sink));
    assertEquals(2, answered.images());
    assertEquals("insufficient_user_quota", requireNonNull(answered.shortfall()).code());
  }
}
