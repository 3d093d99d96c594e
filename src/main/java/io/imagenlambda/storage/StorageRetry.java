package io.imagenlambda.storage;

import io.imagenlambda.request.Deadline;
import java.time.Duration;
import java.util.function.Supplier;

/** For what must get into S3, however long it takes: paid images and their result. */
public final class StorageRetry {
  private static final Duration WAIT = Duration.ofMillis(500);

  private StorageRetry() {}

  /**
   * Repeats the call until it works, beyond the storage's own retries, or the invocation ends.
   *
   * @throws StorageFailure the last, if no time is left or another call is useless
   */
  public static <T> T untilDeadline(Deadline deadline, Supplier<T> call) {
    while (true) {
      try {
        return call.get();
      } catch (StorageFailure failure) {
        if (!failure.retryable()
            || !deadline.leaves(WAIT.multipliedBy(2))
            || !deadline.sleep(WAIT)) {
          throw failure;
        }
      }
    }
  }
}
