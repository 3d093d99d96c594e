package io.imagenlambda.request;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Ends the invocation as a function error, which its caller sees under the name of its type. */
public final class FunctionError extends RuntimeException {
  private static final long serialVersionUID = 1;

  public enum Type {
    /** Nothing was charged; the same request may succeed later. */
    IMAGEN_UNAVAILABLE,
    /** Nothing was charged; the operator must fix the key, the quota or the model's access. */
    IMAGEN_ACCOUNT,
    /** The request can never succeed. */
    INVALID_REQUEST,
    /** This function does not know this kind of event. */
    UNKNOWN_EVENT
  }

  /**
   * Makes the exceptions whose class names are the function's error types. Lambda reports an error
   * under the full name of its exception's class, and a state machine's {@code Retry} and {@code
   * Catch} must name it. So those classes are in no package, where only CDI finds them.
   */
  public interface Exceptions {
    RuntimeException named(FunctionError error);
  }

  private final Type type;
  private final String text;
  private final String logged;
  private final @Nullable String id;
  private final Duration retryAfter;

  private FunctionError(
      Type type, String text, String logged, @Nullable String id, Duration retryAfter) {
    super(text, null, false, false);
    this.type = type;
    this.text = text;
    this.logged = logged;
    this.id = id;
    this.retryAfter = retryAfter;
  }

  public FunctionError(Type type, String text) {
    this(type, text, text, null, Duration.ZERO);
  }

  /** A request that is invalid or can never be run. */
  public static FunctionError of(InvalidRequest invalid) {
    return new FunctionError(Type.INVALID_REQUEST, invalid.detail());
  }

  /**
   * The same.
   *
   * @param id under which the request would have run
   */
  public static FunctionError of(InvalidRequest invalid, String id) {
    return new FunctionError(
        Type.INVALID_REQUEST, invalid.detail(), invalid.detail(), id, Duration.ZERO);
  }

  /**
   * A request failed; its own log line has everything that may be logged.
   *
   * @param id the request's
   * @param retryAfter how long it must wait at least
   */
  public static FunctionError of(Failure failure, String id, Duration retryAfter) {
    return new FunctionError(
        failure.outcome() == Outcome.ACCOUNT ? Type.IMAGEN_ACCOUNT : Type.IMAGEN_UNAVAILABLE,
        "%s: %s".formatted(failure.code(), failure.message()),
        failure.code(),
        id,
        retryAfter);
  }

  /** What happened, and what is allowed. */
  public String text() {
    return text;
  }

  /** The part that may be logged: the provider may quote the prompt. */
  public String logged() {
    return logged;
  }

  /** The id of the one request that this is about, if there is one and it is its own. */
  public Optional<String> id() {
    return Optional.ofNullable(id);
  }

  /** How long the request must wait at least before it comes again; zero for any time. */
  public Duration retryAfter() {
    return retryAfter;
  }

  public Type type() {
    return type;
  }
}
