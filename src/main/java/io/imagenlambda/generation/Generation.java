package io.imagenlambda.generation;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** What became of a request in this invocation. */
public sealed interface Generation {

  /** It has ended, now or earlier; the result is stored. */
  record Finished(GenerationResult result) implements Generation {}

  /**
   * The provider could not take the request, and charged nothing: to be sent again later.
   *
   * @param httpStatus of the provider's answer, where there was one
   * @param code the provider's code or HTTP status
   * @param retryAfter how long to wait at least, where the provider said so
   */
  record Unavailable(
      String id, OptionalInt httpStatus, String code, String message, Optional<Duration> retryAfter)
      implements Generation {}

  /** The provider refused this account, and charged nothing: to be sent again once it is mended. */
  record AccountRefused(String id, String code, String message) implements Generation {}

  /**
   * The images may have been made and charged, and the operator allows a repeat: to be sent again.
   */
  record Unknown(String id, String code, String message) implements Generation {}

  /**
   * Another delivery of the same request is at it.
   *
   * @param retryAfter when that delivery is over at the latest
   */
  record InProgress(String id, Duration retryAfter) implements Generation {}

  /** The id belongs to another request. */
  record Conflict(String id) implements Generation {}
}
