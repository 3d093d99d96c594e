package io.imagenlambda.lab.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;

/** The answer of Lambda to an invocation of the function. */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
public sealed interface Answer {
  String requestId();

  /** The function's answer, or the JSON document of the error. */
  byte[] payload();

  /** The time from the start of the event to the answer, without init. */
  Duration took();

  /** The payload as text. */
  default String text() {
    return new String(payload(), UTF_8);
  }

  /** The function answered. */
  record Success(String requestId, byte[] payload, Duration took) implements Answer {}

  /**
   * The function failed ({@code X-Amz-Function-Error}).
   *
   * @param errorType the function's own type, or {@code Sandbox.Timedout}, {@code
   *     Runtime.ExitError} …
   */
  record FunctionError(
      String requestId, String errorType, String errorMessage, byte[] payload, Duration took)
      implements Answer {}
}
