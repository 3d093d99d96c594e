package io.imagenlambda.predict;

import java.io.IOException;

/** The upstream's answer has more than was asked for or can be held; it is not read on. */
final class AnswerTooLarge extends IOException {
  private static final long serialVersionUID = 1L;

  AnswerTooLarge(String what) {
    super("the answer is larger than it may be: " + what);
  }
}
