package io.imagenlambda.telemetry;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.imagenlambda.telemetry.Metric.Dimension;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The log line of one generation, with its metrics: CloudWatch takes them from it, so no call is
 * needed. AWS's library for this format starts threads and makes HTTP calls; few lines of it are
 * needed.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html">Embedded
 *     metric format</a>
 */
public final class GenerationLine {
  private static final String NAMESPACE = "imagen-lambda";
  private static final String FUNCTION_NAME = "FunctionName";

  private final Map<Dimension, String> values;
  private final String message;
  private final ObjectNode fields = JsonNodeFactory.instance.objectNode();
  private final Map<Metric, Long> metrics = new EnumMap<>(Metric.class);

  /**
   * A line without fields and metrics.
   *
   * @param outcome one of few words: it becomes a dimension of {@link Metric#OUTCOMES}
   * @param model a dimension of the tokens
   * @param message the line for people
   */
  public GenerationLine(String outcome, String model, String message) {
    this.values = Map.of(Dimension.OUTCOME, outcome, Dimension.MODEL, model);
    this.message = message;
  }

  /** A field that can be searched for; left out if it is null. */
  public GenerationLine field(String name, @Nullable String value) {
    if (value != null) {
      fields.put(name, value);
    }
    return this;
  }

  /** A field that can be searched for. */
  public GenerationLine field(String name, long value) {
    fields.put(name, value);
    return this;
  }

  /** Sets a metric; one that is not set has no value, which is not zero. */
  public GenerationLine metric(Metric metric, long value) {
    metrics.put(metric, value);
    return this;
  }

  String message() {
    return message;
  }

  /** Adds fields and metrics to a line of the log. */
  void addTo(ObjectNode line, String functionName, Instant at) {
    line.setAll(fields);
    line.put(FUNCTION_NAME, functionName);
    metrics.forEach((metric, value) -> line.put(metric.wire(), value));
    ArrayNode directives =
        line.putObject("_aws").put("Timestamp", at.toEpochMilli()).putArray("CloudWatchMetrics");
    directives.add(directive(List.of(FUNCTION_NAME), metricsBy(null)));
    for (Dimension dimension : Dimension.values()) {
      List<Metric> its = metricsBy(dimension);
      if (!its.isEmpty()) {
        line.put(dimension.wire(), values.get(dimension));
        directives.add(directive(List.of(FUNCTION_NAME, dimension.wire()), its));
      }
    }
  }

  private List<Metric> metricsBy(@Nullable Dimension dimension) {
    return metrics.keySet().stream().filter(metric -> metric.dimension() == dimension).toList();
  }

  private static ObjectNode directive(List<String> dimensions, List<Metric> metrics) {
    ObjectNode directive = JsonNodeFactory.instance.objectNode().put("Namespace", NAMESPACE);
    ArrayNode set = directive.putArray("Dimensions").addArray();
    dimensions.forEach(set::add);
    ArrayNode definitions = directive.putArray("Metrics");
    metrics.forEach(
        metric -> definitions.addObject().put("Name", metric.wire()).put("Unit", metric.unit()));
    return directive;
  }
}
