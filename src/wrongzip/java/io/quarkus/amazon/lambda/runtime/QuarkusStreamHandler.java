package io.quarkus.amazon.lambda.runtime;

import java.io.InputStream;
import java.io.OutputStream;

/**
 * In the executable's zip, where Lambda's Java runtime looks for the handler that the template
 * names. So it is only loaded where zip and runtime do not fit, and reports that as Lambda's init
 * error.
 */
public final class QuarkusStreamHandler {
  public QuarkusStreamHandler() {
    throw new WrongZip();
  }

  /** The Java runtime looks for this method before it calls the constructor. */
  public void handleRequest(InputStream event, OutputStream answer) {
    throw new WrongZip();
  }
}

/** Without a stack trace: the message says it all. */
final class WrongZip extends RuntimeException {
  private static final long serialVersionUID = 1;

  WrongZip() {
    super(
        "imagen-lambda cannot start: target/function.zip is built for Runtime=provided.al2023, but"
            + " the stack's parameter Runtime is java25. Deploy with Runtime=provided.al2023, or"
            + " replace target/function.zip with the JVM form's (./mvnw package; of a release,"
            + " imagen-lambda-java25.zip)",
        null,
        false,
        false);
  }
}
