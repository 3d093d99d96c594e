package io.imagenlambda.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkClient;

/** The function, and what stops it, may do what they do, where they do it, and nothing else. */
final class PermissionsTest {
  /**
   * What each of the SDK's calls needs.
   *
   * @see <a href="https://docs.aws.amazon.com/service-authorization/latest/reference/">Service
   *     Authorization Reference</a>
   */
  private static final Map<String, String> NEEDED =
      Map.ofEntries(
          Map.entry("S3Client.getObject", "s3:GetObject"),
          Map.entry("S3Client.getObjectAsBytes", "s3:GetObject"),
          Map.entry("S3Client.headObject", "s3:GetObject"),
          Map.entry("S3Client.putObject", "s3:PutObject"),
          Map.entry("S3Client.listObjectsV2", "s3:ListBucket"),
          Map.entry("S3Client.listObjectsV2Paginator", "s3:ListBucket"),
          Map.entry("GetObjectRequest$Builder.versionId", "s3:GetObjectVersion"),
          Map.entry("SqsClient.getQueueAttributes", "sqs:GetQueueAttributes"),
          Map.entry("SqsClient.sendMessage", "sqs:SendMessage"),
          Map.entry("SqsClient.sendMessageBatch", "sqs:SendMessage"),
          Map.entry("SqsClient.changeMessageVisibilityBatch", "sqs:ChangeMessageVisibility"),
          Map.entry("SecretsManagerClient.getSecretValue", "secretsmanager:GetSecretValue"));

  /** What a client does by itself, without a call of AWS. */
  private static final Set<String> LOCAL =
      Set.of("builder", "close", "utilities", "serviceClientConfiguration");

  /**
   * What Lambda and what is kept does in the function's name: poll the queue, keep events that
   * failed, log, trace, have network interfaces, use the key.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html">queues</a>
   * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html">X-Ray</a>
   */
  private static final Set<String> LAMBDAS_OWN =
      Set.of(
          "sqs:ReceiveMessage",
          "sqs:DeleteMessage",
          "sqs:GetQueueAttributes",
          "sqs:SendMessage",
          "logs:CreateLogStream",
          "logs:PutLogEvents",
          "xray:PutTraceSegments",
          "xray:PutTelemetryRecords",
          "kms:Decrypt",
          "kms:GenerateDataKey",
          "ec2:CreateNetworkInterface",
          "ec2:DeleteNetworkInterface",
          "ec2:DescribeNetworkInterfaces",
          "ec2:DescribeSubnets",
          "ec2:AssignPrivateIpAddresses",
          "ec2:UnassignPrivateIpAddresses");

  private static final String SECRET =
      "arn:aws:secretsmanager:eu-central-1:123456789012:secret:key-AbCdEf";
  private static final String CLIENT_KEYS =
      "arn:aws:secretsmanager:eu-central-1:123456789012:secret:clients-AbCdEf";
  private static final String KEY = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd";

  /**
   * What Step Functions and SNS do in a state machine's name, and Scheduler checks of whom it
   * obeys.
   *
   * @see <a href="https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html">logs</a>
   * @see <a
   *     href="https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html">X-Ray</a>
   */
  private static final Set<String> STATE_MACHINES_OWN =
      Set.of(
          "iam:PassRole", // as the schedule's, which UpdateSchedule sets again
          "kms:Decrypt",
          "kms:GenerateDataKey",
          "logs:CreateLogDelivery",
          "logs:GetLogDelivery",
          "logs:UpdateLogDelivery",
          "logs:DeleteLogDelivery",
          "logs:ListLogDeliveries",
          "logs:PutResourcePolicy",
          "logs:DescribeResourcePolicies",
          "logs:DescribeLogGroups",
          "xray:PutTraceSegments",
          "xray:PutTelemetryRecords",
          "xray:GetSamplingRules",
          "xray:GetSamplingTargets");

  private static final Pattern SDK_INTEGRATION =
      Pattern.compile("arn:\\$\\{Partition}:states:::aws-sdk:(\\w+):(\\w)(\\w+)");

  private final Template template = Template.read();

  /** With everything that gives somebody a permission. */
  private final Stack stack =
      template.with(
          Map.of(
              "ApiKeySecretArn", SECRET + ":tokaify",
              "HttpAuthorization", "KEY",
              "ClientKeysSecretArn", CLIENT_KEYS,
              "SourceBuckets", "arn:aws:s3:::uploads",
              "KmsKeyArn", KEY,
              "SubnetIds", "subnet-12345678",
              "SecurityGroupIds", "sg-12345678",
              "ImagesPerDay", "1000",
              "ScheduleExpression", "rate(1 day)",
              "AlarmEmail", "operator@example.com"));

  @Test
  void whatTheCodeCallsIsGrantedAndNothingElse() {
    Set<String> needed = new TreeSet<>(LAMBDAS_OWN);
    for (String call : calls()) {
      needed.add(NEEDED.getOrDefault(call, call + " is new: which action does it need?"));
    }

    assertEquals(needed, new TreeSet<>(granted("FunctionRole").keySet()));
  }

  @Test
  void eachActionIsGrantedWhereItIsNeededAndNowhereElse() {
    String images = "arn:AWS::Partition:s3:::ImagesBucket";
    String requests = "arn:AWS::Partition:s3:::RequestsBucket";
    String uploads = "arn:aws:s3:::uploads";
    String underThePrefix = images + "/" + template.variables().get("OUTPUT_PREFIX").asText() + "*";
    Set<String> read = Set.of(requests + "/*", uploads + "/*");
    Set<String> queue = Set.of("RequestQueue.Arn");
    Set<String> anywhere = Set.of("*");

    Map<String, Set<String>> expected = new TreeMap<>();
    expected.put("s3:PutObject", Set.of(underThePrefix));
    expected.put("s3:GetObject", Set.of(underThePrefix, requests + "/*", uploads + "/*"));
    expected.put("s3:GetObjectVersion", read);
    expected.put("s3:ListBucket", Set.of(images, requests, uploads));
    expected.put(
        "sqs:SendMessage", Set.of("RequestQueue.Arn", "DeadRequests.Arn", "FailedEvents.Arn"));
    expected.put("sqs:ReceiveMessage", queue);
    expected.put("sqs:DeleteMessage", queue);
    expected.put("sqs:GetQueueAttributes", queue);
    expected.put("sqs:ChangeMessageVisibility", queue);
    // Without its JSON key, which IAM would take for a part of the secret's name.
    expected.put("secretsmanager:GetSecretValue", Set.of(SECRET, CLIENT_KEYS));
    expected.put("logs:CreateLogStream", Set.of("FunctionLogs.Arn"));
    expected.put("logs:PutLogEvents", Set.of("FunctionLogs.Arn"));
    expected.put("kms:Decrypt", Set.of(KEY));
    expected.put("kms:GenerateDataKey", Set.of(KEY));
    LAMBDAS_OWN.stream()
        .filter(action -> action.startsWith("xray:") || action.startsWith("ec2:"))
        .forEach(action -> expected.put(action, anywhere));
    assertEquals(expected, granted("FunctionRole"));
  }

  @Test
  void theImagesBucketIsListedUnderThePrefixAlone() {
    JsonNode statement = statement("FunctionRole", "Sid", "ListUnderThePrefix");

    assertEquals(
        template.variables().get("OUTPUT_PREFIX").asText() + "*",
        statement.at("/Condition/StringLike/s3:prefix").asText());
  }

  @Test
  void theFunctionHasThatRoleAloneAndNoManagedPolicies() {
    JsonNode function = template.properties("ImagenFunction");

    assertEquals("FunctionRole", function.at("/Role/Fn::GetAtt/0").asText());
    assertEquals(false, function.has("Policies"));
    assertEquals(false, template.properties("FunctionRole").has("ManagedPolicyArns"));
  }

  @Test
  void whatTheSpendStopCallsIsGrantedAndNothingElse() {
    Set<String> needed = new TreeSet<>(STATE_MACHINES_OWN);
    for (JsonNode state : Definition.read(Path.of("deploy", "spend-stop.asl.yaml")).states()) {
      if (state.path("Type").asText().equals("Task")) {
        Matcher call = SDK_INTEGRATION.matcher(state.path("Resource").asText());
        assertTrue(call.matches(), state::toString);
        needed.add(call.group(1) + ":" + call.group(2).toUpperCase(Locale.ROOT) + call.group(3));
      }
    }

    assertEquals(needed, new TreeSet<>(granted("SpendStopRole").keySet()));
  }

  @Test
  void theSpendStopShutsItsOwnStackAlone() {
    Map<String, Set<String>> granted = granted("SpendStopRole");
    Set<String> function = Set.of("ImagenFunction.Arn");
    Set<String> mapping =
        Set.of(
            "arn:AWS::Partition:lambda:AWS::Region:AWS::AccountId:event-source-mapping:FromQueue");
    Set<String> schedule = Set.of("Schedule.Arn");

    granted.forEach((action, where) ->
        assertEquals(
            switch (action) {
              case "lambda:GetEventSourceMapping", "lambda:UpdateEventSourceMapping" -> mapping;
              case "scheduler:GetSchedule", "scheduler:UpdateSchedule" -> schedule;
              case "iam:PassRole" -> Set.of("ScheduleRole.Arn");
              case "sns:Publish" -> Set.of("AlarmTopic");
              case "kms:Decrypt", "kms:GenerateDataKey" -> Set.of(KEY);
              // None of these has resources to name.
              case String any
                  when any.equals("cloudwatch:GetMetricData")
                      || any.startsWith("logs:")
                      || any.startsWith("xray:") ->
                  Set.of("*");
              default -> function;
            },
            where,
            action));
  }

  @Test
  void theSpendStopPassesTheSchedulesRoleToSchedulerAlone() {
    JsonNode statement = statement("SpendStopRole", "Action", "iam:PassRole");

    assertEquals(
        "{\"StringEquals\":{\"iam:PassedToService\":\"scheduler.amazonaws.com\"}}",
        statement.path("Condition").toString());
  }

  @Test
  void theSpendStopsScheduleMayStartItAndNothingElse() {
    assertEquals(
        Map.of("states:StartExecution", Set.of("SpendStop")), granted("SpendStopScheduleRole"));
  }

  /** The first statement of a role that has this text there. */
  private JsonNode statement(String role, String field, String text) {
    return stack.statements(role).stream()
        .filter(each -> each.path(field).asText().equals(text))
        .findFirst()
        .orElseThrow();
  }

  /** The actions, each with its resources. */
  private Map<String, Set<String>> granted(String role) {
    Map<String, Set<String>> granted = new TreeMap<>();
    for (JsonNode statement : stack.statements(role)) {
      assertEquals("Allow", statement.path("Effect").asText());
      for (JsonNode action : list(statement.path("Action"))) {
        Set<String> where = granted.computeIfAbsent(action.asText(), any -> new HashSet<>());
        list(statement.path("Resource")).forEach(resource -> where.add(resource.asText()));
      }
    }
    return granted;
  }

  private static List<JsonNode> list(JsonNode oneOrMany) {
    return oneOrMany.isArray() ? oneOrMany.valueStream().toList() : List.of(oneOrMany);
  }

  /** The calls of the SDK's clients in the function's code, and what turns one into another. */
  private static Set<String> calls() {
    return new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.imagenlambda")
            .stream()
            .flatMap(type -> type.getCodeUnits().stream())
            .flatMap(PermissionsTest::calls)
            .collect(Collectors.toSet());
  }

  private static Stream<String> calls(JavaCodeUnit code) {
    return Stream.concat(
            code.getMethodCallsFromSelf().stream(), code.getMethodReferencesFromSelf().stream())
        .filter(access -> !access.getTargetOwner().isArray())
        .filter(access -> isClient(access) || NEEDED.containsKey(name(access)))
        .filter(access -> !LOCAL.contains(access.getName()))
        .map(PermissionsTest::name);
  }

  private static boolean isClient(JavaAccess<?> access) {
    return access.getTargetOwner().isAssignableTo(SdkClient.class);
  }

  private static String name(JavaAccess<?> access) {
    JavaClass owner = access.getTargetOwner();
    return owner.getName().substring(owner.getPackageName().length() + 1) + "." + access.getName();
  }
}
