package io.imagenlambda.generation;

import io.imagenlambda.request.Failure;
import io.imagenlambda.request.FunctionError;
import io.imagenlambda.request.GenerationResult;
import io.imagenlambda.request.InvalidRequest;
import java.time.Duration;
import java.util.Optional;

/** What became of a request in this invocation. */
public sealed interface Generation {
  /** It has ended, now or earlier; the result is stored. */
  record Finished(GenerationResult result) implements Generation {}

  /**
   * It must be sent again, as the same request: some of its images at least were refused, or may
   * have been charged and the operator allows a repeat ({@code IMAGEN_REPEAT_UNKNOWN}).
   *
   * @param retryAfter the shortest wait, if the provider asked for one or its pace does
   * @param isBegun whether something of it may have been charged: under another id that would be
   *     paid for again
   */
  record SendAgain(String id, Failure why, Optional<Duration> retryAfter, boolean isBegun)
      implements Generation {}

  /**
   * Another delivery is working on it.
   *
   * @param retryAfter how long until that delivery is over at the latest
   */
  record InProgress(String id, Duration retryAfter) implements Generation {}

  /** The id belongs to another request. */
  record Conflict(String id) implements Generation {}

  /**
   * The result, for a sender that is not waiting for an HTTP answer.
   *
   * @throws FunctionError if there is none, so that the request comes again
   */
  default GenerationResult orFunctionError() {
    return switch (this) {
      case Finished finished -> finished.result();
      case SendAgain again ->
          throw FunctionError.of(again.why(), again.id(), again.retryAfter().orElse(Duration.ZERO));
      case InProgress running ->
          throw new FunctionError(
              FunctionError.Type.IMAGEN_UNAVAILABLE,
              "the request %s is in progress elsewhere".formatted(running.id()));
      case Conflict conflict -> throw FunctionError.of(InvalidRequest.conflict(conflict.id()));
    };
  }
}
