package io.imagenlambda.telemetry;

import static io.imagenlambda.telemetry.Metric.OUTCOMES;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * Writes metrics into a log line: CloudWatch finds them there, so that nothing has to be called.
 * AWS's own library for it starts threads and asks its surroundings over HTTP; of what it does,
 * this function needs the few lines below.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html">Embedded
 *     metric format</a>
 */
final class EmbeddedMetrics {
  private static final String NAMESPACE = "imagen-lambda";
  private static final String FUNCTION_NAME = "FunctionName";
  private static final String OUTCOME = "Outcome";

  private EmbeddedMetrics() {}

  static void add(GenerationLine line, String functionName, Instant at, ObjectNode to) {
    to.put(FUNCTION_NAME, functionName).put(OUTCOME, line.outcome());
    line.metrics().forEach((metric, value) -> to.put(metric.wire(), value));
    ArrayNode directives =
        to.putObject("_aws").put("Timestamp", at.toEpochMilli()).putArray("CloudWatchMetrics");
    List<Metric> plain =
        line.metrics().keySet().stream().filter(metric -> metric != OUTCOMES).toList();
    directives.add(directive(List.of(FUNCTION_NAME), plain));
    if (line.metrics().containsKey(OUTCOMES)) {
      directives.add(directive(List.of(FUNCTION_NAME, OUTCOME), Set.of(OUTCOMES)));
    }
  }

  private static ObjectNode directive(List<String> dimensions, Collection<Metric> metrics) {
    ObjectNode directive = JsonNodeFactory.instance.objectNode().put("Namespace", NAMESPACE);
    ArrayNode set = directive.putArray("Dimensions").addArray();
    dimensions.forEach(set::add);
    ArrayNode definitions = directive.putArray("Metrics");
    metrics.forEach(
        metric -> definitions.addObject().put("Name", metric.wire()).put("Unit", metric.unit()));
    return directive;
  }
}
