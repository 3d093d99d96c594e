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
  private final String logged;

  FunctionError(Type type, String text) {
    this(type, text, text);
  }

  private FunctionError(Type type, String text, String logged) {
    super(text, null, false, false);
    this.type = type;
    this.text = text;
    this.logged = logged;
  }

  /** A request ended so; its own line in the log has told all that may be logged of it. */
  static FunctionError ended(Type type, String code, String message) {
    return new FunctionError(type, "%s: %s".formatted(code, message), code);
  }

  /** What happened, and what is allowed. */
  public String text() {
    return text;
  }

  /** As much of the text as can be logged: the provider's words may quote the prompt. */
  public String logged() {
    return logged;
  }

  /** The error's name. */
  public Type type() {
    return type;
  }
}
