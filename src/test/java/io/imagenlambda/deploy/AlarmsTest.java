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
}
