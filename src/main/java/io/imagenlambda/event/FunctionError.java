package io.imagenlambda.event;

/** The invocation ends as a function error, which its caller sees under a name of its own. */
public final class FunctionError extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** The names of the function's errors. */
  public enum Type {
    /** Nothing was charged; the same request may succeed later. */
    IMAGEN_UNAVAILABLE,
    /** Nothing was charged; the operator has to mend the key, the quota or the model's access. */
    IMAGEN_ACCOUNT,
    /** The request can never succeed. */
    INVALID_REQUEST,
    /** The event is of no kind that this function knows. */
    UNKNOWN_EVENT
  }

  private final Type type;
  private final String text;

  FunctionError(Type type, String text) {
    super(text, null, false, false);
    this.type = type;
    this.text = text;
  }

  /** What happened, and what is allowed. */
  public String text() {
    return text;
  }

  /** The error's name. */
  public Type type() {
    return type;
  }
}
