package io.imagenlambda.storage;

import io.imagenlambda.request.Deadline;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * For what must get into S3, however long S3 takes: images that were paid for, and their result.
 */
public final class StorageRetry {
  private static final Duration WAIT = Duration.ofMillis(500);

  private StorageRetry() {}

  /**
   * Calls until it works: beyond the storage's own retries, to the end of the invocation.
   *
   * @throws StorageFailure the last, where there is no time left or no use in another call
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
