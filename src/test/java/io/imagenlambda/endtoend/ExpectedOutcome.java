package io.imagenlambda.endtoend;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The expected outcome of a request for two images, from any source. */
enum ExpectedOutcome {
  SUCCEEDED("makes both images", 200, "succeeded", 2, null, 1),
  SUCCEEDED_LATER("makes both images with the second try", 200, "succeeded", 2, null, 2),
  PARTLY_FILTERED("keeps one image and reports the other", 200, "partial", 1, null, 1),
  PARTLY_DECLINED("keeps one image and reports the other", 200, "partial", 1, "rejected", 1),
  BROKEN_OFF("keeps the image that came whole", 200, "partial", 1, "unknown", 1),
  FILTERED("is stored as filtered", 422, "filtered", 0, null, 1),
  REJECTED("is stored as rejected", 422, "failed", 0, "rejected", 1),
  UNKNOWN("is stored as unknown and not repeated", 502, "failed", 0, "unknown", 1),
  TIMED_OUT("is stored as unknown and not repeated", 504, "failed", 0, "unknown", 1),
  TOO_MANY("is left to be sent again", 429, null, 0, "unavailable", 5),
  UNAVAILABLE("is left to be sent again", 503, null, 0, "unavailable", 5),
  ACCOUNT("is left to the operator", 502, null, 0, "account", 1);

  private final String sentence;
  private final int http;
  private final @Nullable String status;
  private final int images;
  private final @Nullable String outcome;
  private final int tries;

  ExpectedOutcome(
      String sentence,
      int http,
      @Nullable String status,
      int images,
      @Nullable String outcome,
      int tries) {
    this.sentence = sentence;
    this.http = http;
    this.status = status;
    this.images = images;
    this.outcome = outcome;
    this.tries = tries;
  }

  /** The outcome, in words. */
  String sentence() {
    return sentence;
  }

  /** The HTTP status. */
  int http() {
    return http;
  }

  /** Whether a result is stored; else the request must be sent again. */
  boolean isStored() {
    return status != null;
  }

  /** The stored result's status. */
  String status() {
    return Objects.requireNonNull(status);
  }

  int images() {
    return images;
  }

  /** The stored result's {@code error.outcome}. */
  @Nullable String errorOutcome() {
    return isStored() ? outcome : null;
  }

  /** The outcome in the claim of a delivery. */
  String claimOutcome() {
    return isStored() ? status() : Objects.requireNonNull(outcome);
  }

  /** The function error's type. */
  String errorType() {
    return this == ACCOUNT ? "ImagenAccount" : "ImagenUnavailable";
  }

  /** Whether it lasts, although it need not: then the provider says when to come again. */
  boolean isWaitedFor() {
    return this == TOO_MANY || this == UNAVAILABLE;
  }

  /**
   * How many tries are made for a sender that waits, or of an event, each for all images that are
   * still missing.
   */
  int tries() {
    return tries;
  }
}
