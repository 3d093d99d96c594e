package io.imagenlambda.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.dashjoin.jsonata.Jsonata;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.http.LabServer;
import io.imagenlambda.lab.runtime.Answer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Runs a state machine of {@code deploy/} in moto's interpreter ({@code
 * src/test/python/interpreter.py}), on a lab's S3 and function or on moto's own services; JSONata,
 * which moto leaves open, is evaluated here.
 */
final class Interpreter implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String definition;
  private final Path log;
  private final @Nullable Lab lab;
  private final LabServer services;
  private final Process python;
  private final Writer questions;
  private final BufferedReader answers;

  /**
   * Starts it.
   *
   * @param definition the state machine's file
   * @param lab whose S3 and function it has; null for moto's services alone
   */
  Interpreter(Path definition, @Nullable Lab lab) throws IOException {
    this.definition = definition.toString();
    this.log = Path.of("target", definition.getFileName() + ".log");
    this.lab = lab;
    this.services = LabServer.start("Lambda and JSONata", 0, this::serve);
    this.python =
        new ProcessBuilder("python3", "src/test/python/interpreter.py")
            .redirectError(log.toFile())
            .start();
    this.questions = python.outputWriter(UTF_8);
    this.answers = python.inputReader(UTF_8);
    ObjectNode use = JSON.createObjectNode().put("jsonata", services.url() + "/jsonata");
    if (lab != null) {
      Map<String, String> environment = lab.environment();
      use.put("s3", lab.s3Endpoint().toString())
          .put("lambda", services.url().toString())
          .put("accessKeyId", environment.get("AWS_ACCESS_KEY_ID"))
          .put("secretAccessKey", environment.get("AWS_SECRET_ACCESS_KEY"));
    }
    ask(JSON.createObjectNode().set("use", use));
  }

  /**
   * The execution, as DescribeExecution tells it, with the names of its events and of the calls of
   * its tasks; the output of a map is the results of all its items.
   *
   * @param startTime when it says that it was started; null for now
   */
  JsonNode run(
      String name,
      Map<String, String> substitutions,
      Map<String, ?> input,
      @Nullable Instant startTime)
      throws IOException {
    ObjectNode run = JSON.createObjectNode().put("definition", definition).put("name", name);
    run.set("substitutions", JSON.valueToTree(substitutions));
    run.set("input", JSON.valueToTree(input));
    if (startTime != null) {
      run.put("startTime", startTime.toString());
    }
    return ask(JSON.createObjectNode().set("run", run));
  }

  /** A call of one of moto's services, by boto3's names. */
  JsonNode call(String service, String operation, Map<String, ?> parameters) throws IOException {
    ObjectNode question = JSON.createObjectNode();
    question
        .putArray("call")
        .add(service)
        .add(operation)
        .add(JSON.<JsonNode>valueToTree(parameters));
    return ask(question);
  }

  /** From now on this SDK integration fails, such as {@code sns:publish}. */
  void breakDown(String action) throws IOException {
    ask(JSON.createObjectNode().put("break", action));
  }

  /** From now on no SDK integration fails. */
  void mend() throws IOException {
    ask(JSON.createObjectNode().put("mend", true));
  }

  /** moto's services are as at the start: empty. */
  void forget() throws IOException {
    ask(JSON.createObjectNode().put("forget", true));
  }

  private JsonNode ask(JsonNode question) throws IOException {
    questions.write(question + "\n");
    questions.flush();
    String line = answers.readLine();
    assertNotNull(line, () -> "it has ended, see " + log);
    JsonNode answer = JSON.readTree(line);
    assertFalse(answer.has("error"), () -> question + ": " + answer);
    return answer.path("value");
  }

  /** Whether python3 can interpret at all. */
  static boolean isThere() throws InterruptedException {
    String imports = "import antlr4, moto.stepfunctions.parser.asl, yaml";
    return Tool.isThere("python3", "-c", imports);
  }

  private void serve(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    if (exchange.getRequestURI().getPath().equals("/jsonata")) {
      LabServer.answer(exchange, 200, "application/json", evaluated(body));
      return;
    }
    Answer answer = Objects.requireNonNull(lab).function().invoke(body);
    if (answer instanceof Answer.FunctionError) {
      exchange.getResponseHeaders().set("X-Amz-Function-Error", "Unhandled");
    }
    LabServer.answer(exchange, 200, "application/json", answer.payload());
  }

  /** One at a time: the library promises nothing for more. */
  private static synchronized String evaluated(String expression) {
    ObjectNode told = JSON.createObjectNode();
    try {
      told.set("value", JSON.valueToTree(Jsonata.jsonata(expression).evaluate(null)));
    } catch (RuntimeException wrong) {
      told.put("error", String.valueOf(wrong.getMessage()));
    }
    return told.toString();
  }

  @Override
  public void close() {
    python.destroy();
    services.close();
  }
}
