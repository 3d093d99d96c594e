import io.imagenlambda.request.FunctionError;
import jakarta.inject.Singleton;

/** See {@link FunctionError.Exceptions} for why this is in no package. */
@Singleton
@SuppressWarnings("DefaultPackage")
final class FunctionErrorTypes implements FunctionError.Exceptions {
  @Override
  public RuntimeException named(FunctionError error) {
    return switch (error.type()) {
      case IMAGEN_UNAVAILABLE -> new ImagenUnavailable(error.text());
      case IMAGEN_ACCOUNT -> new ImagenAccount(error.text());
      case INVALID_REQUEST -> new InvalidRequest(error.text());
      case UNKNOWN_EVENT -> new UnknownEvent(error.text());
    };
  }
}

/** Without a stack trace: the message says it all, and the poll loop would print it. */
abstract sealed class NamedError extends RuntimeException {
  private static final long serialVersionUID = 1;

  NamedError(String message) {
    super(message, null, false, false);
  }
}

final class ImagenUnavailable extends NamedError {
  private static final long serialVersionUID = 1;

  ImagenUnavailable(String message) {
    super(message);
  }
}

final class ImagenAccount extends NamedError {
  private static final long serialVersionUID = 1;

  ImagenAccount(String message) {
    super(message);
  }
}

final class InvalidRequest extends NamedError {
  private static final long serialVersionUID = 1;

  InvalidRequest(String message) {
    super(message);
  }
}

final class UnknownEvent extends NamedError {
  private static final long serialVersionUID = 1;

  UnknownEvent(String message) {
    super(message);
  }
}
