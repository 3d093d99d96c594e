package io.imagenlambda.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.imagenlambda.settings.SettingName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The template and the code know each other. */
final class TemplateTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * A key in plain text is for a developer's machine; a proxy and its authority are part of a VPC,
   * which the stack does not make.
   */
  private static final Set<SettingName> NEVER_DEPLOYED =
      Set.of(
          SettingName.TOKAIFY_API_KEY,
          SettingName.IMAGEN_CA_FILE,
          SettingName.IMAGEN_HTTP_PATIENCE, // the stack's HTTP API gives up after 30 s
          SettingName.HTTPS_PROXY,
          SettingName.NO_PROXY);

  private final Template template = Template.read();
  private final JsonNode function = template.properties("ImagenFunction");

  @Test
  void everyVariableIsASettingAndEverySettingButThoseOfOneMachineOrNetworkIsAVariable() {
    Set<String> settings =
        Arrays.stream(SettingName.values())
            .filter(name -> !NEVER_DEPLOYED.contains(name))
            .map(SettingName::name)
            .collect(Collectors.toCollection(TreeSet::new));

    assertEquals(settings, template.variables().keySet());
  }

  /** Otherwise the API would be open to everybody, and no key asked for. */
  @Test
  void whereCallersHaveAKeyTheSecretMustBeNamedAndIsGivenToTheFunction() {
    assertEquals(
        "{\"Fn::Not\":[{\"Fn::Equals\":[{\"Ref\":\"ClientKeysSecretArn\"},\"\"]}]}",
        template.rule("KeysAreInASecret").at("/Assertions/0/Assert").toString());
    assertEquals(
        "{\"Fn::Equals\":[{\"Ref\":\"HttpAuthorization\"},\"KEY\"]}",
        template.rule("KeysAreInASecret").path("RuleCondition").toString());
    assertEquals(
        "{\"Fn::If\":[\"IsKey\",{\"Ref\":\"ClientKeysSecretArn\"},{\"Ref\":\"AWS::NoValue\"}]}",
        template.variables().get("IMAGEN_CLIENT_KEYS_SECRET").toString());
  }

  @Test
  void theKeyComesFromASecretThatIsTheOnlyParameterWithoutADefault() {
    assertEquals(
        "ApiKeySecretArn", template.variables().get("TOKAIFY_API_KEY_SECRET").path("Ref").asText());
    assertEquals(
        List.of("ApiKeySecretArn"),
        template.parameters().stream()
            .filter(name -> !template.parameter(name).has("Default"))
            .toList());
  }

  @Test
  void aFailedFirstDeployLeavesNoBucketAndADeletedStackLeavesBoth() {
    assertEquals(
        Set.of("ImagesBucket", "RequestsBucket"),
        Set.copyOf(template.resources("AWS::S3::Bucket")));
    for (String bucket : template.resources("AWS::S3::Bucket")) {
      assertEquals(
          "RetainExceptOnCreate",
          template.resource(bucket).path("DeletionPolicy").asText(),
          bucket);
      assertEquals(
          "Retain", template.resource(bucket).path("UpdateReplacePolicy").asText(), bucket);
    }
  }

  @Test
  void theHandlerIsTheOneThatTheJavaRuntimeCalls() throws Exception {
    String[] handler = function.path("Handler").asText().split("::", 2);

    Class<?> type = Class.forName(handler[0]);
    assertTrue(RequestStreamHandler.class.isAssignableFrom(type), handler[0]);
    assertTrue(
        Arrays.stream(type.getMethods()).anyMatch(method -> method.getName().equals(handler[1])),
        handler[1]);
  }

  @Test
  void theRuntimesAreTheTwoThatTheBuildPackagesFor() {
    assertEquals("target/function.zip", function.path("CodeUri").asText());
    assertEquals(ref("Runtime"), function.path("Runtime"));
    assertEquals(
        Set.of("provided.al2023", "java" + Runtime.version().feature()), allowed("Runtime"));
    assertEquals("provided.al2023", template.parameter("Runtime").path("Default").asText());
    assertEquals(ref("Architecture"), function.path("Architectures").path(0));
    assertEquals(Set.of("x86_64", "arm64"), allowed("Architecture"));
  }

  /** SnapStart is for java25, with no more than 512 MB under /tmp, and runs published versions. */
  @Test
  void snapStartHasWhatItAsksFor() {
    JsonNode snapStart = function.path("SnapStart").path("Fn::If");
    JsonNode storage = function.at("/EphemeralStorage/Size").path("Fn::If");

    assertEquals(
        "[{\"Ref\":\"Runtime\"},\"java25\"]",
        template.condition("IsJava").path("Fn::Equals").toString());
    assertEquals("IsJava", snapStart.path(0).asText());
    assertEquals("PublishedVersions", snapStart.path(1).path("ApplyOn").asText());
    assertEquals("IsJava", storage.path(0).asText());
    assertTrue(storage.path(1).asInt() <= 512, storage.toString());
    JsonNode rule = template.rule("SnapStartNeedsVersions");
    assertEquals(
        "{\"Fn::Equals\":[{\"Ref\":\"Runtime\"},\"java25\"]}",
        rule.path("RuleCondition").toString());
    assertEquals(VersionsTest.HAS_RELEASE, rule.at("/Assertions/0/Assert").toString());
  }

  /**
   * Lambda makes no event source mapping for a queue that hides its messages for a shorter time
   * than the function may take.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html">Queues</a>
   */
  @Test
  void theQueueHidesAMessageForTwiceTheDefaultTimeoutWhichIsMoreThanTheLongest() {
    JsonNode timeout = template.parameter("Timeout");

    assertEquals(ref("Timeout"), function.path("Timeout"));
    assertEquals(2 * timeout.path("Default").asInt(), hiddenSeconds());
    assertTrue(hiddenSeconds() > timeout.path("MaxValue").asInt(), timeout.toString());
  }

  @Test
  void aMessageThatKillsItsProcessEachTimeIsDeadADayBeforeSqsDeletesIt() {
    Duration dead = Duration.ofSeconds((long) mostReceives() * hiddenSeconds());

    assertTrue(dead.compareTo(kept("RequestQueue").minusDays(1)) < 0, dead.toString());
  }

  /**
   * It waits for five seconds times its receives, for a quarter of an hour at most, and for an hour
   * from the 500th receive on. Chance makes each wait shorter by up to a third.
   */
  @Test
  void noMessageIsReceivedTooOftenInAnOutageThatLastsItsWholeAge() {
    double seconds = 0;
    int receives = 0;
    while (seconds < Duration.ofDays(13).toSeconds()) {
      receives++;
      seconds += (receives < 500 ? Math.min(5 * receives, 900) : 3600) * 2 / 3.0;
    }

    assertEquals("13d", template.parameter("MaxAge").path("Default").asText());
    assertTrue(receives < mostReceives(), receives + " receives");
  }

  /** What SQS deletes is not given up: nobody is told. */
  @Test
  void everyQueueKeepsItsMessagesADayLongerThanTheOldestIsTried() {
    for (String queue : template.resources("AWS::SQS::Queue")) {
      assertEquals(Duration.ofDays(14), kept(queue), queue);
    }
    String ages = template.parameter("MaxAge").path("AllowedPattern").asText();
    assertTrue("13d".matches(ages) && "312h".matches(ages), ages);
    assertFalse("14d".matches(ages) || "313h".matches(ages), ages);
  }

  /** As long as it is given up, lies among the dead letters, and is sent back. */
  @Test
  void noRequestIsForgottenThatMayComeAgain() {
    long days = 13 + kept("DeadRequests").toDays() + kept("RequestQueue").toDays();
    String keepDays = template.parameter("KeepDays").path("AllowedPattern").asText();

    assertFalse(Long.toString(days).matches(keepDays), keepDays);
    assertTrue(Long.toString(days + 1).matches(keepDays), keepDays);
  }

  @Test
  void whatIsDeadGoesToOneQueueAndOnlyWhatFailedComesAgain() {
    JsonNode redrive = template.properties("RequestQueue").path("RedrivePolicy");
    JsonNode mapping = template.properties("FromQueue");

    assertEquals("DeadRequests", redrive.at("/deadLetterTargetArn/Fn::GetAtt/0").asText());
    assertEquals(ref("DeadRequests"), template.variables().get("DEAD_LETTER_QUEUE_URL"));
    assertEquals("[\"ReportBatchItemFailures\"]", mapping.path("FunctionResponseTypes").toString());
    assertEquals(ref("Live"), mapping.path("FunctionName"));
  }

  /** A message that waits for others of its batch may run out of time. */
  @Test
  void allMessagesOfABatchRunSideBySide() {
    assertEquals(ref("BatchSize"), template.properties("FromQueue").path("BatchSize"));
    assertEquals(ref("BatchSize"), template.variables().get("IMAGEN_CONCURRENCY"));
  }

  /** Each holds one largest image in /tmp, and a part of that is the file system's. */
  @Test
  void theLargestBatchRunsSideBySideInTheSmallestStorage() {
    JsonNode storage = function.at("/EphemeralStorage/Size").path("Fn::If");
    long megabytes = Math.min(storage.path(1).asLong(), storage.path(2).asLong());
    long image = template.parameter("MaxImageBytes").path("Default").asLong();
    long messages = template.parameter("BatchSize").path("MaxValue").asLong();

    assertTrue(messages * image < megabytes * 1_000_000 / 10 * 9, storage.toString());
  }

  @Test
  void everyStateMachineIsGivenWhatItsDefinitionLeavesOpen() throws Exception {
    Set<String> used = new TreeSet<>();
    for (String name : template.resources("AWS::Serverless::StateMachine")) {
      JsonNode machine = template.properties(name);
      String file = machine.path("DefinitionUri").asText();
      Set<String> given = new TreeSet<>();
      machine.path("DefinitionSubstitutions").fieldNames().forEachRemaining(given::add);

      assertEquals(Definition.read(Path.of(file)).open(), given, name);
      used.add(file);
    }
    try (var files = Files.newDirectoryStream(Path.of("deploy"), "*.asl.yaml")) {
      Set<String> there = new TreeSet<>();
      files.forEach(file -> there.add(file.toString()));
      assertEquals(there, used);
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 0, false", "1, 0, true", "0, 1, true", "1, 1, true"})
  void thereIsASpendStopWhereThereIsALimit(String images, String calls, boolean there) {
    Stack stack = template.with(Map.of("ImagesPerDay", images, "PaidCallsPerDay", calls));

    for (String resource :
        List.of(
            "SpendStop",
            "SpendStopLogs",
            "SpendStopRole",
            "SpendStopSchedule",
            "SpendStopScheduleRole",
            "SpendStopAlarm")) {
      assertEquals(there, stack.has(resource), resource);
    }
    assertEquals("0", template.parameter("ImagesPerDay").path("Default").asText());
    assertEquals("0", template.parameter("PaidCallsPerDay").path("Default").asText());
  }

  private Set<String> allowed(String parameter) {
    return texts(template.parameter(parameter).path("AllowedValues"));
  }

  private static Set<String> texts(JsonNode array) {
    return array.valueStream().map(JsonNode::asText).collect(Collectors.toSet());
  }

  private int hiddenSeconds() {
    return template.properties("RequestQueue").path("VisibilityTimeout").asInt();
  }

  private int mostReceives() {
    return template.properties("RequestQueue").at("/RedrivePolicy/maxReceiveCount").asInt();
  }

  private Duration kept(String queue) {
    return Duration.ofSeconds(template.properties(queue).path("MessageRetentionPeriod").asLong());
  }

  private static JsonNode ref(String name) {
    return JSON.createObjectNode().put("Ref", name);
  }
}
