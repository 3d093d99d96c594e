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
import java.util.stream.IntStream;
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
   * What Lambda does in the function's name: poll the queue, keep events that failed, log, trace.
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
          "xray:PutTelemetryRecords");

  /**
   * What Step Functions does in a state machine's name, and Scheduler checks of whom it obeys.
   *
   * @see <a href="https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html">logs</a>
   * @see <a
   *     href="https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html">X-Ray</a>
   */
  private static final Set<String> STATE_MACHINES_OWN =
      Set.of(
          "iam:PassRole", // as the schedule's, which UpdateSchedule sets again
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
    String images = "{\"Fn::GetAtt\":[\"ImagesBucket\",\"Arn\"]}";
    String requests = "{\"Fn::GetAtt\":[\"RequestsBucket\",\"Arn\"]}";
    String underThePrefix =
        "{\"Fn::Sub\":\"${ImagesBucket.Arn}/%s*\"}"
            .formatted(template.variables().get("OUTPUT_PREFIX").asText());
    String anyRequest = "{\"Fn::Sub\":\"${RequestsBucket.Arn}/*\"}";
    String queue = "{\"Fn::GetAtt\":[\"RequestQueue\",\"Arn\"]}";
    String dead = "{\"Fn::GetAtt\":[\"DeadRequests\",\"Arn\"]}";
    String failed = "{\"Fn::GetAtt\":[\"FailedEvents\",\"Arn\"]}";
    String logs = "{\"Fn::GetAtt\":[\"FunctionLogs\",\"Arn\"]}";

    assertEquals(
        new TreeMap<>(
            Map.ofEntries(
                Map.entry("s3:PutObject", Set.of(underThePrefix)),
                Map.entry("s3:GetObject", Set.of(underThePrefix, anyRequest)),
                Map.entry("s3:GetObjectVersion", Set.of(anyRequest)),
                Map.entry("s3:ListBucket", Set.of(images, requests)),
                Map.entry("sqs:SendMessage", Set.of(queue, dead, failed)),
                Map.entry("sqs:ReceiveMessage", Set.of(queue)),
                Map.entry("sqs:DeleteMessage", Set.of(queue)),
                Map.entry("sqs:GetQueueAttributes", Set.of(queue)),
                Map.entry("sqs:ChangeMessageVisibility", Set.of(queue)),
                Map.entry(
                    "secretsmanager:GetSecretValue",
                    Set.of(secretWithoutItsJsonKey(), "{\"Ref\":\"ClientKeysSecretArn\"}")),
                Map.entry("logs:CreateLogStream", Set.of(logs)),
                Map.entry("logs:PutLogEvents", Set.of(logs)),
                Map.entry("xray:PutTraceSegments", Set.of("\"*\"")),
                Map.entry("xray:PutTelemetryRecords", Set.of("\"*\"")))),
        granted("FunctionRole"));
  }

  /** An ARN of a secret has seven parts; IAM would take what follows for a part of its name. */
  private static String secretWithoutItsJsonKey() {
    return IntStream.range(0, 7)
        .mapToObj(
            "{\"Fn::Select\":[%d,{\"Fn::Split\":[\":\",{\"Ref\":\"ApiKeySecretArn\"}]}]}"
                ::formatted)
        .collect(Collectors.joining(",", "{\"Fn::Join\":[\":\",[", "]]}"));
  }

  @Test
  void theImagesBucketIsListedUnderThePrefixAlone() {
    JsonNode statement =
        statements("FunctionRole").stream()
            .filter(each -> each.path("Sid").asText().equals("ListUnderThePrefix"))
            .findFirst()
            .orElseThrow();

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
    Set<String> function = Set.of("{\"Fn::GetAtt\":[\"ImagenFunction\",\"Arn\"]}");
    Set<String> mapping =
        Set.of(
            "{\"Fn::Sub\":\"arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}"
                + ":event-source-mapping:${FromQueue}\"}");
    Set<String> schedule = Set.of("{\"Fn::GetAtt\":[\"Schedule\",\"Arn\"]}");

    granted.forEach((action, where) ->
        assertEquals(
            switch (action) {
              case "lambda:GetEventSourceMapping", "lambda:UpdateEventSourceMapping" -> mapping;
              case "scheduler:GetSchedule", "scheduler:UpdateSchedule" -> schedule;
              case "iam:PassRole" -> Set.of("{\"Fn::GetAtt\":[\"ScheduleRole\",\"Arn\"]}");
              case "sns:Publish" -> Set.of("{\"Ref\":\"AlarmTopic\"}");
              // None of these has resources to name.
              case String any
                  when any.equals("cloudwatch:GetMetricData")
                      || any.startsWith("logs:")
                      || any.startsWith("xray:") ->
                  Set.of("\"*\"");
              default -> function;
            },
            where,
            action));
  }

  @Test
  void theSpendStopPassesTheSchedulesRoleToSchedulerAlone() {
    JsonNode statement =
        statements("SpendStopRole").stream()
            .map(each -> each.at("/Fn::If/1"))
            .filter(each -> each.path("Action").asText().equals("iam:PassRole"))
            .findFirst()
            .orElseThrow();

    assertEquals(
        "{\"StringEquals\":{\"iam:PassedToService\":\"scheduler.amazonaws.com\"}}",
        statement.path("Condition").toString());
  }

  @Test
  void theSpendStopsScheduleMayStartItAndNothingElse() {
    assertEquals(
        Map.of("states:StartExecution", Set.of("{\"Ref\":\"SpendStop\"}")),
        granted("SpendStopScheduleRole"));
  }

  /** The actions, each with its resources. */
  private Map<String, Set<String>> granted(String role) {
    Map<String, Set<String>> granted = new TreeMap<>();
    for (JsonNode each : statements(role)) {
      JsonNode statement = each.has("Fn::If") ? each.at("/Fn::If/1") : each;
      assertEquals("Allow", statement.path("Effect").asText());
      for (JsonNode action : list(statement.path("Action"))) {
        Set<String> where = granted.computeIfAbsent(action.asText(), any -> new HashSet<>());
        list(statement.path("Resource")).forEach(resource -> where.add(resource.toString()));
      }
    }
    return granted;
  }

  private List<JsonNode> statements(String role) {
    JsonNode policies = template.properties(role).path("Policies");
    assertEquals(1, policies.size());
    return list(policies.at("/0/PolicyDocument/Statement"));
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
