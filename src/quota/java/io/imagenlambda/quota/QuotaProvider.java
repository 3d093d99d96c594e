package io.imagenlambda.quota;

import io.imagenlambda.lab.predict.Quota;
import io.imagenlambda.provider.ImageSink;
import io.imagenlambda.provider.ProviderAnswer;
import io.imagenlambda.provider.ProviderAnswer.Failed;
import io.imagenlambda.provider.TestProvider;
import io.imagenlambda.request.Failure;
import io.imagenlambda.request.GenerationRequest;
import io.imagenlambda.request.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** A provider with a quota, whose calls take their time. */
final class QuotaProvider extends TestProvider {
  private static final Duration REFUSAL = Duration.ofMillis(200);

  private final VirtualTime time;
  private final Quota quota;
  private final boolean retryInfo;
  private final Instant outageEnds;
  private final Random random;

  private final Map<String, Instant> started = new HashMap<>();
  private int paid;
  private int refused;
  private int refusedInOutage;
  private Instant lastPaid = VirtualTime.START;
  private Duration calls = Duration.ZERO;

  QuotaProvider(VirtualTime time, Scenario scenario) {
    this.time = time;
    this.quota = new Quota(new Quota.Limits(Scenario.QUOTA, 0, scenario.retryInfo()), time);
    this.retryInfo = scenario.retryInfo();
    this.outageEnds = VirtualTime.START.plus(scenario.outage());
    this.random = new Random(scenario.seed());
  }

  @Override
  protected ProviderAnswer answer(GenerationRequest request, ImageSink sink) {
    Optional<Failed> refusal = refusal(request);
    try {
      if (refusal.isPresent()) {
        time.sleep(REFUSAL);
        return refusal.get();
      }
      time.sleep(callTime());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    ended();
    return pictures(1, sink);
  }

  private synchronized Optional<Failed> refusal(GenerationRequest request) {
    Instant now = time.instant();
    if (now.isBefore(outageEnds)) {
      refused++;
      refusedInOutage++;
      return Optional.of(failed(503, "UNAVAILABLE", Optional.empty()));
    }
    Optional<Duration> wait = quota.refuses(request.model(), request.sampleCount());
    if (wait.isPresent()) {
      refused++;
      Optional<Duration> said =
          wait.filter(any -> retryInfo)
              .map(exactly -> Duration.ofSeconds(exactly.plusMillis(999).toSeconds()));
      return Optional.of(failed(429, "RESOURCE_EXHAUSTED", said));
    }
    var _ = started.put(request.id(), now);
    return Optional.empty();
  }

  private static Failed failed(int status, String code, Optional<Duration> retryAfter) {
    return new Failed(
        new Failure(Outcome.UNAVAILABLE, code, "come again", status, null),
        0,
        false,
        retryAfter,
        1);
  }

  private synchronized Duration callTime() {
    double part = 1 - Scenario.SPREAD + 2 * Scenario.SPREAD * random.nextDouble();
    Duration call = Duration.ofMillis((long) (Scenario.CALL.toMillis() * part));
    calls = calls.plus(call);
    return call;
  }

  private synchronized void ended() {
    paid++;
    lastPaid = time.instant();
  }

  synchronized int paid() {
    return paid;
  }

  synchronized int refused() {
    return refused;
  }

  synchronized int refusedInOutage() {
    return refusedInOutage;
  }

  /** When the last call ended. */
  synchronized Instant lastPaid() {
    return lastPaid;
  }

  /** How long all paid calls took together. */
  synchronized Duration calls() {
    return calls;
  }

  /** When the paid call for a request began. */
  synchronized Optional<Instant> started(String id) {
    return Optional.ofNullable(started.get(id));
  }
}
