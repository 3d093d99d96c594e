package io.imagenlambda.request;

import io.quarkus.runtime.annotations.RegisterForReflection;
import org.jspecify.annotations.Nullable;

/**
 * Whether one thing is set up right.
 *
 * @param what the thing in one to three words, such as {@code base URL}
 * @param ok null where it is not set, or where it cannot be known
 * @param message one line: the setting, the value that was tried, and what to do; it never holds a
 *     key
 */
@RegisterForReflection
public record Finding(String what, @Nullable Boolean ok, String message) {
  public static Finding right(String what, String message) {
    return new Finding(what, true, line(message));
  }

  public static Finding wrong(String what, String message) {
    return new Finding(what, false, line(message));
  }

  public static Finding unknown(String what, String message) {
    return new Finding(what, null, line(message));
  }

  public boolean failed() {
    return ok != null && !ok;
  }

  /** What others say may have several lines. */
  private static String line(String message) {
    return message.replaceAll("[\\s\\p{Cc}]+", " ").strip();
  }
}
