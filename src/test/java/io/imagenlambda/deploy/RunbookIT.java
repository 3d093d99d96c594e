package io.imagenlambda.deploy;

import static java.util.Map.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.imagenlambda.OnceForBothForms;
import io.imagenlambda.endtoend.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The commands of the documents for operators, as they stand there, by the real AWS CLI against
 * moto. What moto cannot do is checked by the CLI alone, which knows the parameters of each call.
 * Skipped where {@code aws}, {@code jq} or {@code moto_server} is not there.
 */
@DisabledOnOs(OS.WINDOWS) // the commands are a shell's
@OnceForBothForms
final class RunbookIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern BLOCK = Pattern.compile("(?ms)^ *```sh\\n(.*?)^ *```$");
  private static final List<String> DOCUMENTS =
      List.of("setup.md", "operations.md", "troubleshooting.md");

  /** What others run: GuidedDeployIT what is sam's, and release what is gh's. */
  private static final Pattern RUN_ELSEWHERE = Pattern.compile("\\b(?:sam|gh) ");

  /**
   * What version 2 of the CLI has, which the documents use, and version 1 has not, which PyPI has:
   * exported credentials, and {@code --cli-binary-format} with its value.
   */
  private static final String WRAPPER =
      """
      #!/bin/bash
      case "$1 $2" in
        "configure export-credentials") env | sed -n 's/^AWS_.*KEY/export &/p'; exit ;;
        "lambda invoke") exec "$AWS_CLI" "${@:1:4}" "${@:7}" ;;
        "sqs start-message-move-task" | "stepfunctions redrive-execution" | \\
        "stepfunctions start-sync-execution" | "lambda update-alias")
          exec "$AWS_CLI" "$@" --generate-cli-skeleton output ;;
        # version 1 has an endpoint of its own for it
        sqs*) set -- --endpoint-url "$AWS_ENDPOINT_URL" "$@" ;;
      esac
      exec "$AWS_CLI" "$@"
      """;

  private static final String STACK =
      """
      Parameters:
        Api: { Type: String }
      Resources:
        Requests: { Type: AWS::SQS::Queue }
        Dead: { Type: AWS::SQS::Queue }
        Failed: { Type: AWS::SQS::Queue }
        Missed: { Type: AWS::SQS::Queue }
        RequestsBucket: { Type: AWS::S3::Bucket, Properties: { BucketName: requests } }
        ImagesBucket: { Type: AWS::S3::Bucket, Properties: { BucketName: images } }
        Log: { Type: AWS::Logs::LogGroup, Properties: { LogGroupName: the-log } }
        Role:
          Type: AWS::IAM::Role
          Properties: { RoleName: the-role, AssumeRolePolicyDocument: {} }
        Function:
          Type: AWS::Lambda::Function
          Properties:
            FunctionName: the-function
            Runtime: python3.13
            Handler: index.handler
            Role: !GetAtt Role.Arn
            Code: { ZipFile: "def handler(event, context): pass" }
        Batch:
          Type: AWS::StepFunctions::StateMachine
          Properties:
            RoleArn: arn:aws:iam::123456789012:role/batch
            DefinitionString: '{"StartAt":"End","States":{"End":{"Type":"Succeed"}}}'
      Outputs:
        QueueUrl: { Value: !Ref Requests }
        QueueArn: { Value: !GetAtt Requests.Arn }
        DeadRequestsUrl: { Value: !Ref Dead }
        DeadRequestsArn: { Value: !GetAtt Dead.Arn }
        FailedEventsUrl: { Value: !Ref Failed }
        MissedTicksUrl: { Value: !Ref Missed }
        RequestsBucketName: { Value: requests }
        RequestsUpload: { Value: s3://requests/in/ }
        ImagesBucketName: { Value: images }
        FunctionLogGroup: { Value: the-log }
        FunctionName: { Value: the-function }
        FunctionAlias: { Value: the-function }
        BatchStateMachineArn: { Value: !Ref Batch }
        SpendStopArn: { Value: !Ref Batch }
        ImagesUrl: { Value: !Ref Api }
      """;

  @TempDir static Path home;

  private static ServerProcess moto;
  private static String prelude;

  @BeforeAll
  static void makeAStack() throws Exception {
    Assumptions.assumeTrue(Tool.isThere("aws", "--version"), "aws is not on this machine");
    Assumptions.assumeTrue(Tool.isThere("jq", "--version"), "jq is not on this machine");
    moto = Moto.start("moto-runbook.log");
    Path wrapper = Files.createDirectory(home.resolve("bin")).resolve("aws");
    Files.writeString(wrapper, WRAPPER);
    wrapper.toFile().setExecutable(true);
    Files.writeString(home.resolve("stack.yaml"), STACK);
    Files.writeString(home.resolve("spring.jsonl"), "{\"prompt\":\"a pier\"}\n");
    Path samples = Files.createDirectories(home.resolve("deploy/events"));
    Files.copy(Path.of("deploy/events/requests.jsonl"), samples.resolve("requests.jsonl"));
    prelude = blocks("setup.md").getFirst();
    run(
        """
        curl -sf "$AWS_ENDPOINT_URL/moto-api/config" -d '{"lambda":{"use_docker":false}}'
        aws cloudformation create-stack --stack-name imagen-lambda-dev \\
          --template-body file://stack.yaml \\
          --parameters "ParameterKey=Api,ParameterValue=$AWS_ENDPOINT_URL"
        aws s3 mb s3://my-uploads
        echo '{"status":"succeeded"}' | aws s3 cp - s3://images/images/spring-hero-1/result.json
        """);
  }

  @AfterAll
  static void stop() {
    if (moto != null) {
      moto.close();
    }
  }

  static Stream<String> commands() throws IOException {
    List<String> all = new ArrayList<>();
    for (String document : DOCUMENTS) {
      all.addAll(blocks(document));
    }
    return all.stream().filter(block -> !RUN_ELSEWHERE.matcher(block).find());
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandCanBeRunAsItIsPasted(String block) throws Exception {
    run(block);
  }

  @Test
  void anOutageCostsWhatTheDocumentSays() throws Exception {
    String block = blockWith("operations.md", "awk -v hours=3");

    assertEquals("72", run(block).strip());
    assertEquals("205", run(block.replace("hours=3", "hours=24")).strip());
    assertEquals("772", run(block.replace("hours=3", "hours=312")).strip());
  }

  @Test
  void failedEventsAndMissedTicksGoToTheRequestsQueueAsTheyWere() throws Exception {
    String event = "{\"Records\":[{\"eventSource\":\"aws:s3\",\"note\":\"it's $5 \\\"now\\\"\"}]}";
    String tick = "{\"prompt\":\"a tick\\nof ${date}\"}";
    String loop = blockWith("operations.md", "from=$(output FailedEventsUrl)");
    send("FailedEventsUrl", "{\"requestPayload\":%s,\"responsePayload\":{}}".formatted(event));
    send("MissedTicksUrl", tick);
    run("aws sqs purge-queue --queue-url \"$(output QueueUrl)\"");

    run(loop);
    run(loop.replace("from=$(output FailedEventsUrl)", "from=$(output MissedTicksUrl)"));

    assertEquals(Set.of(JSON.readTree(event), JSON.readTree(tick)), Set.copyOf(bodies("QueueUrl")));
    assertEquals(List.of(), bodies("FailedEventsUrl"));
    assertEquals(List.of(), bodies("MissedTicksUrl"));
  }

  @Test
  void anEventThatCouldNotBeSentStaysWhereItIs() throws Exception {
    String loop = blockWith("operations.md", "from=$(output FailedEventsUrl)");
    send("FailedEventsUrl", "{\"requestPayload\":{\"prompt\":\"a pier\"}}");

    String printed = start(loop.replace("to=$(output QueueUrl)", "to=%s/gone".formatted(url())));

    assertNotEquals("", printed);
    assertEquals(
        "1",
        run("""
        aws sqs get-queue-attributes --queue-url "$(output FailedEventsUrl)" \\
          --attribute-names ApproximateNumberOfMessagesNotVisible \\
          --query 'Attributes.ApproximateNumberOfMessagesNotVisible' --output text
        """)
            .strip());
    run("aws sqs purge-queue --queue-url \"$(output FailedEventsUrl)\"");
  }

  private static String url() {
    return moto.url() + "/123456789012";
  }

  private static void send(String output, String body) throws Exception {
    Files.writeString(home.resolve("body"), body);
    run(
        "aws sqs send-message --queue-url \"$(output %s)\" --message-body file://body"
            .formatted(output));
  }

  /** The bodies on a queue, which is empty then. */
  private static List<JsonNode> bodies(String output) throws Exception {
    List<JsonNode> bodies = new ArrayList<>();
    for (String printed = receive(output); !printed.isBlank(); printed = receive(output)) {
      for (JsonNode message : JSON.readTree(printed).path("Messages")) {
        bodies.add(JSON.readTree(message.path("Body").asText()));
      }
    }
    return bodies;
  }

  private static String receive(String output) throws Exception {
    return run(
        """
        aws sqs receive-message --queue-url "$(output %s)" --max-number-of-messages 10 --output json
        """
            .formatted(output));
  }

  private static String blockWith(String document, String start) throws IOException {
    return blocks(document).stream()
        .filter(block -> block.startsWith(start))
        .findFirst()
        .orElseThrow(() -> new AssertionError("%s has no %s".formatted(document, start)));
  }

  private static List<String> blocks(String document) throws IOException {
    return BLOCK
        .matcher(Files.readString(Path.of("deploy", document)))
        .results()
        .map(block -> block.group(1).stripIndent())
        .toList();
  }

  private static String run(String commands) throws Exception {
    Path log = Files.createTempFile(home, "run", ".log");
    int exit = shell("set -euo pipefail\n" + commands, log);
    String printed = Files.readString(log);
    assertEquals(0, exit, commands + printed);
    return printed;
  }

  private static String start(String commands) throws Exception {
    Path log = Files.createTempFile(home, "run", ".log");
    shell(commands, log);
    return Files.readString(log);
  }

  private static int shell(String commands, Path log) throws Exception {
    // a long poll of an empty queue would be waited for
    String quick = commands.replace("--wait-time-seconds 20", "--wait-time-seconds 1");
    ProcessBuilder bash =
        new ProcessBuilder("bash", "-c", prelude + quick).directory(home.toFile());
    String path = bash.environment().get("PATH");
    bash.environment().clear();
    bash.environment()
        .putAll(
            Map.ofEntries(
                entry("HOME", home.toString()),
                entry("PATH", home.resolve("bin") + ":" + path),
                entry("AWS_CLI", real(path)),
                entry("AWS_ACCESS_KEY_ID", "test"),
                entry("AWS_SECRET_ACCESS_KEY", "test"),
                entry("AWS_SESSION_TOKEN", "test"),
                entry("AWS_DEFAULT_REGION", "eu-central-1"),
                entry("AWS_ENDPOINT_URL", moto.url().toString()),
                entry("TOKAIFY_API_KEY", "old"),
                entry("NEW_KEY", "new")));
    return bash.redirectErrorStream(true).redirectOutput(log.toFile()).start().waitFor();
  }

  private static String real(String path) {
    return Stream.of(path.split(":"))
        .map(directory -> Path.of(directory, "aws"))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow()
        .toString();
  }
}
