package io.imagenlambda.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

/** What the operator is told of rings when it should, and says why. */
final class AlarmsTest {
  private final Template template = Template.read();

  /** The newest period has often no value yet, which counts as a good one. */
  @Test
  void noAlarmIsSilentWhereTheNewestMetricsAreLate() {
    for (String name : template.resources("AWS::CloudWatch::Alarm")) {
      JsonNode alarm = template.properties(name);
      int spare = alarm.path("EvaluationPeriods").asInt() - alarm.path("DatapointsToAlarm").asInt();

      assertTrue(
          alarm.path("TreatMissingData").asText().equals("breaching")
              || (alarm.has("DatapointsToAlarm") && spare > 0),
          name);
    }
  }

  /**
   * Lambda reports an invocation when it ends, with the time at which it began.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html">Lambda's
   *     metrics</a>
   */
  @Test
  void theErrorOfTheLongestInvocationIsStillLookedAtWhenItIsReported() {
    JsonNode alarm = template.properties("ErrorsAlarm");
    int spare = alarm.path("EvaluationPeriods").asInt() - alarm.path("DatapointsToAlarm").asInt();

    assertTrue(
        spare * alarm.path("Period").asInt()
            >= template.parameter("Timeout").path("MaxValue").asInt());
  }

  @Test
  void anEventThatFailsForGoodIsKeptWithItsError() {
    JsonNode retries = template.properties("EventRetries");

    assertEquals(
        "{\"Fn::GetAtt\":[\"FailedEvents\",\"Arn\"]}",
        retries.at("/DestinationConfig/OnFailure/Destination").toString());
    assertEquals(false, template.properties("ImagenFunction").has("DeadLetterQueue"));
  }

  @Test
  void aBatchTellsWhyItFailedAndNoPrompts() {
    JsonNode logging = template.properties("BatchStateMachine").path("Logging");

    assertEquals("ERROR", logging.path("Level").asText());
    assertEquals("false", logging.path("IncludeExecutionData").asText());
    assertEquals(
        "{\"Fn::GetAtt\":[\"BatchLogs\",\"Arn\"]}",
        logging.at("/Destinations/0/CloudWatchLogsLogGroup/LogGroupArn").toString());
    assertEquals("true", template.properties("BatchStateMachine").at("/Tracing/Enabled").asText());
  }

  /** Nothing else reports it: no message dies of it for days. */
  @Test
  void anAlarmRingsWithTheFirstCallThatIsRefusedForTheAccount() {
    JsonNode alarm = template.properties("AccountAlarm");

    assertEquals("Outcomes", alarm.path("MetricName").asText());
    assertEquals("account", alarm.at("/Dimensions/1/Value").asText());
    assertEquals(60, alarm.path("Period").asInt());
    assertEquals(1, alarm.path("DatapointsToAlarm").asInt());
    assertEquals("GreaterThanThreshold", alarm.path("ComparisonOperator").asText());
    assertEquals(0, alarm.path("Threshold").asInt());
  }

  /** Without a value it would stay silent where nothing runs. */
  @Test
  void anAlarmRingsWhereThreeTimesInARowNothingHasLookedAtTheLimits() {
    JsonNode alarm = template.properties("SpendStopAlarm");

    assertEquals(
        "rate(5 minutes)",
        template.properties("SpendStopSchedule").path("ScheduleExpression").asText());
    assertEquals(300, alarm.at("/Metrics/1/MetricStat/Period").asInt());
    assertEquals(
        "ExecutionsSucceeded", alarm.at("/Metrics/1/MetricStat/Metric/MetricName").asText());
    assertEquals("FILL(succeeded, 0)", alarm.at("/Metrics/0/Expression").asText());
    assertEquals("LessThanThreshold", alarm.path("ComparisonOperator").asText());
    assertEquals(1, alarm.path("Threshold").asInt());
    assertEquals(3, alarm.path("EvaluationPeriods").asInt());
    assertEquals("breaching", alarm.path("TreatMissingData").asText());
  }
}
