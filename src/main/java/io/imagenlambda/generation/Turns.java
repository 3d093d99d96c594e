package io.imagenlambda.generation;

import io.imagenlambda.provider.Provider;
import io.imagenlambda.request.Budgets;
import io.imagenlambda.request.Deadline;
import io.imagenlambda.request.GenerationRequest;
import io.imagenlambda.settings.Settings;
import io.imagenlambda.spool.Admission;
import io.imagenlambda.spool.SpoolFiles;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Who may make a call: {@code IMAGEN_CONCURRENCY} at a time in this process, in the order of
 * arrival, and each only when its images can be held.
 */
@Singleton
final class Turns {
  private final Semaphore calls;
  private final Provider provider;
  private final SpoolFiles spools;
  private final Duration longestCall;

  Turns(Provider provider, SpoolFiles spools, Settings settings) {
    this.calls = new Semaphore(settings.concurrency(), true);
    this.provider = provider;
    this.spools = spools;
    this.longestCall = settings.timeout();
  }

  /** The right to make one call. Closing it again does nothing. */
  final class Turn implements AutoCloseable {
    private final Admission room;
    private final AtomicBoolean over = new AtomicBoolean();

    private Turn(Admission room) {
      this.room = room;
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

  /** Waits for a turn; empty if the invocation leaves no time for a call then. */
  Optional<Turn> await(GenerationRequest request, Deadline deadline) {
    try {
      long most = Budgets.untilLastStart(deadline, longestCall).toMillis();
      if (!calls.tryAcquire(Math.max(0, most), TimeUnit.MILLISECONDS)) {
        return Optional.empty();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
    Optional<Turn> turn = Optional.empty();
    try {
      turn = spools.admit(provider.imagesHeld(request), deadline).map(Turn::new);
    } finally {
      if (turn.isEmpty()) {
        calls.release();
      }
    }
    return turn;
  }
}
