package io.imagenlambda.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.imagenlambda.OnceForBothForms;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A spend stop with moto's services, from the metric to the disabled mapping; skipped where there
 * is no {@link Interpreter}. Every run says itself when it was started.
 */
@OnceForBothForms
final class SpendStopIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TAG = "imagen-lambda:spend-stop";
  private static final String FUNCTION = "pictures";
  private static final Doors OPEN = new Doors("Enabled", "ENABLED", null);
  private static final Doors SHUT = new Doors("Disabled", "DISABLED", 0);

  private static Interpreter machine;

  private final Map<String, String> substitutions = new HashMap<>();
  private String functionArn;
  private String mapping;
  private String mails;
  private JsonNode schedule;

  /**
   * The ways in: the queue's mapping, the schedule, and the function's concurrency, null for any.
   */
  private record Doors(String mapping, String schedule, @Nullable Integer concurrency) {}

  @BeforeAll
  static void startInterpreter() throws Exception {
    Assumptions.assumeTrue(
        Interpreter.isThere(),
        "python3 with moto[stepfunctions] and PyYAML is not on this machine");
    machine = new Interpreter(Path.of("deploy", "spend-stop.asl.yaml"), null);
  }

  @AfterAll
  static void stopInterpreter() {
    if (machine != null) {
      machine.close();
    }
  }

  @BeforeEach
  void makeTheStack() throws Exception {
    machine.mend();
    machine.forget();
    String role =
        machine
            .call(
                "iam",
                "create_role",
                Map.of(
                    "RoleName",
                    "function",
                    "AssumeRolePolicyDocument",
                    "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\","
                        + "\"Principal\":{\"Service\":\"lambda.amazonaws.com\"},\"Action\":\"sts:AssumeRole\"}]}"))
            .at("/Role/Arn")
            .asText();
    functionArn =
        machine
            .call(
                "lambda",
                "create_function",
                Map.of(
                    "FunctionName",
                    FUNCTION,
                    "Role",
                    role,
                    "PackageType",
                    "Image",
                    "Code",
                    Map.of("ImageUri", "123456789012.dkr.ecr.us-east-1.amazonaws.com/f:1"),
                    "Tags",
                    Map.of("team", "pictures")))
            .path("FunctionArn")
            .asText();
    mapping =
        machine
            .call(
                "lambda",
                "create_event_source_mapping",
                Map.of(
                    "FunctionName", FUNCTION, "EventSourceArn", queue("requests"), "BatchSize", 4))
            .path("UUID")
            .asText();
    machine.call(
        "scheduler",
        "create_schedule",
        Map.of(
            "Name", "daily",
            "Description", "Runs the scheduled requests",
            "ScheduleExpression", "cron(0 6 * * ? *)",
            "ScheduleExpressionTimezone", "Europe/Berlin",
            "FlexibleTimeWindow", Map.of("Mode", "FLEXIBLE", "MaximumWindowInMinutes", 5),
            "Target",
                Map.of(
                    "Arn",
                    functionArn,
                    "RoleArn",
                    role,
                    "Input",
                    "{\"id\": \"<aws.scheduler.scheduled-time>\"}",
                    "RetryPolicy",
                    Map.of("MaximumRetryAttempts", 3, "MaximumEventAgeInSeconds", 3600),
                    "DeadLetterConfig",
                    Map.of("Arn", queue("ticks")))));
    schedule = schedule();
    String topic =
        machine.call("sns", "create_topic", Map.of("Name", "alarms")).path("TopicArn").asText();
    mails = "https://sqs.us-east-1.amazonaws.com/123456789012/mails";
    machine.call(
        "sns",
        "subscribe",
        Map.of("TopicArn", topic, "Protocol", "sqs", "Endpoint", queue("mails")));
    substitutions.putAll(
        Map.of(
            "Partition", "aws",
            "Stack", "pictures-stack",
            "Function", FUNCTION,
            "FunctionArn", functionArn,
            "Mapping", mapping,
            "Schedule", "daily",
            "Topic", topic,
            "ImagesPerDay", "1000",
            "PaidCallsPerDay", "0",
            "Ends", "BY_HAND"));
  }

  @Test
  void belowTheLimitNothingChanges() throws Exception {
    stored("2026-03-14T00:00:00Z", 600);
    stored("2026-03-14T14:01:00Z", 399);

    JsonNode told = run("2026-03-14T14:03:27.123Z");

    assertEquals(999, told.at("/output/images").asInt(), told::toString);
    assertEquals(OPEN, doors());
    assertEquals("", mark());
    assertEquals(List.of(), mails());
  }

  @Test
  void atTheLimitAllIsShutAndToldOnceHoweverOftenItLooks() throws Exception {
    stored("2026-03-14T09:00:00Z", 600);
    stored("2026-03-14T14:01:00Z", 400);

    for (String time : List.of("14:03:27", "14:08:27", "23:58:27")) {
      run("2026-03-14T%s.123Z".formatted(time));
      assertEquals(SHUT, doors());
    }
    run("2026-03-15T00:03:27.123Z");

    assertEquals(SHUT, doors());
    assertEquals(1, mails().size());
  }

  @Test
  void theMailSaysWhatWasCountedWhatWasShutAndHowItStartsAgain() throws Exception {
    stored("2026-03-14T14:01:00Z", 1003);
    paid("2026-03-14T14:01:00Z", 251);

    run("2026-03-14T14:03:27.123Z");

    JsonNode mail = mails().getFirst();
    String text = mail.path("Message").asText();
    assertEquals("Spending is stopped: pictures-stack", mail.path("Subject").asText());
    for (String part :
        List.of(
            "has stopped at 2026-03-14T14:03:27Z",
            "since 2026-03-14T00:00:00Z",
            "images stored: 1003 (the limit is 1000)",
            "may have been: 251 (no limit is set)",
            "the function pictures",
            "the queue: ",
            "the schedule daily",
            "start-sync-execution --region us-east-1 --state-machine-arn arn:aws:states:us-east-1:",
            " --input '{\"start\":true}'\n")) {
      assertTrue(text.contains(part), () -> part + " is not in " + text);
    }
  }

  /** An update replaces all of a schedule. */
  @Test
  void theScheduleKeepsAllButItsState() throws Exception {
    stop();
    assertEquals(schedule, schedule());

    start("2026-03-14T15:00:00Z");
    assertEquals(schedule, schedule());
  }

  @Test
  void theFunctionKeepsItsOtherTags() throws Exception {
    stop();

    assertEquals("pictures", tags().path("team").asText());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 300, true",
    "1200, 0, false",
    "1200, 300, true",
    "0, 0, false",
    "1100, 301, false"
  })
  void eachLimitHoldsAloneAndZeroIsNone(String images, String calls, boolean stops)
      throws Exception {
    limits(images, calls);
    stored("2026-03-14T08:00:00Z", 1099);
    paid("2026-03-14T08:00:00Z", 300);

    run("2026-03-14T08:05:00Z");

    assertEquals(stops ? SHUT : OPEN, doors());
  }

  @Test
  void whatWasSpentOnEarlierDaysDoesNotCount() throws Exception {
    stored("2026-03-13T23:59:00Z", 5000);
    stored("2026-03-14T00:00:00Z", 999);

    run("2026-03-14T00:00:00Z");
    run("2026-03-14T00:05:00.500Z");
    assertEquals(OPEN, doors());

    stored("2026-03-14T00:06:00Z", 1);
    run("2026-03-14T00:10:00.500Z");
    assertEquals(SHUT, doors());
  }

  @Test
  void onlyTheStacksOwnFunctionCounts() throws Exception {
    put("ImagesStored", "another", "2026-03-14T08:00:00Z", 5000);
    stored("2026-03-14T08:00:00Z", 1);

    run("2026-03-14T08:05:00Z");

    assertEquals(OPEN, doors());
  }

  /** Whichever step fails, none is left out in the end, and somebody is told. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "lambda:putFunctionConcurrency",
        "lambda:updateEventSourceMapping",
        "scheduler:updateSchedule",
        "sns:publish"
      })
  void aStopThatFailsHalfWayIsEndedByTheNextRun(String action) throws Exception {
    stored("2026-03-14T14:01:00Z", 1003);
    machine.breakDown(action);
    for (String time : List.of("14:03:27", "14:08:27")) {
      JsonNode failed = execution("2026-03-14T%s.123Z".formatted(time), Map.of());
      assertEquals("FAILED", failed.path("status").asText(), failed::toString);
    }
    assertEquals(List.of(), mails());

    machine.mend();
    run("2026-03-14T14:13:27.123Z");

    assertEquals(SHUT, doors());
    JsonNode mail = mails().getFirst();
    assertTrue(mail.path("Message").asText().contains("at 2026-03-14T14:03:27Z"), mail::toString);
    assertTrue(mail.path("Message").asText().contains("stored: 1003"), mail::toString);

    start("2026-03-14T15:00:00Z");
    assertEquals(OPEN, doors());
  }

  @Test
  void nothingIsShutThatCouldNotBeOpenedAgain() throws Exception {
    stored("2026-03-14T14:01:00Z", 1003);
    machine.breakDown("lambda:tagResource");

    JsonNode failed = execution("2026-03-14T14:03:27.123Z", Map.of());

    assertEquals("FAILED", failed.path("status").asText(), failed::toString);
    assertEquals(OPEN, doors());
  }

  @Test
  void startedByHandItCountsFromThenOn() throws Exception {
    stop();

    JsonNode told = start("2026-03-14T15:00:30.900Z");
    assertEquals(0, told.at("/output/images").asInt(), told::toString);
    assertEquals(OPEN, doors());
    assertEquals("counting=2026-03-14T15:00:30Z", mark());

    stored("2026-03-14T14:02:00Z", 40); // ended before it was started again, and was recorded later
    stored("2026-03-14T15:01:00Z", 999);
    run("2026-03-14T15:05:00Z");
    assertEquals(OPEN, doors());

    stored("2026-03-14T15:06:00Z", 1);
    run("2026-03-14T15:10:00Z");
    assertEquals(SHUT, doors());
    String second = mails().get(1).path("Message").asText();
    assertTrue(second.contains("since 2026-03-14T15:00:30Z"), second);
    assertTrue(second.contains("images stored: 1000 "), second);
  }

  @Test
  void theNextDayCountsFromMidnightAgain() throws Exception {
    stop();
    start("2026-03-14T15:00:30Z");
    stored("2026-03-14T16:00:00Z", 900);
    stored("2026-03-15T00:00:00Z", 999);

    JsonNode told = run("2026-03-15T00:04:00Z");
    assertEquals(999, told.at("/output/images").asInt(), told::toString);

    stored("2026-03-15T00:05:00Z", 1);
    run("2026-03-15T00:09:00Z");
    assertEquals(SHUT, doors());
  }

  /** What an operator had shut for another reason stays shut. */
  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        "false, ENABLED, none",
        "true, DISABLED, 7",
        "false, DISABLED, 0",
        "true, ENABLED, 0"
      })
  void aStartRestoresExactlyWhatWasBefore(boolean enabled, String state, @Nullable Integer reserve)
      throws Exception {
    machine.call(
        "lambda", "update_event_source_mapping", Map.of("UUID", mapping, "Enabled", enabled));
    updateSchedule(state);
    if (reserve != null) {
      reserve(reserve);
    }
    Doors before = doors();

    stop();
    assertEquals(SHUT, doors());
    run("2026-03-14T14:08:27Z");

    start("2026-03-14T15:00:00Z");
    assertEquals(before, doors());
  }

  @Test
  void aStartWhereNothingIsStoppedChangesNothing() throws Exception {
    reserve(0);
    Doors before = doors();

    start("2026-03-14T15:00:00Z");

    assertEquals(before, doors());
    assertEquals("", mark());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "lambda:deleteFunctionConcurrency",
        "lambda:updateEventSourceMapping",
        "scheduler:updateSchedule"
      })
  void aStartThatFailsHalfWayIsEndedByTheNextRun(String action) throws Exception {
    stop();
    machine.breakDown(action);
    JsonNode failed = execution("2026-03-14T15:00:30Z", Map.of("start", true));
    assertEquals("FAILED", failed.path("status").asText(), failed::toString);
    assertNotEquals(OPEN, doors());

    machine.mend();
    run("2026-03-14T15:03:27Z");

    assertEquals(OPEN, doors());
    assertEquals("counting=2026-03-14T15:00:30Z", mark());
    assertEquals(1, mails().size());
  }

  @Test
  void untilTheFunctionOpensAStartOpensNothingThatCouldSpend() throws Exception {
    stop();

    List<String> calls =
        start("2026-03-14T15:00:00Z").path("calls").valueStream().map(JsonNode::asText).toList();

    int opened = calls.indexOf("aws-sdk:lambda:deleteFunctionConcurrency");
    assertTrue(opened > calls.indexOf("aws-sdk:lambda:updateEventSourceMapping"), calls::toString);
    assertTrue(opened > calls.indexOf("aws-sdk:scheduler:updateSchedule"), calls::toString);
    assertEquals("aws-sdk:cloudwatch:getMetricData", calls.getLast());
  }

  @Test
  void whatADeploymentOpensIsShutAgainAndIsWhatItIsStartedWith() throws Exception {
    stop();
    reserve(20);
    machine.call("lambda", "update_event_source_mapping", Map.of("UUID", mapping, "Enabled", true));

    run("2026-03-14T14:08:27Z");
    assertEquals(SHUT, doors());
    assertEquals(1, mails().size());

    start("2026-03-14T15:00:00Z");
    assertEquals(new Doors("Enabled", "ENABLED", 20), doors());
  }

  @Test
  void atMidnightAStopOfAnEarlierDayEndsAndTheDayCountsFromMidnight() throws Exception {
    substitutions.put("Ends", "AT_MIDNIGHT");
    stop();
    run("2026-03-14T23:59:59.999Z");
    assertEquals(SHUT, doors());

    stored("2026-03-14T23:59:00Z", 40); // recorded late
    stored("2026-03-15T00:00:00Z", 7); // was under way
    JsonNode told = run("2026-03-15T00:03:00Z");

    assertEquals(OPEN, doors());
    assertEquals(7, told.at("/output/images").asInt(), told::toString);
    assertEquals("counting=2026-03-15T00:00:00Z", mark());
    assertEquals(1, mails().size());
  }

  @Test
  void itIsStartedByHandAlsoWhereItWouldStartAtMidnight() throws Exception {
    substitutions.put("Ends", "AT_MIDNIGHT");
    stop();

    start("2026-03-14T15:00:00Z");

    assertEquals(OPEN, doors());
    assertEquals("counting=2026-03-14T15:00:00Z", mark());
  }

  @Test
  void withoutAScheduleAndAnAddressTheRestIsShut() throws Exception {
    substitutions.put("Schedule", "");
    substitutions.put("Topic", "");

    stop();
    assertEquals(new Doors("Disabled", "ENABLED", 0), doors());
    assertEquals(List.of(), mails());

    start("2026-03-14T15:00:00Z");
    assertEquals(OPEN, doors());
  }

  /** Lambda refuses a tag with other characters, or that is longer. */
  @Test
  void theTagIsOneThatLambdaTakes() throws Exception {
    limits("1000000000", "1000000000");
    reserve(1_000);
    stored("2026-03-14T14:01:00Z", 1_000_000_000);
    paid("2026-03-14T14:01:00Z", 1_000_000_000);

    run("2026-03-14T14:03:27.123Z");
    assertEquals(SHUT, doors());

    assertTrue(mark().matches("[A-Za-z0-9 _.:/=+@-]{1,256}"), mark());
    assertTrue(mark().contains("images=1000000000 calls=1000000000 "), mark());
  }

  private void limits(String images, String calls) {
    substitutions.put("ImagesPerDay", images);
    substitutions.put("PaidCallsPerDay", calls);
  }

  private void stop() throws Exception {
    stored("2026-03-14T14:01:00Z", 1003);
    run("2026-03-14T14:03:27.123Z");
  }

  private JsonNode start(String time) throws Exception {
    return succeeded(execution(time, Map.of("start", true)));
  }

  private JsonNode run(String time) throws Exception {
    return succeeded(execution(time, Map.of()));
  }

  private static JsonNode succeeded(JsonNode told) {
    assertEquals("SUCCEEDED", told.path("status").asText(), told::toString);
    return told;
  }

  private JsonNode execution(String time, Map<String, Object> input) throws Exception {
    return machine.run("spend-stop", substitutions, input, Instant.parse(time));
  }

  private static void stored(String time, int images) throws Exception {
    put("ImagesStored", FUNCTION, time, images);
  }

  private static void paid(String time, int calls) throws Exception {
    put("PaidCalls", FUNCTION, time, calls);
  }

  private static void put(String metric, String function, String time, int value) throws Exception {
    machine.call(
        "cloudwatch",
        "put_metric_data",
        Map.of(
            "Namespace",
            "imagen-lambda",
            "MetricData",
            List.of(
                Map.of(
                    "MetricName", metric,
                    "Timestamp", time,
                    "Value", value,
                    "Dimensions", List.of(Map.of("Name", "FunctionName", "Value", function))))));
  }

  private Doors doors() throws Exception {
    JsonNode reserve =
        machine
            .call("lambda", "get_function_concurrency", Map.of("FunctionName", FUNCTION))
            .path("ReservedConcurrentExecutions");
    return new Doors(
        machine
            .call("lambda", "get_event_source_mapping", Map.of("UUID", mapping))
            .path("State")
            .asText(),
        machine.call("scheduler", "get_schedule", Map.of("Name", "daily")).path("State").asText(),
        reserve.isMissingNode() ? null : Integer.valueOf(reserve.asInt()));
  }

  /** The schedule, but for its state. */
  private static JsonNode schedule() throws Exception {
    JsonNode schedule = machine.call("scheduler", "get_schedule", Map.of("Name", "daily"));
    return JSON.createObjectNode()
        .setAll(
            schedule
                .propertyStream()
                .filter(field -> !List.of("State", "LastModificationDate").contains(field.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
  }

  private static void updateSchedule(String state) throws Exception {
    Map<String, Object> update = new HashMap<>();
    schedule().properties().forEach(field -> update.put(field.getKey(), field.getValue()));
    List.of("Arn", "CreationDate").forEach(update::remove);
    update.put("State", state);
    machine.call("scheduler", "update_schedule", update);
  }

  private static void reserve(int concurrency) throws Exception {
    machine.call(
        "lambda",
        "put_function_concurrency",
        Map.of("FunctionName", FUNCTION, "ReservedConcurrentExecutions", concurrency));
  }

  private JsonNode tags() throws Exception {
    return machine.call("lambda", "list_tags", Map.of("Resource", functionArn)).path("Tags");
  }

  private String mark() throws Exception {
    return tags().path(TAG).asText();
  }

  /** All mails so far. */
  private List<JsonNode> mails() throws Exception {
    List<JsonNode> received = new ArrayList<>();
    JsonNode answer =
        machine.call(
            "sqs",
            "receive_message",
            Map.of("QueueUrl", mails, "MaxNumberOfMessages", 10, "VisibilityTimeout", 0));
    for (JsonNode message : answer.path("Messages")) {
      received.add(JSON.readTree(message.path("Body").asText()));
    }
    return received;
  }

  private static String queue(String name) throws Exception {
    machine.call("sqs", "create_queue", Map.of("QueueName", name));
    return "arn:aws:sqs:us-east-1:123456789012:" + name;
  }
}
