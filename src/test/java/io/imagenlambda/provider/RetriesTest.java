package io.imagenlambda.provider;

import static io.imagenlambda.provider.FakeUpstream.answer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.imagenlambda.aws.Secrets;
import io.imagenlambda.provider.ProviderAnswer.Failed;
import io.imagenlambda.provider.imagen.PredictWire;
import io.imagenlambda.provider.net.AnswerBuffers;
import io.imagenlambda.request.Outcome;
import io.imagenlambda.settings.Settings;
import io.imagenlambda.settings.TestSettings;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What may be tried again, how often, when, and with which key. */
@QuarkusTest
@NullUnmarked
class RetriesTest extends UpstreamCase {
  private static final Duration WITHIN = Duration.ofSeconds(20);
  private static final FakeUpstream.Script IMAGES = answer(200, Recorded.bytes("two-images.json"));

  @Inject PredictWire wire;
  @Inject Vertx vertx;
  @Inject AnswerBuffers buffers;
  @Inject ObjectMapper mapper;

  @Test
  void theWaitThatGoogleAsksForIsKept() {
    upstream.will(answer(429, Recorded.bytes("google-429.json")));
    Failed failure = failure(WITHIN);
    Duration wait = provider.waitAfter(REQUEST, failure, 1, WITHIN).orElseThrow();
    assertTrue(wait.toMillis() >= 50 && wait.toMillis() <= 55, "" + wait);
  }

  @Test
  void fiveCallsAreEnough() {
    upstream.will(answer(503, ""));
    Failed failure = failure(WITHIN);
    assertTrue(provider.waitAfter(REQUEST, failure, 4, WITHIN).isPresent());
    assertTrue(provider.waitAfter(REQUEST, failure, 5, WITHIN).isEmpty());
  }

  @Test
  void aCallThatMayHaveBeenChargedIsTheLast() {
    upstream.will(FakeUpstream.Connection::reset);
    assertTrue(provider.waitAfter(REQUEST, failure(WITHIN), 1, WITHIN).isEmpty());
  }

  @Test
  void anotherCallWantsTheTimeThatCallsHaveTakenHereOncePaid() {
    Provider measured = withSettings(TestSettings.of(), name -> "");
    upstream.will(answer(503, "", "Retry-After: 5"), IMAGES);
    Failed failure = assertInstanceOf(Failed.class, Calls.make(measured, REQUEST, WITHIN, sink));
    Duration left = Duration.ofSeconds(9);
    assertTrue(measured.waitAfter(REQUEST, failure, 1, left).isEmpty(), "half of it, after 5 s");

    var _ = Calls.make(measured, REQUEST, WITHIN, sink); // in milliseconds
    assertTrue(measured.waitAfter(REQUEST, failure, 1, left).isPresent());
  }

  @Test
  @Timeout(60) // a minute where it waits for the deadline, a second where for its own
  void oneAttemptTakesNoLongerThanItsOwnTimeout() {
    upstream.will(FakeUpstream.Connection::awaitClose);
    Provider impatient = withSettings(TestSettings.of("IMAGEN_TIMEOUT", "1s"), name -> "");
    Failed failure =
        assertInstanceOf(Failed.class, Calls.make(impatient, REQUEST, Duration.ofHours(1), sink));
    assertEquals("timeout", failure.failure().code());
  }

  @Test
  void aRefusedKeyIsReadAgainAndAChangedOneIsTriedAtOnce() {
    upstream.will(answer(401, Recorded.bytes("relay-401.json")), IMAGES);
    Provider rotated = withSecret("old-key", "{\"apiKey\":\"new-key\"}");
    Failed refused = assertInstanceOf(Failed.class, Calls.make(rotated, REQUEST, WITHIN, sink));
    assertEquals(Optional.of(Duration.ZERO), rotated.waitAfter(REQUEST, refused, 1, WITHIN));
    assertEquals(2, Calls.make(rotated, REQUEST, WITHIN, sink).images());
    assertEquals(
        List.of("Bearer old-key", "Bearer new-key"),
        upstream.requests().stream().map(sent -> sent.headers().get("authorization")).toList());
  }

  @Test
  void aRefusedKeyThatIsStillTheSameIsNotTriedAgain() {
    upstream.will(answer(403, ""), IMAGES);
    Provider unchanged = withSecret("old-key", "old-key");
    Failed refused = assertInstanceOf(Failed.class, Calls.make(unchanged, REQUEST, WITHIN, sink));
    assertEquals(Outcome.ACCOUNT, refused.failure().outcome());
    assertTrue(unchanged.waitAfter(REQUEST, refused, 1, WITHIN).isEmpty());
  }

  @Test
  void withoutAKeyNothingIsSentAndTheSecretIsNamed() {
    upstream.will(IMAGES);
    Provider keyless = withSecret();
    Failed failure = assertInstanceOf(Failed.class, Calls.make(keyless, REQUEST, WITHIN, sink));
    assertEquals(Outcome.ACCOUNT, failure.failure().outcome());
    assertEquals("api_key", failure.failure().code());
    assertEquals(
        "the API key cannot be read from secret imagen/key: nobody may read it",
        failure.failure().message());
    assertEquals(0, failure.attempts());
    assertTrue(upstream.requests().isEmpty());
    assertTrue(keyless.waitAfter(REQUEST, failure, 0, WITHIN).isEmpty());
  }

  private Provider withSecret(String... values) {
    Queue<String> next = new ArrayDeque<>(List.of(values));
    Secrets reader =
        name -> {
          if (next.isEmpty()) {
            throw new IllegalStateException("nobody may read it");
          }
          return next.remove();
        };
    return withSettings(ApiKeyTest.withSecret("imagen/key"), reader);
  }

  private Provider withSettings(Settings settings, Secrets secrets) {
    return Calls.provider(settings, wire, vertx, buffers, mapper, secrets).make(Provider.class);
  }
}
