package io.imagenlambda.provider;

import io.imagenlambda.provider.ProviderAnswer.Failed;
import io.imagenlambda.request.Budgets;
import io.imagenlambda.request.Deadline;
import io.imagenlambda.request.Failure;
import io.imagenlambda.request.GenerationRequest;
import io.imagenlambda.request.Outcome;
import io.imagenlambda.settings.Settings;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;

/** The image provider. A request blocks its thread, which must not be an event loop's. */
@Singleton
public class Provider {
  private static final Logger LOG = Logger.getLogger(Provider.class);
  private static final int MOST_ATTEMPTS = 5;
  private static final Duration FIRST_WAIT = Duration.ofSeconds(1);

  private final Wire wire;
  private final ProviderCall calls;
  private final ApiKey apiKey;
  private final Duration longestCall;

  Provider(Wire wire, ProviderCall calls, ApiKey apiKey, Settings settings) {
    this.wire = wire;
    this.calls = calls;
    this.apiKey = apiKey;
    this.longestCall = settings.timeout();
  }

  /**
   * Asks for images and hands them on while they arrive. Up to five calls are made while none is
   * charged, with growing waits or the provider's. A refusal by the provider's filter is an answer,
   * not a failure. An interrupt ends the call or the wait at once; the thread stays interrupted.
   *
   * @param deadline the end of all calls and waits; each call is also limited by {@code
   *     IMAGEN_TIMEOUT}
   * @param sink says how many images are wanted, of at most {@code IMAGEN_MAX_IMAGE_BYTES} each; a
   *     larger answer is broken off
   * @throws java.io.UncheckedIOException around what the sink threw; the call is then broken off
   */
  public ProviderAnswer generate(GenerationRequest request, Deadline deadline, ImageSink sink) {
    byte[] body = wire.body(request);
    int made = 0;
    for (int attempt = 1; ; attempt++) {
      ProviderAnswer answer =
          attempt(
              key ->
                  calls.call(
                      request.model(),
                      body,
                      key,
                      Deadline.shorter(deadline.remaining(), longestCall),
                      sink),
              deadline);
      made += answer.attempts();
      answer = answer.withAttempts(made);
      Optional<Duration> wait =
          answer instanceof Failed failed && attempt < MOST_ATTEMPTS
              ? waitAfter(failed, deadline.remaining())
              : Optional.empty();
      if (wait.isEmpty() || !deadline.sleep(wait.get())) {
        return answer;
      }
    }
  }

  private interface CallWithKey {
    ProviderAnswer make(String key);
  }

  /** One call, and another if the provider refuses the key and the secret has a new one. */
  private ProviderAnswer attempt(CallWithKey call, Deadline deadline) {
    if (deadline.remaining().isZero()) {
      return notCalled(Failure.of(Outcome.UNAVAILABLE, "no_time", "no time is left for a call"));
    }
    return switch (apiKey.get()) {
      case ApiKey.Unreadable unreadable -> notCalled(unreadable.failure());
      case ApiKey.Key key -> {
        ProviderAnswer answer = call.make(key.text());
        boolean refused =
            answer instanceof Failed failed && failed.failure().outcome() == Outcome.ACCOUNT;
        yield refused ? withAnotherKey(call, key, answer) : answer;
      }
    };
  }

  private ProviderAnswer withAnotherKey(CallWithKey call, ApiKey.Key key, ProviderAnswer refusal) {
    return switch (apiKey.insteadOf(key)) {
      case ApiKey.Unreadable unreadable -> Failed.of(unreadable.failure(), 0);
      case ApiKey.Key other ->
          other.equals(key) ? refusal : call.make(other.text()).withAttempts(2);
    };
  }

  private static Failed notCalled(Failure why) {
    return Failed.of(why, 0).withAttempts(0);
  }

  /** Empty if the call must not be repeated. */
  private static Optional<Duration> waitAfter(Failed failed, Duration left) {
    Failure why = failed.failure();
    if (why.outcome() != Outcome.UNAVAILABLE
        || failed.images() > 0
        || failed.attempts() == 0
        || why.code().equals(ProviderCall.INTERRUPTED)) {
      return Optional.empty();
    }
    Optional<Duration> wait =
        waitAfter(failed.attempts(), failed.retryAfter(), left, ThreadLocalRandom.current());
    // Not the message: it may quote the prompt.
    wait.ifPresent(duration ->
        LOG.warnf(
            "predict: attempt %d failed with %s and is repeated after %d ms",
            failed.attempts(), why.code(), duration.toMillis()));
    return wait;
  }

  /**
   * How long to wait before the next call: what the provider asks and up to a tenth more, else 1,
   * 2, 4, … seconds, less up to half at random.
   *
   * @param made how many calls have failed, from 1
   * @param asked what the provider asks
   * @param left how much time there is
   * @return empty if too little time would be left for a call
   */
  static Optional<Duration> waitAfter(
      int made, Optional<Duration> asked, Duration left, RandomGenerator random) {
    Duration wait =
        asked
            .filter(Duration::isPositive)
            .map(duration -> scaled(duration, 1 + random.nextDouble() / 10))
            .orElseGet(() ->
                scaled(FIRST_WAIT.multipliedBy(1L << (made - 1)), 1 - random.nextDouble() / 2));
    return Budgets.allowsFurtherCall(left, wait) ? Optional.of(wait) : Optional.empty();
  }

  private static Duration scaled(Duration duration, double by) {
    return Duration.ofMillis((long) (duration.toMillis() * by));
  }
}
