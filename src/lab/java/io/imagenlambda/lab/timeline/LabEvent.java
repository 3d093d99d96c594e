package io.imagenlambda.lab.timeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Something that happened in the lab. {@code ms} is its duration in milliseconds. */
public sealed interface LabEvent {
  /** Longer events and answers are cut to so many bytes. */
  int MAX_BYTES = 64 * 1024;

  /** A process of the function is ready for its first event. */
  record Started(long pid, double ms) implements LabEvent {}

  /** A process has taken an event. */
  record Delivered(String requestId, long pid, String event) implements LabEvent {}

  /** The function has answered, or Lambda has where the function could not. */
  record Answered(String requestId, long pid, String answer, @Nullable String error, double ms)
      implements LabEvent {}

  /**
   * The work behind an answer has ended, or there was none. Where the process had died before, it
   * was cut off.
   */
  record Over(String requestId, long pid, boolean died) implements LabEvent {}

  /** The simulator of the predict API has got a call. */
  record Called(int call, String model, String prompt) implements LabEvent {}

  /** The simulator has answered a call. Status 0 means that the connection was dropped. */
  record Predicted(int call, String prompt, int status, int images, double ms)
      implements LabEvent {}

  /** An object has been put into a bucket. */
  record Stored(String bucket, String key, long bytes, String type, double ms)
      implements LabEvent {}

  /** The function was invoked with a message. With a failure it comes again, else it is deleted. */
  record Received(
      String queue, String messageId, String body, int receives, @Nullable String failure)
      implements LabEvent {}

  /** How a event is called on the wire. */
  default String kind() {
    return switch (this) {
      case Started _ -> "started";
      case Delivered _ -> "delivered";
      case Answered _ -> "answered";
      case Over _ -> "over";
      case Called _ -> "called";
      case Predicted _ -> "predicted";
      case Stored _ -> "stored";
      case Received _ -> "received";
    };
  }

  /** Bytes as text, cut after {@link #MAX_BYTES}. */
  static String text(byte[] bytes) {
    return bytes.length <= MAX_BYTES
        ? new String(bytes, UTF_8)
        : new String(bytes, 0, MAX_BYTES, UTF_8) + "… (%d bytes)".formatted(bytes.length);
  }

  /** Milliseconds, rounded to a tenth. */
  static double ms(Duration duration) {
    return Math.round(duration.toNanos() / 1e5) / 10.0;
  }
}
