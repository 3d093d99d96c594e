package io.imagenlambda.generation;

import io.imagenlambda.storage.StorageFailure;
import java.time.Duration;
import java.util.function.Supplier;

/** What was paid for has to get into S3, however long S3 takes. */
final class Insistence {
  private static final Duration WAIT = Duration.ofMillis(500);

  private Insistence() {}

  /** As {@link #until(Deadline, Supplier)}, for what gives nothing back. */
  static void until(Deadline deadline, Runnable call) {
    until(
        deadline,
        () -> {
          call.run();
          return true;
        });
  }

  /**
   * Calls until it works: beyond the storage's own retries, to the end of the invocation.
   *
   * @throws StorageFailure the last, where there is no time left or no use in another call
   */
  static <T> T until(Deadline deadline, Supplier<T> call) {
    while (true) {
      try {
        return call.get();
      } catch (StorageFailure failure) {
        if (!failure.retryable() || !deadline.leaves(WAIT.multipliedBy(2))) {
          throw failure;
        }
        try {
          Thread.sleep(WAIT);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw failure;
        }
      }
    }
  }
}
