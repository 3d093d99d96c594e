package io.imagenlambda.provider.json;

import java.io.IOException;

/** The provider's answer cannot be used, although the connection is sound. */
public final class UnusableAnswer extends IOException {
  private static final long serialVersionUID = 1L;

  private final String code;

  private UnusableAnswer(String code, String message) {
    super(message);
    this.code = code;
  }

  /** It breaks its own format. */
  public static UnusableAnswer malformed(String message) {
    return new UnusableAnswer("malformed_answer", message);
  }

  /** It has more than was asked for or can be held. */
  public static UnusableAnswer tooLarge(String what) {
    return new UnusableAnswer("answer_too_large", "the answer is larger than it may be: " + what);
  }

  /** What is wrong, in a word. */
  public String code() {
    return code;
  }
}
