package io.imagenlambda.bench;

import io.imagenlambda.lab.runtime.Answer.FunctionError;

/** A program did not do its job. */
final class Lost extends Exception {
  private static final long serialVersionUID = 1;

  Lost(String reason) {
    super(reason);
  }

  static Lost by(FunctionError error) {
    if (error.errorMessage().contains("signal ")) {
      return new Lost("killed");
    }
    if (error.errorType().equals("Sandbox.Timedout")) {
      return new Lost("too slow");
    }
    return new Lost("failed: %s: %s".formatted(error.errorType(), error.errorMessage()));
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
