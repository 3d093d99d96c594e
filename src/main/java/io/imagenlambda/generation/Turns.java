package io.imagenlambda.generation;

import io.imagenlambda.provider.Provider;
import io.imagenlambda.provider.ProviderAnswer;
import io.imagenlambda.provider.ProviderAnswer.Failed;
import io.imagenlambda.request.Budgets;
import io.imagenlambda.request.Failure;
import io.imagenlambda.request.GenerationRequest;
import io.imagenlambda.request.Invocation;
import io.imagenlambda.request.Outcome;
import io.imagenlambda.settings.Settings;
import io.imagenlambda.spool.Admission;
import io.imagenlambda.spool.SpoolFiles;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Who may make a call: {@code IMAGEN_CONCURRENCY} at a time in this process, in the order of
 * arrival, each at the provider's pace and only when its images can be held.
 */
@Singleton
final class Turns {
  private static final Failed NO_ROOM =
      Failed.notMade(
          Failure.of(
              Outcome.UNAVAILABLE,
              "no_room",
              "other requests make all the calls of IMAGEN_CONCURRENCY, or need all of /tmp"));

  private final Semaphore calls;
  private final Pace pace;
  private final Clock clock;
  private final Provider provider;
  private final SpoolFiles spools;
  private final Duration longestCall;

  Turns(Provider provider, SpoolFiles spools, Pace pace, Clock clock, Settings settings) {
    this.pace = pace;
    this.clock = clock;
    this.calls = new Semaphore(settings.concurrency(), true);
    this.provider = provider;
    this.spools = spools;
    this.longestCall = settings.timeout();
  }

  /** What a request for a turn comes to. */
  sealed interface Answer {}

  /**
   * No call may be made.
   *
   * @param byPace whether the provider's pace is the reason; else there is no room here
   */
  record Denied(Failed why, boolean byPace) implements Answer {
    private static Denied noRoom() {
      return new Denied(NO_ROOM, false);
    }
  }

  /** The right to make one call. Closing it again does nothing. */
  final class Turn implements Answer, AutoCloseable {
    private final String model;
    private final Admission room;
    private final Instant start = clock.instant();
    private final AtomicBoolean over = new AtomicBoolean();

    private Turn(String model, Admission room) {
      this.model = model;
      this.room = room;
    }

    /** Its call has ended. */
    void ended(ProviderAnswer answer) {
      pace.ended(model, start, answer);
    }

    /** Where its images are held. */
    Admission room() {
      return room;
    }

    @Override
    public void close() {
      if (over.compareAndSet(false, true)) {
        room.close();
        calls.release();
      }
    }
  }

  /** Waits for a turn, as long as the invocation has time for a call then. */
  Answer await(GenerationRequest request, Invocation invocation) {
    Duration most = Budgets.untilLastStart(invocation.deadline(), longestCall);
    return within(most, () -> admitted(request, invocation));
  }

  /** Does not wait: empty if there is no turn now, or if others wait for theirs. */
  Optional<Turn> now(GenerationRequest request, Invocation invocation) {
    Answer answer = within(Duration.ZERO, () -> admittedNow(request, invocation));
    return answer instanceof Turn turn ? Optional.of(turn) : Optional.empty();
  }

  private Answer within(Duration most, Supplier<Answer> admission) {
    try {
      // Without a time it would pass those who wait.
      if (!calls.tryAcquire(Math.max(0, most.toMillis()), TimeUnit.MILLISECONDS)) {
        return Denied.noRoom();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Denied.noRoom();
    }
    Answer answer = Denied.noRoom();
    try {
      answer = admission.get();
    } finally {
      if (answer instanceof Denied) {
        calls.release();
      }
    }
    return answer;
  }

  private Answer admitted(GenerationRequest request, Invocation invocation) {
    Optional<Failed> refused = pace.await(request, invocation);
    return refused.isPresent()
        ? new Denied(refused.get(), true)
        : turn(request, spools.admit(provider.imagesHeld(request), invocation.deadline()));
  }

  private Answer admittedNow(GenerationRequest request, Invocation invocation) {
    return pace.startsNow(request, invocation)
        ? turn(request, spools.admitNow(provider.imagesHeld(request), invocation.deadline()))
        : Denied.noRoom();
  }

  private Answer turn(GenerationRequest request, Optional<Admission> room) {
    return room.isPresent() ? new Turn(request.model(), room.get()) : Denied.noRoom();
  }

  /** How long the provider's pace lets no call of the model start. */
  Duration shutFor(String model) {
    return pace.left(model);
  }
}
