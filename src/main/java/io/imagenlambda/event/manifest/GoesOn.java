package io.imagenlambda.event.manifest;

/** A manifest is longer than its invocation, and goes on when its message comes again. */
public final class GoesOn extends RuntimeException {
  private static final long serialVersionUID = 1;

  GoesOn(String text) {
    super(text, null, false, false);
  }
}
