package io.imagenlambda.predict;

import java.io.IOException;

/** The upstream's answer breaks its own format; told apart from a connection that breaks. */
final class MalformedAnswer extends IOException {
  private static final long serialVersionUID = 1L;

  MalformedAnswer(String message) {
    super(message);
  }
}
