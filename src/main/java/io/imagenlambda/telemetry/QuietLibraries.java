package io.imagenlambda.telemetry;

import io.quarkus.logging.LoggingFilter;
import java.util.logging.Filter;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/**
 * Drops what libraries log below INFO, whatever levels the environment sets. The AWS SDK's signer
 * writes the session token there, the JDK and the REST client whole requests with their keys.
 */
@LoggingFilter(name = "quiet-libraries") // as application.properties calls it
public final class QuietLibraries implements Filter {
  private static final String OURS = "io.imagenlambda.";

  @Override
  public boolean isLoggable(LogRecord line) {
    String logger = line.getLoggerName();
    return line.getLevel().intValue() >= Level.INFO.intValue()
        || (logger != null && logger.startsWith(OURS));
  }
}
