package io.imagenlambda.lab.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;

/** What Lambda gives to whoever invoked the function. */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
public sealed interface Answer {
  String requestId();

  /** The payload: the function's own, or the JSON document of the error. */
  byte[] payload();

  /** From the event's delivery to the answer, without init. */
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
   * @param errorType the function's own, or {@code Sandbox.Timedout}, {@code Runtime.ExitError} …
   */
  record FunctionError(
      String requestId, String errorType, String errorMessage, byte[] payload, Duration took)
      implements Answer {}
}
