package io.imagenlambda.event.http;

import io.imagenlambda.aws.InternalExtension;
import io.imagenlambda.aws.InternalExtension.Work;
import io.imagenlambda.generation.Generation;
import io.imagenlambda.request.Deadline;
import io.imagenlambda.request.Invocation;
import io.imagenlambda.settings.Settings;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Ends the wait for a call's request before its caller does. API Gateway gives up after 30 seconds,
 * but what was paid for must be stored; so the work goes on after the answer.
 */
@Singleton
final class Patience {
  private static final Logger LOG = Logger.getLogger(Patience.class);

  private final InternalExtension extension;
  private final Duration patience;

  Patience(InternalExtension extension, Settings settings) {
    this.extension = extension;
    this.patience = settings.httpPatience();
  }

  /**
   * Does the work, and waits for it until {@code IMAGEN_HTTP_PATIENCE} after the invocation began.
   *
   * @param late gets what came of the work, if that was too late for the answer
   * @return empty if the work goes on
   * @throws RuntimeException what the work threw in time
   */
  Optional<Generation> await(
      Supplier<Generation> work, Consumer<Generation> late, Invocation invocation) {
    if (!extension.isRegistered()) {
      return Optional.of(work.get());
    }
    Attempt attempt = new Attempt(late);
    Work goesOn = extension.more();
    Thread.ofPlatform().name("request").start(() -> attempt.run(work, goesOn));
    Deadline deadline = invocation.deadline();
    return attempt.await(patience.minus(deadline.total().minus(deadline.remaining())));
  }

  /** Work for which somebody waits, until nobody does. */
  private static final class Attempt {
    private final CompletableFuture<Generation> end = new CompletableFuture<>();
    private final Consumer<Generation> late;

    Attempt(Consumer<Generation> late) {
      this.late = late;
    }

    void run(Supplier<Generation> work, Work goesOn) {
      try (goesOn) {
        Generation generation;
        try {
          generation = work.get();
        } catch (Throwable failure) {
          if (!end.completeExceptionally(failure)) {
            LOG.error("A request has not ended, after its call was answered", failure);
          }
          return;
        }
        if (!end.complete(generation)) {
          late.accept(generation);
        }
      } catch (RuntimeException failure) {
        LOG.error("A request that has not ended could not be queued", failure);
      }
    }

    Optional<Generation> await(Duration atMost) {
      try {
        return Optional.of(end.get(Math.max(0, atMost.toMillis()), TimeUnit.MILLISECONDS));
      } catch (TimeoutException tooLate) {
        // From here on the work's end is not that of the call; unless it has come meanwhile.
        return end.cancel(false) ? Optional.empty() : Optional.of(ended());
      } catch (ExecutionException e) {
        return Optional.of(ended());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return end.cancel(false) ? Optional.empty() : Optional.of(ended());
      }
    }

    private Generation ended() {
      try {
        return end.join();
      } catch (CompletionException e) {
        switch (e.getCause()) {
          case RuntimeException failure -> throw failure;
          case Error error -> throw error;
          case null, default -> throw e;
        }
      }
    }
  }
}
