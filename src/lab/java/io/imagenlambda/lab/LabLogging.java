package io.imagenlambda.lab;

import java.util.List;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.jboss.logmanager.Logger;

/** Keeps the embedded servers' logs out of the function's output. */
final class LabLogging {
  /** Kept in a field, because a logger without a reference is collected and loses its level. */
  private static final List<Logger> QUIET =
      Stream.of("org.gaul", "org.elasticmq", "org.apache.pekko", "software.amazon.awssdk")
          .map(Logger::getLogger)
          .toList();

  private LabLogging() {}

  static void quietServers() {
    QUIET.forEach(logger -> logger.setLevel(Level.WARNING));
  }
}
