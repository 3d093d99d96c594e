package io.imagenlambda.lab.runtime;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the line in the output of a process that says why it failed. */
final class FailureReason {
  private static final String CAUSE = "Caused by: ";
  private static final String THREAD = "Exception in thread ";

  private @Nullable String cause;
  private @Nullable String error;
  private @Nullable String line;

  synchronized void read(String written, boolean onStandardError) {
    if (written.isBlank()) {
      return;
    }
    String known = cause;
    if (known != null && known.endsWith(":")) {
      cause = known + " " + written.strip();
    }
    if (written.startsWith(CAUSE)) {
      // without the exception's class, which does not say what is wrong
      cause = written.substring(CAUSE.length()).replaceFirst("^[\\w.$]+: ", "");
    }
    boolean partOfTrace = Character.isWhitespace(written.charAt(0));
    String before = error;
    if (onStandardError && before != null && before.endsWith(":")) {
      error = before + " " + written.strip();
    } else if (!partOfTrace && onStandardError) {
      // A thread that ends because of an error that was printed before says nothing new.
      error = before != null && written.startsWith(THREAD) ? before : written.strip();
    } else if (!partOfTrace) {
      line = written.strip();
    }
  }

  /** The innermost cause of a stack trace, else the last line of standard error. */
  synchronized Optional<String> known() {
    return Optional.ofNullable(cause == null ? error : cause);
  }

  /** The reason, else the last line of standard output. */
  synchronized String text() {
    return known().orElse(line == null ? "it wrote nothing" : line);
  }
}
