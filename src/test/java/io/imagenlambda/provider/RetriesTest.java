package io.imagenlambda.provider;

import static io.imagenlambda.provider.FakeUpstream.answer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.imagenlambda.provider.ProviderAnswer.Failed;
import io.imagenlambda.request.Deadline;
import io.imagenlambda.request.Outcome;
import io.imagenlambda.settings.Settings;
import io.imagenlambda.settings.TestSettings;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is tried again, how often, when, and with which key. */
@QuarkusTest
@NullUnmarked
class RetriesTest extends UpstreamCase {
  private static final Duration WITHIN = Duration.ofSeconds(20);
  // Asks to wait for 50 ms.
  private static final FakeUpstream.Script BUSY = answer(429, Recorded.bytes("google-429.json"));
  private static final FakeUpstream.Script IMAGES = answer(200, Recorded.bytes("two-images.json"));

  @Inject ProviderCall calls;
  @Inject Wire wire;
  @Inject ObjectMapper mapper;

  @Test
  void whatIsUnavailableIsTriedAgainAfterTheWaitThatGoogleAsksFor() {
    upstream.will(BUSY, BUSY, IMAGES);
    List<Duration> waits = new ArrayList<>();
    ProviderAnswer answer = provider.generate(REQUEST, within(WITHIN, waits), sink);
    assertEquals(3, answer.attempts());
    assertEquals(2, answer.images());
    assertEquals(3, upstream.requests().size());
    assertEquals(2, waits.size());
    for (Duration wait : waits) {
      assertTrue(wait.toMillis() >= 50 && wait.toMillis() <= 55, "" + wait);
    }
  }

  @Test
  void fiveAttemptsAreEnough() {
    upstream.will(BUSY, BUSY, BUSY, BUSY, BUSY, IMAGES);
    Failed failure = failure(WITHIN);
    assertEquals(Outcome.UNAVAILABLE, failure.failure().outcome());
    assertEquals(5, failure.attempts());
    assertEquals(5, upstream.requests().size());
    assertEquals(Optional.of(Duration.ofMillis(50)), failure.retryAfter());
  }

  @Test
  void aRetryThatTurnsOutUnknownIsTheLast() {
    upstream.will(BUSY, FakeUpstream.Connection::reset, IMAGES);
    Failed failure = failure(WITHIN);
    assertEquals(Outcome.UNKNOWN, failure.failure().outcome());
    assertEquals(2, failure.attempts());
    assertEquals(2, upstream.requests().size());
  }

  @Test
  void aWaitThatDoesNotFitTheDeadlineFailsAtOnce() {
    upstream.will(answer(503, "", "Retry-After: 15"), IMAGES);
    List<Duration> waits = new ArrayList<>();
    Failed failure =
        assertInstanceOf(Failed.class, provider.generate(REQUEST, within(WITHIN, waits), sink));
    assertEquals(List.of(), waits);
    assertEquals(Optional.of(Duration.ofSeconds(15)), failure.retryAfter());
    assertEquals(1, failure.attempts());
  }

  @Test
  @Timeout(60) // a minute where it waits for the deadline, a second where for its own
  void oneAttemptTakesNoLongerThanItsOwnTimeout() {
    upstream.will(FakeUpstream.Connection::awaitClose);
    Settings settings = TestSettings.of("IMAGEN_TIMEOUT", "1s");
    ApiKey key = new ApiKey(settings, name -> "", mapper, Clock.systemUTC());
    Provider impatient = new Provider(wire, calls, key, settings);
    Failed failure =
        assertInstanceOf(
            Failed.class, impatient.generate(REQUEST, Deadline.in(Duration.ofHours(1)), sink));
    assertEquals("timeout", failure.failure().code());
  }

  @Test
  void aRefusedKeyIsReadAgainAndAChangedOneIsTried() {
    upstream.will(answer(401, Recorded.bytes("relay-401.json")), IMAGES);
    ProviderAnswer answer =
        withSecret("old-key", "{\"apiKey\":\"new-key\"}")
            .generate(REQUEST, Deadline.in(WITHIN), sink);
    assertEquals(2, answer.attempts());
    assertEquals(
        List.of("Bearer old-key", "Bearer new-key"),
        upstream.requests().stream().map(sent -> sent.headers().get("authorization")).toList());
  }

  @Test
  void aRefusedKeyThatIsStillTheSameIsNotTriedAgain() {
    upstream.will(answer(403, ""), IMAGES);
    Provider unchanged = withSecret("old-key", "old-key");
    Failed failure =
        assertInstanceOf(Failed.class, unchanged.generate(REQUEST, Deadline.in(WITHIN), sink));
    assertEquals(Outcome.ACCOUNT, failure.failure().outcome());
    assertEquals(1, failure.attempts());
  }

  @Test
  void withoutAKeyNothingIsSentAndTheSecretIsNamed() {
    upstream.will(IMAGES);
    Provider keyless = withSecret();
    Failed failure =
        assertInstanceOf(Failed.class, keyless.generate(REQUEST, Deadline.in(WITHIN), sink));
    assertEquals(Outcome.ACCOUNT, failure.failure().outcome());
    assertEquals("api_key", failure.failure().code());
    assertEquals(
        "the API key cannot be read from secret imagen/key: nobody may read it",
        failure.failure().message());
    assertEquals(0, failure.attempts());
    assertTrue(upstream.requests().isEmpty());
  }

  @Test
  void anInterruptedWaitEndsTheCallAsItsLastAttemptDid() {
    upstream.will(answer(503, "", "Retry-After: 5"), IMAGES);
    Deadline interrupted =
        Deadline.in(
            WITHIN,
            Clock.systemUTC(),
            wait -> {
              Thread.currentThread().interrupt();
              Thread.sleep(wait);
            });
    Failed failure = assertInstanceOf(Failed.class, provider.generate(REQUEST, interrupted, sink));
    assertEquals(Outcome.UNAVAILABLE, failure.failure().outcome());
    assertEquals(1, failure.attempts());
    assertEquals(1, upstream.requests().size());
    assertTrue(Thread.interrupted(), "the thread stays interrupted");
  }

  /** A deadline whose waits are noted and take no time. */
  private static Deadline within(Duration within, List<Duration> waits) {
    return Deadline.in(within, Clock.systemUTC(), waits::add);
  }

  private Provider withSecret(String... values) {
    Queue<String> next = new ArrayDeque<>(List.of(values));
    ApiKey.SecretReader reader =
        name -> {
          if (next.isEmpty()) {
            throw new IllegalStateException("nobody may read it");
          }
          return next.remove();
        };
    Settings settings = ApiKeyTest.withSecret("imagen/key");
    return new Provider(
        wire, calls, new ApiKey(settings, reader, mapper, Clock.systemUTC()), settings);
  }
}
