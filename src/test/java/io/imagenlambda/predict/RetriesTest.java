package io.imagenlambda.predict;

import static io.imagenlambda.predict.FakeUpstream.answer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.imagenlambda.settings.Settings;
import io.imagenlambda.settings.TestSettings;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** What is tried again, how often, when, and with which key. */
@QuarkusTest
@QuarkusTestResource(FakeUpstreamResource.class)
@NullUnmarked
class RetriesTest {
  private static final Duration WITHIN = Duration.ofSeconds(20);
  private static final PredictRequest REQUEST =
      new PredictRequest("imagen", "A red square", Map.of());
  // Asks to wait for 50 ms.
  private static final FakeUpstream.Script BUSY = answer(429, Recorded.bytes("google-429.json"));
  private static final FakeUpstream.Script IMAGES = answer(200, Recorded.bytes("two-images.json"));

  @Inject Predictions predictions;
  @Inject Upstream calls;
  @Inject Retries retries;
  @Inject ObjectMapper mapper;
  FakeUpstream upstream;
  private final CollectingSink sink = new CollectingSink();

  @Test
  void whatIsUnavailableIsTriedAgainAfterTheWaitThatGoogleAsksFor() {
    upstream.will(BUSY, BUSY, IMAGES);
    long start = System.nanoTime();
    PredictAnswer answer = predictions.predict(REQUEST, WITHIN, sink);
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    assertEquals(3, answer.attempts());
    assertEquals(2, answer.images());
    assertEquals(3, upstream.requests().size());
    assertTrue(took.toMillis() >= 100 && took.toMillis() < 1400, "" + took);
  }

  @Test
  void fiveAttemptsAreEnough() {
    upstream.will(BUSY, BUSY, BUSY, BUSY, BUSY, IMAGES);
    PredictFailure failure =
        assertThrows(PredictFailure.class, () -> predictions.predict(REQUEST, WITHIN, sink));
    assertEquals(Outcome.UNAVAILABLE, failure.outcome());
    assertEquals(5, failure.attempts());
    assertEquals(5, upstream.requests().size());
    assertEquals(Optional.of(Duration.ofMillis(50)), failure.retryAfter());
  }

  @Test
  void aRetryThatTurnsOutUnknownIsTheLast() {
    upstream.will(BUSY, FakeUpstream.Connection::reset, IMAGES);
    PredictFailure failure =
        assertThrows(PredictFailure.class, () -> predictions.predict(REQUEST, WITHIN, sink));
    assertEquals(Outcome.UNKNOWN, failure.outcome());
    assertEquals(2, failure.attempts());
    assertEquals(2, upstream.requests().size());
  }

  @Test
  void aWaitThatDoesNotFitTheDeadlineFailsAtOnce() {
    upstream.will(answer(503, "", "Retry-After: 15"), IMAGES);
    long start = System.nanoTime();
    PredictFailure failure =
        assertThrows(PredictFailure.class, () -> predictions.predict(REQUEST, WITHIN, sink));
    assertTrue(System.nanoTime() - start < 1_000_000_000L);
    assertEquals(Optional.of(Duration.ofSeconds(15)), failure.retryAfter());
    assertEquals(1, failure.attempts());
  }

  @Test
  void oneAttemptTakesNoLongerThanItsOwnTimeout() {
    upstream.will(FakeUpstream.Connection::awaitClose);
    Settings settings = TestSettings.of("IMAGEN_TIMEOUT", "1s");
    ApiKey key = new ApiKey(settings, name -> "", mapper);
    Predictions impatient = new Predictions(calls, key, retries, settings, mapper);
    long start = System.nanoTime();
    PredictFailure failure =
        assertThrows(PredictFailure.class, () -> impatient.predict(REQUEST, WITHIN, sink));
    assertTrue(System.nanoTime() - start < 3_000_000_000L);
    assertEquals("timeout", failure.code());
  }

  @Test
  void aRefusedKeyIsReadAgainAndAChangedOneIsTried() {
    upstream.will(answer(401, Recorded.bytes("relay-401.json")), IMAGES);
    PredictAnswer answer =
        withSecret("old-key", "{\"apiKey\":\"new-key\"}").predict(REQUEST, WITHIN, sink);
    assertEquals(2, answer.attempts());
    assertEquals(
        List.of("Bearer old-key", "Bearer new-key"),
        upstream.requests().stream().map(sent -> sent.headers().get("authorization")).toList());
  }

  @Test
  void aRefusedKeyThatIsStillTheSameIsNotTriedAgain() {
    upstream.will(answer(403, ""), IMAGES);
    Predictions unchanged = withSecret("old-key", "old-key");
    PredictFailure failure =
        assertThrows(PredictFailure.class, () -> unchanged.predict(REQUEST, WITHIN, sink));
    assertEquals(Outcome.ACCOUNT, failure.outcome());
    assertEquals(1, failure.attempts());
  }

  @Test
  void withoutAKeyNothingIsSentAndTheSecretIsNamed() {
    upstream.will(IMAGES);
    Predictions keyless = withSecret();
    PredictFailure failure =
        assertThrows(PredictFailure.class, () -> keyless.predict(REQUEST, WITHIN, sink));
    assertEquals(Outcome.ACCOUNT, failure.outcome());
    assertEquals("api_key", failure.code());
    assertEquals(
        "the API key cannot be read from secret imagen/key: nobody may read it",
        failure.getMessage());
    assertEquals(0, failure.attempts());
    assertTrue(upstream.requests().isEmpty());
  }

  @Test
  void anInterruptedWaitEndsTheCallAsItsLastAttemptDid() {
    upstream.will(answer(503, "", "Retry-After: 5"), IMAGES);
    Logger log = Logger.getLogger(Retries.class.getName());
    Handler interrupting = new InterruptingHandler();
    log.addHandler(interrupting); // the wait is logged by the thread that is about to wait
    try {
      PredictFailure failure =
          assertThrows(PredictFailure.class, () -> predictions.predict(REQUEST, WITHIN, sink));
      assertEquals(Outcome.UNAVAILABLE, failure.outcome());
      assertEquals(1, failure.attempts());
      assertEquals(1, upstream.requests().size());
      assertTrue(Thread.interrupted(), "the thread stays interrupted");
    } finally {
      log.removeHandler(interrupting);
    }
  }

  private static final class InterruptingHandler extends Handler {
    @Override
    public void publish(LogRecord line) {
      Thread.currentThread().interrupt();
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  private Predictions withSecret(String... values) {
    Queue<String> next = new ArrayDeque<>(List.of(values));
    SecretReader reader =
        name -> {
          if (next.isEmpty()) {
            throw new IllegalStateException("nobody may read it");
          }
          return next.remove();
        };
    Settings settings = ApiKeyTest.withSecret("imagen/key");
    return new Predictions(calls, new ApiKey(settings, reader, mapper), retries, settings, mapper);
  }
}
