package io.imagenlambda.provider;

import static io.imagenlambda.provider.FakeUpstream.answer;
import static io.imagenlambda.request.Outcome.ACCOUNT;
import static io.imagenlambda.request.Outcome.REJECTED;
import static io.imagenlambda.request.Outcome.UNAVAILABLE;
import static io.imagenlambda.request.Outcome.UNKNOWN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.imagenlambda.provider.ProviderAnswer.Failed;
import io.imagenlambda.request.Outcome;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every error, through the real REST client: which of the four outcomes, and what is told. */
@QuarkusTest
class ErrorsTest extends UpstreamCase {
  private static final Duration WITHIN = Duration.ofSeconds(30);
  private static final String RELAY_ID = "20261122100000123456789abcdefgh";

  static Stream<Arguments> errors() {
    return Stream.of(
        arguments(429, "google-429-array.json", UNAVAILABLE, "RESOURCE_EXHAUSTED"),
        arguments(400, "google-400.json", REJECTED, "INVALID_ARGUMENT"),
        arguments(400, "google-400-key.json", ACCOUNT, "API_KEY_INVALID"),
        arguments(403, "google-403.json", ACCOUNT, "PERMISSION_DENIED"),
        arguments(404, "google-404.json", ACCOUNT, "NOT_FOUND"),
        arguments(500, "google-500.json", UNAVAILABLE, "INTERNAL"),
        arguments(503, "google-503.json", UNAVAILABLE, "UNAVAILABLE"),
        arguments(504, "google-504.json", UNKNOWN, "DEADLINE_EXCEEDED"),
        arguments(403, "relay-403-quota.json", ACCOUNT, "insufficient_user_quota"),
        arguments(429, "relay-403-quota.json", ACCOUNT, "insufficient_user_quota"),
        arguments(401, "relay-401.json", ACCOUNT, "401"),
        arguments(500, "relay-500-invalid.json", REJECTED, "invalid_request"),
        arguments(500, "relay-500-price.json", ACCOUNT, "model_price_error"),
        arguments(500, "relay-500-lost.json", UNKNOWN, "read_response_body_failed"),
        arguments(500, "relay-500-timeout.json", UNKNOWN, "500"),
        arguments(500, "relay-500-numeric.json", UNAVAILABLE, "500"),
        arguments(400, "relay-400-key.json", ACCOUNT, "INVALID_ARGUMENT"),
        arguments(503, "relay-503-model.json", ACCOUNT, "model_not_found"),
        arguments(429, "relay-429.json", UNAVAILABLE, "429"),
        arguments(502, "nginx-502.html", UNAVAILABLE, "502"),
        arguments(524, "cloudflare-524.html", UNKNOWN, "524"),
        arguments(200, "error-in-200.json", ACCOUNT, "insufficient_user_quota"),
        arguments(200, "nginx-502.html", UNKNOWN, "malformed_answer"),
        arguments(200, "nothing", UNKNOWN, "connection_cut"),
        arguments(301, "nothing", ACCOUNT, "301"),
        arguments(307, "nothing", ACCOUNT, "307"),
        arguments(402, "nothing", ACCOUNT, "402"),
        arguments(408, "nothing", UNKNOWN, "408"),
        arguments(413, "nginx-502.html", REJECTED, "413"),
        arguments(422, "nothing", REJECTED, "422"),
        arguments(429, "nothing", UNAVAILABLE, "429"),
        arguments(500, "nothing", UNAVAILABLE, "500"),
        arguments(501, "nothing", UNKNOWN, "501"),
        arguments(503, "nothing", UNAVAILABLE, "503"),
        arguments(504, "nginx-502.html", UNKNOWN, "504"),
        arguments(520, "nothing", UNKNOWN, "520"),
        arguments(522, "nothing", UNAVAILABLE, "522"));
  }

  @ParameterizedTest
  @MethodSource("errors")
  void everyErrorIsOneOfFourOutcomes(int status, String recorded, Outcome outcome, String code) {
    byte[] body = recorded.equals("nothing") ? new byte[0] : Recorded.bytes(recorded);
    Failed failure = failure(answer(status, body));
    assertEquals(outcome, failure.failure().outcome(), failure.failure().message());
    assertEquals(code, failure.failure().code());
    assertEquals(1, failure.attempts());
    assertEquals(0, failure.images());
    assertEquals(1, upstream.requests().size());
  }

  private Failed failure(FakeUpstream.Script script) {
    upstream.will(script);
    return failure(WITHIN);
  }

  @Test
  void theRelaysRequestIdIsTakenOutOfTheMessage() {
    Failed failure =
        failure(answer(403, Recorded.bytes("relay-403-quota.json"), "X-Request-Id: other"));
    assertEquals(RELAY_ID, failure.failure().providerRequestId());
    assertEquals(
        "HTTP 403 Said So: User quota is not enough, remaining quota: $0.01",
        failure.failure().message());
  }

  @Test
  void withoutOneInTheMessageTheRequestIdComesFromTheHeaders() {
    byte[] body = Recorded.bytes("google-400.json");
    assertEquals("g-1", failure(answer(400, body, "X-Goog-Request-Id: g-1")).providerRequestId());
    assertNull(failure(answer(400, body)).providerRequestId());
  }

  @Test
  void aPageOfHtmlIsToldByItsTitle() {
    assertEquals(
        "HTTP 502 Bad Gateway, from a proxy",
        failure(answer(502, Recorded.bytes("nginx-502.html"))).failure().message());
  }

  @ParameterizedTest
  @ValueSource(ints = {300, 301, 302, 303, 307, 308})
  void aRedirectIsNotFollowedWithTheKey(int status) throws IOException {
    try (FakeUpstream other = new FakeUpstream()) {
      other.will(answer(200, "{}"));
      String location = other.url() + "/other";
      Failed failure = failure(answer(status, "", "Location: " + location));
      assertEquals(ACCOUNT, failure.failure().outcome());
      assertTrue(failure.failure().message().contains(location), failure.failure().message());
      assertEquals(1, upstream.requests().size());
      assertEquals(List.of(), other.requests());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 400})
  void aCodeThatIsASentenceIsNoCode(int status) {
    String body = "{\"error\":{\"code\":\"A red square? No.\",\"message\":\"no\"}}";
    assertEquals("" + status, failure(answer(status, body)).failure().code());
  }

  @Test
  void theKeyIsNeverRepeated() {
    Failed failure =
        failure(answer(401, "{\"error\":\"Incorrect key: " + FakeUpstreamResource.KEY + "\"}"));
    assertEquals("HTTP 401 Said So: Incorrect key: ***", failure.failure().message());
    assertFalse(failure.toString().contains(FakeUpstreamResource.KEY));
  }

  @Test
  void retryAfterIsToldWhereTheWaitDoesNotFitTheDeadline() {
    Failed failure = failure(answer(429, "", "Retry-After: 7"));
    assertEquals(Optional.of(Duration.ofSeconds(7)), failure.retryAfter());
  }

  @Test
  void theLongerOfRetryAfterAndRetryInfoCounts() {
    byte[] body = Recorded.bytes("google-429.json");
    assertEquals(
        Optional.of(Duration.ofSeconds(30)),
        failure(answer(429, body, "Retry-After: 30")).retryAfter());
  }

  @Test
  void aRetryAfterDateThatIsPastMeansNow() {
    Failed failure = failure(answer(503, "", "Retry-After: Wed, 21 Oct 2015 07:28:00 GMT"));
    assertEquals(Optional.of(Duration.ZERO), failure.retryAfter());
  }

  @Test
  void anErrorWithoutEndIsReadNoFurtherThanItSaysSomething() throws InterruptedException {
    Failed failure =
        failure(connection -> {
          connection.send(FakeUpstream.head(400, 100_000_000));
          connection.send("x".repeat(200_000));
          connection.awaitClose();
        });
    assertEquals(REJECTED, failure.failure().outcome());
    assertTrue(failure.failure().message().length() < 1100);
    assertTrue(upstream.lastConnection().closedByClient());
  }

  @Test
  void anErrorWhoseBodyIsCutStillHasItsStatus() {
    Failed failure =
        failure(connection -> {
          connection.send(FakeUpstream.head(403, 1000));
          connection.send("{\"error\":{\"message\":\"no");
        });
    assertEquals(ACCOUNT, failure.failure().outcome());
  }

  @Test
  void anAnswerInAnEncodingThatWeDoNotReadIsUnknown() {
    Failed failure = failure(answer(200, "brotli", "Content-Encoding: br"));
    assertEquals(UNKNOWN, failure.failure().outcome());
    assertEquals("the answer is encoded as br", failure.failure().message());
  }
}
