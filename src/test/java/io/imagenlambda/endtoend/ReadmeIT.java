package io.imagenlambda.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.imagenlambda.OnceForBothForms;
import io.imagenlambda.deploy.Tool;
import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabOptions;
import io.imagenlambda.lab.http.LabServer;
import io.imagenlambda.lab.page.Browser;
import io.imagenlambda.lab.trigger.TriggerOptions;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The commands and programs of {@code README.md}, as they stand there; only the lab has another
 * port. Those that need Maven or AWS's tools are run by others, which are listed.
 */
@DisabledOnOs(OS.WINDOWS) // the commands are a shell's
@OnceForBothForms
final class ReadmeIT extends LabCase {
  private static final Path README = Path.of("README.md");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w*)\\n(.*?)^```$");
  private static final Pattern SPAN = Pattern.compile("`([^`\\n]+)`");
  private static final Pattern COMMAND =
      Pattern.compile("(?:\\./mvnw|curl|aws|sam|gh|cp|docker|npm|pip|node|python3?) .+");
  private static final Pattern ID = Pattern.compile("\"id\":\"([^\"]+)\"");
  private static final String LAB = "localhost:8080";

  /** The environment variable with the path of a Python that has the clients. */
  private static final String PYTHON = "CLIENTS_PYTHON";

  private static final Duration A_WHILE = Duration.ofMinutes(2);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Runs every line of README that begins with {@link #LAB_COMMAND}. */
  private static final Path RUNS_LABS = Path.of(".ci/readme");

  private static final String LAB_COMMAND = "./mvnw -Plab";

  /** Runs the first block of README that has {@link #DEPLOY_COMMAND}. */
  private static final Path RUNS_DEPLOY =
      Path.of("src/test/java/io/imagenlambda/deploy/GuidedDeployIT.java");

  private static final String DEPLOY_COMMAND = "sam deploy --guided";

  @TempDir private Path files;

  /**
   * A block of code.
   *
   * @param shown the answer that stands behind it
   */
  record Block(String language, String text, @Nullable String shown) {
    List<String> commands() {
      return text.lines().toList();
    }

    boolean isRunHere() {
      return commands().stream().allMatch(command -> command.startsWith("curl "));
    }

    @Override
    public String toString() {
      return commands().getFirst();
    }
  }

  ReadmeIT() {
    super(
        LabOptions.forTests()
            .concurrency(2)
            .corsOrigins("*")
            .triggers(TriggerOptions.ON.redeliveryDelay(Duration.ofMillis(100))));
  }

  /** As the lab's own program does it. */
  @BeforeAll
  void putSchedule() {
    lab.s3()
        .putObject(
            put -> put.bucket(Lab.SCHEDULE_BUCKET).key(Lab.SCHEDULE_KEY),
            Path.of("deploy/events/schedule.jsonl"));
  }

  static Stream<Block> blocks() throws IOException {
    List<MatchResult> found = BLOCK.matcher(Files.readString(README)).results().toList();
    List<Block> blocks = new ArrayList<>();
    for (int i = 0; i < found.size(); i++) {
      MatchResult next = found.get(Math.min(i + 1, found.size() - 1));
      blocks.add(
          new Block(
              found.get(i).group(1),
              found.get(i).group(2),
              next.group(1).equals("json") ? next.group(2) : null));
    }
    return blocks.stream();
  }

  static Stream<Block> curls() throws IOException {
    return blocks().filter(block -> block.language.equals("sh") && block.isRunHere());
  }

  static Stream<Block> programs() throws IOException {
    return blocks().filter(block -> Set.of("js", "python").contains(block.language));
  }

  @Test
  void everyCommandIsRunBySomebody() throws IOException {
    List<String> unknown = new ArrayList<>();
    int deploys = 0;
    for (Block block : blocks().toList()) {
      if (block.language.equals("sh") && !block.isRunHere()) {
        boolean isDeploy = block.text.contains(DEPLOY_COMMAND) && deploys++ == 0;
        if (!isDeploy
            && !block.commands().stream().allMatch(each -> each.startsWith(LAB_COMMAND))) {
          unknown.add(block.text);
        }
      } else if (!Set.of("", "sh", "json", "js", "python").contains(block.language)) {
        unknown.add(block.toString());
      }
    }
    SPAN.matcher(BLOCK.matcher(Files.readString(README)).replaceAll(""))
        .results()
        .map(span -> span.group(1))
        .filter(span -> COMMAND.matcher(span).matches())
        .forEach(unknown::add);

    assertEquals(List.of(), unknown);
    assertTrue(Files.readString(Path.of(".ci/run")).contains("\n" + RUNS_LABS + "\n"));
    assertTrue(
        Files.readString(RUNS_DEPLOY).contains("run(\"set -e\\n\" + deployBlock(\"README.md\")"));
  }

  @ParameterizedTest
  @MethodSource("curls")
  void curlMakesWhatIsShown(Block block) throws Exception {
    assumeTrue(Tool.isThere("curl", "--version"), "curl is not on this machine");

    // an HTTP error ends the script
    String script = "set -eu\ncurl() { command curl -sS --fail-with-body \"$@\"; }\n";
    Run run = run(List.of("bash", "-c", script + here(block.text)), Path.of("."));

    assertEquals(0, run.exit, run::toString);
    lab.queue().awaitEmpty(A_WHILE);
    assertEquals(0, lab.queue().state().dead(), "dead letters");
    List<MatchResult> ids = ID.matcher(block.text).results().toList();
    for (MatchResult id : ids) {
      assertEquals("succeeded", stored.result(id.group(1)).getString("status"), id.group(1));
    }
    assertTrue(calls() >= block.commands().size(), "calls of the provider: " + calls());
    if (block.shown != null) {
      assertEquals(
          List.of(), differences("", JSON.readTree(block.shown), JSON.readTree(run.printed)));
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void aProgramPrintsTheUrlOfItsImage(Block block) throws Exception {
    Run run =
        switch (block.language) {
          case "js" -> {
            assumeTrue(Tool.isThere("node", "--version"), "node is not on this machine");
            yield run(List.of("node", written("block.mjs", here(block.text))), files);
          }
          default -> {
            String python = System.getenv(PYTHON);
            assumeTrue(python != null, PYTHON + " names no Python with the clients, see .ci/run");
            yield run(List.of(python, written("block.py", here(block.text))), files);
          }
        };

    assertEquals(0, run.exit, run::toString);
    assertImageOfOneCall(run.printed.strip());
  }

  @Test
  void theProgramForNodeRunsInAPageOfABrowser() throws Exception {
    Block program = programs().filter(block -> block.language.equals("js")).findFirst().get();
    byte[] page =
        """
        <!doctype html>
        <link rel="icon" href="data:,">
        <p id="printed"></p>
        <script>console.log = text => { document.getElementById("printed").textContent = text; };</script>
        <script type="module">%s</script>
        """
            .formatted(here(program.text))
            .getBytes(StandardCharsets.UTF_8);
    try (LabServer site =
            LabServer.start("site", 0, call -> LabServer.answer(call, 200, "text/html", page));
        Browser browser = Browser.open(site.url())) {
      browser.visit("");
      assertImageOfOneCall(browser.await("#printed", "http"));
    }
  }

  private void assertImageOfOneCall(String url) throws IOException {
    try (InputStream image = URI.create(url).toURL().openStream()) {
      assertEquals(
          lab.predict().journal().imagesServed(), List.of(IamGate.sha256(image.readAllBytes())));
    }
    assertEquals(1, calls());
  }

  /**
   * Where an answer is not what is shown. What differs from run to run has the form of what is
   * shown: numbers of bytes and milliseconds, times, and texts around an ellipsis.
   */
  private static List<String> differences(String at, JsonNode shown, JsonNode got) {
    List<String> differences = new ArrayList<>();
    if (shown.isObject() && got.isObject()) {
      Set<String> names = new TreeSet<>();
      shown.fieldNames().forEachRemaining(names::add);
      got.fieldNames().forEachRemaining(names::add);
      names.forEach(name ->
          differences.addAll(differences(at + "/" + name, shown.path(name), got.path(name))));
    } else if (shown.isArray() && shown.size() == got.size()) {
      for (int i = 0; i < shown.size(); i++) {
        differences.addAll(differences(at + "/" + i, shown.get(i), got.path(i)));
      }
    } else if (!isAlike(at, shown, got)) {
      differences.add("%s: %s is shown and %s came".formatted(at, shown, got));
    }
    return differences;
  }

  private static boolean isAlike(String at, JsonNode shown, JsonNode got) {
    if (Set.of("bytes", "durationMs").contains(at.replaceFirst(".*/", ""))) {
      return shown.isNumber() && got.isNumber();
    }
    if (!shown.isTextual()) {
      return shown.equals(got);
    }
    String pattern =
        shown.asText().matches("\\d{4}-\\d\\d-\\d\\dT.*Z")
            ? "\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z"
            : "\\Q" + shown.asText().replace("…", "\\E.+\\Q") + "\\E";
    return got.isTextual() && got.asText().matches(pattern);
  }

  private String here(String text) {
    return text.replace(LAB, lab.url().getAuthority());
  }

  private String written(String name, String text) throws IOException {
    return Files.writeString(files.resolve(name), text).toString();
  }

  private record Run(int exit, String printed, String told) {}

  private Run run(List<String> command, Path directory) throws Exception {
    Path out = files.resolve("out");
    Path err = files.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().keySet().retainAll(Set.of("PATH", "HOME")); // and no proxy
    int exit = builder.start().waitFor();
    return new Run(exit, Files.readString(out), Files.readString(err));
  }
}
