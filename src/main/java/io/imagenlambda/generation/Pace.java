package io.imagenlambda.generation;

import io.imagenlambda.provider.ProviderAnswer;
import io.imagenlambda.provider.ProviderAnswer.Answered;
import io.imagenlambda.provider.ProviderAnswer.Failed;
import io.imagenlambda.request.Budgets;
import io.imagenlambda.request.Deadline;
import io.imagenlambda.request.GenerationRequest;
import io.imagenlambda.request.Invocation;
import io.imagenlambda.request.Outcome;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * How soon the request of a message may be called for, after calls were refused. Each process has
 * its own pace for each model: a gap between two starts, which a refusal doubles and a success
 * makes a third shorter. A key or an account that is refused shuts all models. So a provider that
 * is out of quota is not asked as often as there are messages, and its quota is used all the same.
 * {@code deploy/performance.md} has the figures.
 *
 * <p>A request whose sender waits is not held back; what its call comes to counts.
 */
@Singleton
final class Pace {
  private static final Duration FIRST_GAP = Duration.ofSeconds(1);
  private static final Duration LONGEST_GAP = Duration.ofMinutes(2);

  /** A shorter gap is none. */
  private static final Duration SHORTEST_GAP = Duration.ofMillis(250);

  /** A message that was received more often is no newcomer. */
  private static final int NEWCOMERS_RECEIVES = 3;

  /** Callers name models: there may be any number. */
  private static final int MOST_MODELS = 32;

  private final Clock clock;
  private final Gate account = new Gate();
  private final Map<String, Gate> byModel =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Gate> eldest) {
          return size() > MOST_MODELS;
        }
      };

  Pace(Clock clock) {
    this.clock = clock;
  }

  /** When the next call may start, of one model or of all. */
  private static final class Gate {
    private Duration gap = Duration.ZERO;
    private Instant opens = Instant.EPOCH;
    private Instant shut = Instant.EPOCH;
    private @Nullable Failed refusal;

    private boolean hasStarted;
    private @Nullable String lastTenant;
    private Instant nextNewcomer = Instant.EPOCH;

    void start(Instant at) {
      if (gap.isPositive()) {
        opens = later(opens, at.plus(roughly(gap)));
      }
    }

    /** Calls that were under way together make the gap longer once. */
    void refused(Failed why, Instant startedAt, Instant now) {
      if (!startedAt.isBefore(shut)) {
        gap = Deadline.shorter(LONGEST_GAP, longer(FIRST_GAP, gap.multipliedBy(2)));
        shut = now;
      }
      refusal = why;
      Duration asked = why.retryAfter().orElse(Duration.ZERO);
      opens = later(opens, now.plus(longer(asked, roughly(longer(asked, gap)))));
    }

    void succeeded() {
      gap = gap.multipliedBy(2).dividedBy(3);
      if (gap.compareTo(SHORTEST_GAP) < 0) {
        gap = Duration.ZERO;
      }
    }

    /**
     * Although the gate is shut, one may try in each closing that has not waited long, and not for
     * those who tried last: many requests of one tenant do not keep another's few waiting.
     */
    boolean letsPass(GenerationRequest request, Invocation.Message message, Instant now) {
      return message.receives() <= NEWCOMERS_RECEIVES
          && hasStarted
          && !Objects.equals(lastTenant, request.tenant())
          && !now.isBefore(nextNewcomer);
    }
  }

  /**
   * Waits for the right to start a call, but not for long.
   *
   * @return empty if it may start now; else the refusal that it would meet, and how long it must
   *     wait at least
   */
  Optional<Failed> await(GenerationRequest request, Invocation invocation) {
    while (true) {
      Instant asked;
      Duration wait;
      synchronized (this) {
        asked = clock.instant();
        wait = left(request.model(), asked);
        if (startsNow(request, invocation, asked, wait)) {
          return Optional.empty();
        }
        if (wait.compareTo(Budgets.FOR_THE_QUEUE) > 0) {
          return Optional.of(refusal(request.model()).spared(Optional.of(wait)));
        }
        start(request, asked.plus(wait), true);
      }
      if (!invocation.deadline().sleep(wait)) {
        return Optional.of(refusal(request.model()).spared(Optional.of(wait)));
      }
      if (!wasShutAfter(request.model(), asked)) {
        return Optional.empty();
      }
    }
  }

  /** Starts a call if that needs no wait. */
  synchronized boolean startsNow(GenerationRequest request, Invocation invocation) {
    Instant now = clock.instant();
    return startsNow(request, invocation, now, left(request.model(), now));
  }

  private boolean startsNow(
      GenerationRequest request, Invocation invocation, Instant now, Duration wait) {
    if (wait.isPositive() && !passes(request, invocation, now, wait)) {
      return false;
    }
    start(request, now, !wait.isPositive());
    return true;
  }

  private boolean passes(
      GenerationRequest request, Invocation invocation, Instant now, Duration wait) {
    Gate gate = gate(request.model());
    if (invocation.message().isEmpty()) {
      return true;
    }
    if (!gate.letsPass(request, invocation.message().get(), now)) {
      return false;
    }
    gate.nextNewcomer = now.plus(longer(FIRST_GAP, wait));
    return true;
  }

  private void start(GenerationRequest request, Instant at, boolean inTurn) {
    Gate gate = gate(request.model());
    if (inTurn) {
      gate.hasStarted = true;
      gate.lastTenant = request.tenant();
    }
    gate.start(at);
    account.start(at);
  }

  /** A call has ended. */
  synchronized void ended(String model, Instant startedAt, ProviderAnswer answer) {
    switch (answer) {
      case Answered answered -> {
        gate(model).succeeded();
        account.succeeded();
      }
      case Failed failed -> {
        if (isRefusal(failed)) {
          boolean ofAll = failed.failure().outcome() == Outcome.ACCOUNT && !failed.modelIsGone();
          (ofAll ? account : gate(model)).refused(failed, startedAt, clock.instant());
        }
      }
    }
  }

  /**
   * Not that of a key that has been changed since, or of a call that this function did not make.
   */
  private static boolean isRefusal(Failed failed) {
    return switch (failed.failure().outcome()) {
      case UNAVAILABLE -> failed.attempts() > 0;
      case ACCOUNT -> failed.retryAfter().filter(Duration::isZero).isEmpty();
      case REJECTED, UNKNOWN -> false;
    };
  }

  /** How long no call may start. */
  synchronized Duration left(String model) {
    return left(model, clock.instant());
  }

  private Duration left(String model, Instant now) {
    Duration left = Duration.between(now, later(account.opens, gate(model).opens));
    return longer(left, Duration.ZERO);
  }

  private synchronized Failed refusal(String model) {
    Gate gate = gate(model);
    Gate last = account.opens.isAfter(gate.opens) ? account : gate;
    return Objects.requireNonNull(last.refusal); // else it would be open
  }

  private synchronized boolean wasShutAfter(String model, Instant time) {
    return account.shut.isAfter(time) || gate(model).shut.isAfter(time);
  }

  private Gate gate(String model) {
    return byModel.computeIfAbsent(model, any -> new Gate());
  }

  /** More or less by up to a quarter: processes that were refused together do not come together. */
  private static Duration roughly(Duration duration) {
    double by = 0.75 + ThreadLocalRandom.current().nextDouble() / 2;
    return Duration.ofMillis((long) (duration.toMillis() * by));
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }
}
