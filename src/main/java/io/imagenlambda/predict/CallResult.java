package io.imagenlambda.predict;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What came of one call. */
sealed interface CallResult {
  /**
   * The provider answered, with images or with its filter's verdict.
   *
   * @param maybeCharged whether it answered with a success
   */
  record Answered(
      int images,
      List<String> filteredReasons,
      List<String> storedElsewhere,
      @Nullable String providerRequestId,
      boolean maybeCharged)
      implements CallResult {}

  /** It did not, or not to the end. */
  record Failed(Failure failure, int images, @Nullable Throwable cause) implements CallResult {}
}
