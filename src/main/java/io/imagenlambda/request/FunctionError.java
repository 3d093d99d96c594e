package io.imagenlambda.request;

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
    /** This function does not know this kind of event. */
    UNKNOWN_EVENT
  }

  /**
   * Makes the exceptions whose class names are the function's error types. Lambda's runtimes report
   * a function error under the full name of the exception's class, and a state machine's {@code
   * Retry} and {@code Catch} have to name it; so those classes are in no package, where only CDI
   * finds them.
   */
  public interface Exceptions {
    /** The exception whose class has the error's name. */
    RuntimeException named(FunctionError error);
  }

  private final Type type;
  private final String text;
  private final String logged;

  private FunctionError(Type type, String text, String logged) {
    super(text, null, false, false);
    this.type = type;
    this.text = text;
    this.logged = logged;
  }

  public FunctionError(Type type, String text) {
    this(type, text, text);
  }

  /** A request that is not one, or can never be run. */
  public static FunctionError of(InvalidRequest invalid) {
    return new FunctionError(Type.INVALID_REQUEST, invalid.detail());
  }

  /** A request ended so; its own line in the log has all that may be logged of it. */
  public static FunctionError of(Failure failure) {
    return new FunctionError(
        failure.outcome() == Outcome.ACCOUNT ? Type.IMAGEN_ACCOUNT : Type.IMAGEN_UNAVAILABLE,
        "%s: %s".formatted(failure.code(), failure.message()),
        failure.code());
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
