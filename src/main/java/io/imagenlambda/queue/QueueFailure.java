package io.imagenlambda.queue;

/** Some requests did not reach the queue; sending all of them again is safe, as ids are. */
public final class QueueFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  QueueFailure(String text) {
    super(text);
  }

  QueueFailure(String text, Throwable cause) {
    super(text, cause);
  }
}
