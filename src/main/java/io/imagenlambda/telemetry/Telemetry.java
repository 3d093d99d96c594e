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
 * Writes the log lines with their own fields: one at init, one per generation. All others go
 * through the logger, whose JSON ({@code quarkus-logging-json}) cannot hold such fields. Both are
 * plain text if {@code IMAGEN_LOG_JSON} is off.
 *
 * <p>Metrics and log share one line of about 1.4 KB: it is sent and stored once, and the requests
 * behind a metric are found by the same names.
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
    // No %d: it loads the data of a locale, a millisecond of each start.
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

  /** From now on every line names its invocation, also on threads that are started meanwhile. */
  public static void invocationBegins(String awsRequestId) {
    MDC.put("awsRequestId", awsRequestId);
    TraceHeader.current()
        .id()
        .ifPresentOrElse(id -> MDC.put(TRACE_ID, id), () -> MDC.remove(TRACE_ID));
  }

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

  /** In one piece, so that no line of another thread mixes in. */
  private static void write(ObjectNode line) {
    byte[] bytes = (line + "\n").getBytes(UTF_8);
    System.out.write(bytes, 0, bytes.length);
    System.out.flush();
  }
}
