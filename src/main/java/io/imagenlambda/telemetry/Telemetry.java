package io.imagenlambda.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.imagenlambda.settings.Settings;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;

/**
 * Writes the lines that have fields of their own: one at init, one a generation. All others go
 * through the logger, whose JSON ({@code quarkus-logging-json}) has no place for such fields; both
 * come out as lines for people where {@code IMAGEN_LOG_JSON} is off.
 *
 * <p>Metrics and log are one line: it is sent and kept once, about 1.4 KB, and whoever sees a
 * metric move finds the requests that moved it by the same names.
 */
@Singleton
public class Telemetry {
  private static final Logger LOG = Logger.getLogger(Telemetry.class);

  private static final String TRACE_ID = "traceId";

  private final Settings settings;
  private final AtomicBoolean cold = new AtomicBoolean(true);

  Telemetry(Settings settings) {
    this.settings = settings;
  }

  void started(@Observes StartupEvent ready) {
    Instant now = Instant.now();
    long initMs =
        ProcessHandle.current()
            .info()
            .startInstant()
            .map(start -> Duration.between(start, now).toMillis())
            .orElse(0L);
    String version = settings.version();
    // No %d: it unpacks the data of a locale, which would take a millisecond of each start.
    String message = "imagen-lambda " + version + " is ready after " + initMs + " ms";
    if (!settings.logJson()) {
      LOG.info(message);
      return;
    }
    ObjectNode line = line(now, message).put("version", version).put("initMs", initMs);
    ObjectNode inForce = line.putObject("settings");
    settings.withoutKey().forEach((name, value) -> inForce.put(name.name(), value.toString()));
    write(line);
  }

  /**
   * From now on every line says which invocation it belongs to. Threads that are started meanwhile
   * inherit this.
   */
  public static void invocationBegins(String awsRequestId) {
    MDC.put("awsRequestId", awsRequestId);
    TraceHeader.current()
        .id()
        .ifPresentOrElse(id -> MDC.put(TRACE_ID, id), () -> MDC.remove(TRACE_ID));
  }

  /** Writes the line of a generation that is over. */
  public void write(GenerationLine generation) {
    generation.metric(Metric.COLD_STARTS, cold.getAndSet(false) ? 1 : 0);
    if (!settings.logJson()) {
      LOG.info(generation.message());
      return;
    }
    Instant now = Instant.now();
    ObjectNode line = line(now, generation.message());
    TraceHeader.current().id().ifPresent(id -> line.put(TRACE_ID, id));
    generation.addTo(line, functionName(), now);
    write(line);
  }

  private static ObjectNode line(Instant at, String message) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("timestamp", at.toString())
        .put("level", "INFO")
        .put("message", message);
  }

  private static String functionName() {
    return Objects.requireNonNullElse(System.getenv("AWS_LAMBDA_FUNCTION_NAME"), "imagen-lambda");
  }

  /** In one piece, so that nothing of another thread's comes in between. */
  private static void write(ObjectNode line) {
    byte[] bytes = (line + "\n").getBytes(UTF_8);
    System.out.write(bytes, 0, bytes.length);
    System.out.flush();
  }
}
