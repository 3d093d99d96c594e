package io.imagenlambda.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.imagenlambda.OnceForBothForms;
import io.imagenlambda.endtoend.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The deploy as the documents say it, by the real AWS CLI and SAM CLI: the key goes to moto's
 * Secrets Manager, uploads to its S3, SAM's calls to {@link CloudFormation}. Skipped where one of
 * the three is not there.
 */
@DisabledOnOs(OS.WINDOWS) // the commands are a shell's
@OnceForBothForms
final class GuidedDeployIT {
  private static final String SECRET =
      "arn:aws:secretsmanager:eu-central-1:123456789012:secret:imagen-lambda/api-key-AbCdEf";
  private static final String API_KEY = "key-of-a-reader";
  private static final String BUCKET = "sams-bucket";
  private static final Path SAMPLE = Path.of("deploy", "samconfig.toml");
  private static final Path ZIP = Path.of("target", "function.zip");

  /** A question and the answer that Enter gives: {@code Parameter Model [imagen-4…]: }. */
  private static final Pattern QUESTION =
      Pattern.compile("(?m)(?:^|\\t)([A-Z][^\\t\\n\\[]*) \\[([^\\]\\n]*)\\]: ");

  @TempDir static Path checkout;
  @TempDir static Path home;

  private static final Template TEMPLATE = Template.read();
  private static final List<String> MACHINES = TEMPLATE.resources("AWS::Serverless::StateMachine");

  private static ServerProcess moto;
  private static S3Client s3;
  private static CloudFormation cloudFormation;

  /** The guided deploy of an account that has no stack, and what came of it. */
  private static Run first;

  private static CloudFormation.ChangeSet sent;

  /** What a command has printed, and how it ended. */
  private record Run(int exit, String printed) {
    Map<String, String> questions() {
      Map<String, String> questions = new LinkedHashMap<>();
      QUESTION
          .matcher(printed)
          .results()
          .forEach(question -> questions.put(question.group(1), question.group(2)));
      return questions;
    }

    Run succeeded() {
      assertEquals(0, exit, printed);
      return this;
    }
  }

  @BeforeAll
  static void deployForTheFirstTime() throws Exception {
    Assumptions.assumeTrue(Tool.isThere("sam", "--version"), "sam is not on this machine");
    Assumptions.assumeTrue(Tool.isThere("aws", "--version"), "the AWS CLI is not on this machine");
    moto = Moto.start("moto.log");
    s3 =
        S3Client.builder()
            .endpointOverride(moto.url())
            .forcePathStyle(true)
            .region(Region.EU_CENTRAL_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
            .httpClient(UrlConnectionHttpClient.create())
            .build();
    s3.createBucket(create ->
        create
            .bucket(BUCKET)
            .createBucketConfiguration(where -> where.locationConstraint("eu-central-1")));
    cloudFormation = new CloudFormation(BUCKET);
    checkOut(checkout);
    Files.move(
        checkout.resolve(ZIP),
        Files.createDirectories(home.resolve("Downloads"))
            .resolve("imagen-lambda-native-x86_64.zip"));
    // or it would ask PyPI for a newer one
    Files.writeString(
        Files.createDirectories(home.resolve(".aws-sam")).resolve("metadata.json"),
        "{\"lastVersionCheck\": %d}".formatted(Instant.now().getEpochSecond()));
    first = run("set -e\n" + deployBlock("README.md"), answers("n")).succeeded();
    sent = cloudFormation.lastAsked();
  }

  private static void checkOut(Path checkout) throws IOException {
    List<Path> files = new ArrayList<>(List.of(Path.of("template.yaml"), SAMPLE, ZIP));
    MACHINES.forEach(machine -> files.add(definition(machine)));
    for (Path file : files) {
      Path copy = checkout.resolve(file);
      Files.createDirectories(copy.getParent());
      Files.copy(file, copy);
    }
  }

  @AfterAll
  static void stop() {
    if (moto != null) {
      moto.close();
    }
    if (s3 != null) {
      s3.close();
    }
    if (cloudFormation != null) {
      cloudFormation.close();
    }
  }

  @Test
  void theReadmePutsTheKeyIntoASecretAndTheZipWhereTheTemplateLooks() throws Exception {
    String secret = "aws secretsmanager get-secret-value --secret-id imagen-lambda/api-key";
    Run run = run(secret + " --query SecretString --output text", "").succeeded();

    assertEquals(API_KEY, run.printed().strip());
    assertTrue(first.printed().contains("secret:imagen-lambda/api-key-"), first.printed());
    assertEquals(-1, Files.mismatch(ZIP, checkout.resolve(ZIP)));
  }

  @Test
  void everyDocumentGivesTheSameCommands() throws IOException {
    for (String document : List.of("deploy/README.md", "deploy/setup.md")) {
      assertEquals(firstDeploy("README.md"), firstDeploy(document), document);
    }
  }

  /** sam passes over a name that the template does not have. */
  @Test
  void theSampleSetsOnlyParametersThatTheTemplateHas() throws IOException {
    for (String environment : List.of("dev", "prod")) {
      Set<String> unknown =
          new TreeSet<>(overrides(Files.readString(SAMPLE), environment).keySet());
      TEMPLATE.parameters().forEach(unknown::remove);
      assertEquals(Set.of(), unknown, environment);
    }
  }

  @Test
  void theGuidedDeployAsksForEveryParameterAndSendsWhatItWasAnswered() throws Exception {
    Map<String, String> asked = new LinkedHashMap<>();
    asked.put("Stack Name", "imagen-lambda-dev");
    asked.put("AWS Region", "eu-central-1");
    expected("dev").forEach((name, value) -> asked.put("Parameter " + name, value));
    asked.put("Parameter ApiKeySecretArn", "");
    asked.put("Confirm changes before deploy", "y/N");
    asked.put("Allow SAM CLI IAM role creation", "Y/n");
    asked.put("Disable rollback", "y/N");
    asked.put("Save arguments to configuration file", "Y/n");
    asked.put("SAM configuration file", "samconfig.toml");
    asked.put("SAM configuration environment", "dev");
    assertEquals(lines(asked), lines(first.questions()));

    assertEquals("imagen-lambda-dev", sent.stack());
    assertEquals("CREATE", sent.type());
    assertEquals(expected("dev"), sent.parameters());
    assertEquals(List.of("CAPABILITY_IAM"), sent.capabilities());
    assertEquals(Map.of("project", "imagen-lambda", "environment", "dev"), sent.tags());
    assertTrue(cloudFormation.hasStack("imagen-lambda-dev"), first.printed());
    assertTrue(sent.template().getPath().startsWith("/" + BUCKET + "/imagen-lambda-dev/"));
    assertPackaged(new String(object(sent.template()), UTF_8));
  }

  @Test
  void theAnswersAreKeptInAFileOfTheUsersOwn() throws Exception {
    assertEquals(-1, Files.mismatch(SAMPLE, checkout.resolve(SAMPLE)));
    assertTrue(
        Files.readAllLines(Path.of(".gitignore")).contains("/samconfig.toml"),
        "git would take the user's answers");
    String own = Files.readString(checkout.resolve("samconfig.toml"));
    assertEquals(expected("dev"), overrides(own, "dev"));
  }

  @Test
  void aLaterDeployAsksNothingAndSendsTheSame() throws Exception {
    Run later = run(command("deploy --config-env dev"), "").succeeded();

    assertEquals(Map.of(), later.questions());
    CloudFormation.ChangeSet again = cloudFormation.lastAsked();
    assertEquals("UPDATE", again.type());
    assertEquals(sent.parameters(), again.parameters());
    assertEquals(sent.tags(), again.tags());
    assertEquals(sent.capabilities(), again.capabilities());
  }

  @Test
  void whatALaterDeployDoesNotNameStaysAsItIs() throws Exception {
    run(command("deploy --config-env dev --parameter-overrides Runtime=java25"), "").succeeded();

    CloudFormation.ChangeSet changed = cloudFormation.lastAsked();
    assertEquals(Set.of("Runtime", "MemorySize", "Release"), changed.parameters().keySet());
    assertEquals("java25", changed.parameters().get("Runtime"));
    Set<String> others = new TreeSet<>(TEMPLATE.parameters());
    others.removeAll(changed.parameters().keySet());
    assertEquals(others, new TreeSet<>(changed.kept()));
  }

  @Test
  void prodIsAStackOfItsOwnAndShowsItsChangesBeforeTheyAreMade() throws Exception {
    Run run = run(command("deploy --guided --config-env prod"), answers("y")).succeeded();

    assertEquals("imagen-lambda", run.questions().get("Stack Name"));
    assertEquals("Y/n", run.questions().get("Confirm changes before deploy"));
    assertEquals("y/N", run.questions().get("Deploy this changeset?"));
    assertEquals("imagen-lambda", cloudFormation.lastAsked().stack());
    assertEquals(expected("prod"), cloudFormation.lastAsked().parameters());
    assertEquals("prod", cloudFormation.lastAsked().tags().get("environment"));
    assertFalse(cloudFormation.hasStack("imagen-lambda"), run.printed());
    String own = Files.readString(checkout.resolve("samconfig.toml"));
    assertEquals(expected("dev"), overrides(own, "dev"));
    assertEquals(expected("prod"), overrides(own, "prod"));
  }

  @Test
  void samBuildAndPackageTakeTheTemplateAndUploadWhatItNames(@TempDir Path other) throws Exception {
    checkOut(other);
    run(other, "sam build", "").succeeded();
    run(other, "sam package --resolve-s3 --output-template-file packaged.yaml", "").succeeded();

    assertPackaged(Files.readString(other.resolve("packaged.yaml")));
  }

  /** The template, but with places in S3 for its files; the zip is there byte for byte. */
  private static void assertPackaged(String packaged) throws IOException {
    JsonNode root = Template.parsed(packaged);
    ObjectNode function = (ObjectNode) root.at("/Resources/ImagenFunction/Properties");
    Path uploaded = home.resolve("uploaded.zip");
    Files.write(uploaded, object(URI.create(function.path("CodeUri").asText())));
    assertEquals(-1, Files.mismatch(ZIP, uploaded));
    for (String name : MACHINES) {
      ObjectNode machine = (ObjectNode) root.path("Resources").path(name).path("Properties");
      JsonNode place = machine.path("DefinitionUri");
      URI uri =
          URI.create(
              "s3://%s/%s".formatted(place.path("Bucket").asText(), place.path("Key").asText()));
      assertEquals(
          Template.parsed(Files.readString(definition(name))),
          Template.parsed(new String(object(uri), UTF_8)));
      machine.set("DefinitionUri", TEMPLATE.properties(name).path("DefinitionUri"));
    }
    for (JsonNode resource : root.path("Resources")) {
      ObjectNode metadata = (ObjectNode) resource.path("Metadata");
      metadata.remove("SamResourceId"); // sam adds the resource's name to each
      if (metadata.isEmpty()) {
        ((ObjectNode) resource).remove("Metadata");
      }
    }
    function.set("CodeUri", TEMPLATE.properties("ImagenFunction").path("CodeUri"));
    assertEquals(TEMPLATE.root(), root);
  }

  private static Path definition(String machine) {
    return Path.of(TEMPLATE.properties(machine).path("DefinitionUri").asText());
  }

  /** An object at {@code s3://bucket/key}, or at {@code http://…/bucket/key}. */
  private static byte[] object(URI uri) {
    String path =
        uri.getScheme().equals("s3") ? "/" + uri.getHost() + uri.getPath() : uri.getPath();
    String[] parts = path.split("/", 3);
    return s3.getObjectAsBytes(get -> get.bucket(parts[1]).key(parts[2])).asByteArray();
  }

  /** The parameters of an environment whose user has answered with Enter but for the secret. */
  private static Map<String, String> expected(String environment) throws IOException {
    Map<String, String> sample = overrides(Files.readString(SAMPLE), environment);
    Map<String, String> expected = new LinkedHashMap<>();
    for (String name : TEMPLATE.parameters()) {
      expected.put(
          name, sample.getOrDefault(name, TEMPLATE.parameter(name).path("Default").asText()));
    }
    expected.put("ApiKeySecretArn", SECRET);
    return expected;
  }

  /** What {@code parameter_overrides} of an environment says. */
  private static Map<String, String> overrides(String config, String environment) {
    Matcher section =
        Pattern.compile(
                "\\[%s\\.deploy\\.parameters\\]\\n(.*?)(?=\\n\\[|\\z)".formatted(environment),
                Pattern.DOTALL)
            .matcher(config);
    assertTrue(section.find(), config);
    return section
        .group(1)
        .lines()
        .filter(line -> line.startsWith("parameter_overrides"))
        .map(line -> line.split(" = ", 2)[1].replace("\\\"", "'"))
        .flatMap(
            value -> Pattern.compile("(\\w+)=(?:'([^']*)'|([^ \"']*))").matcher(value).results())
        .collect(
            Collectors.toMap(
                each -> each.group(1),
                each -> each.group(2) == null ? each.group(3) : each.group(2)));
  }

  /** Enter for everything but the secret's ARN, and for whether to confirm. */
  private static String answers(String confirm) {
    StringBuilder answers = new StringBuilder("\n\n");
    for (String name : TEMPLATE.parameters()) {
      answers.append(name.equals("ApiKeySecretArn") ? SECRET : "").append('\n');
    }
    return answers.append(confirm).append('\n').append("\n".repeat(6)).toString();
  }

  /** The block of a document that deploys for the first time, as it stands there. */
  private static String deployBlock(String document) throws IOException {
    return Pattern.compile("(?ms)^```sh\\n(.*?)^```$")
        .matcher(Files.readString(Path.of(document)))
        .results()
        .map(block -> block.group(1))
        .filter(block -> block.contains("sam deploy --guided"))
        .findFirst()
        .orElseThrow();
  }

  /** The commands of a document that copy the sample and deploy with it for the first time. */
  private static String firstDeploy(String document) throws IOException {
    List<String> commands =
        Files.readString(Path.of(document))
            .lines()
            .map(line -> line.replaceFirst(" +#.*", "").strip())
            .filter(
                line -> line.startsWith("cp " + SAMPLE) || line.startsWith("sam deploy --guided"))
            .limit(2)
            .toList();
    return String.join(" && ", commands);
  }

  /** The command of setup.md that starts like this. */
  private static String command(String start) throws IOException {
    String text = Files.readString(Path.of("deploy", "setup.md"));
    List<String> commands =
        Pattern.compile("(?m)^sam %s.*$".formatted(Pattern.quote(start.strip())))
            .matcher(text)
            .results()
            .map(MatchResult::group)
            .toList();
    assertFalse(commands.isEmpty(), "setup.md has no sam " + start);
    return commands.getFirst();
  }

  private static Run run(String command, String answers) throws Exception {
    return run(checkout, command, answers);
  }

  private static Run run(Path directory, String command, String answers) throws Exception {
    ProcessBuilder shell = new ProcessBuilder("sh", "-c", command).directory(directory.toFile());
    shell.environment().keySet().retainAll(Set.of("PATH"));
    shell
        .environment()
        .putAll(
            Map.of(
                "HOME", home.toString(),
                "TOKAIFY_API_KEY", API_KEY,
                "AWS_ACCESS_KEY_ID", "test",
                "AWS_SECRET_ACCESS_KEY", "test",
                "AWS_DEFAULT_REGION", "eu-central-1",
                "AWS_ENDPOINT_URL", moto.url().toString(),
                "AWS_ENDPOINT_URL_CLOUDFORMATION", cloudFormation.url().toString(),
                "SAM_CLI_TELEMETRY", "0",
                "SAM_CLI_POLL_DELAY", "0.1"));
    Path log = Files.createTempFile(home, "sam", ".log");
    Path input = Files.writeString(home.resolve("answers"), answers);
    int exit =
        shell
            .redirectErrorStream(true)
            .redirectInput(input.toFile())
            .redirectOutput(log.toFile())
            .start()
            .waitFor();
    return new Run(exit, Files.readString(log));
  }

  private static List<String> lines(Map<String, String> questions) {
    return questions.entrySet().stream()
        .map(each -> each.getKey() + ": " + each.getValue())
        .toList();
  }
}
