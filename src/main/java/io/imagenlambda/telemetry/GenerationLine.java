package io.imagenlambda.telemetry;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is told of one generation, put together by whoever knows it. */
public final class GenerationLine {
  private final String outcome;
  private final String message;
  private final ObjectNode fields = JsonNodeFactory.instance.objectNode();
  private final Map<Metric, Long> metrics = new EnumMap<>(Metric.class);

  /**
   * A line without fields and metrics.
   *
   * @param outcome one word of few, as it becomes a dimension of {@link Metric#OUTCOMES}
   * @param message the line for people
   */
  public GenerationLine(String outcome, String message) {
    this.outcome = outcome;
    this.message = message;
  }

  /** A field that can be searched for; left out where it is null. */
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

  /** The value of a metric; one that is left out has no value, which is not zero. */
  public GenerationLine metric(Metric metric, long value) {
    metrics.put(metric, value);
    return this;
  }

  String outcome() {
    return outcome;
  }

  String message() {
    return message;
  }

  ObjectNode fields() {
    return fields;
  }

  Map<Metric, Long> metrics() {
    return metrics;
  }
}
