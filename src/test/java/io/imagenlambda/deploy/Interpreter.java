package io.imagenlambda.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.dashjoin.jsonata.Jsonata;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.http.LabServer;
import io.imagenlambda.lab.runtime.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Runs {@code deploy/batch.asl.yaml} in moto's interpreter ({@code src/test/python/batch.py}) on a
 * lab's S3 and function; JSONata, which moto leaves open, is evaluated here.
 */
final class Interpreter implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Lab lab;
  private final LabServer services;

  Interpreter(Lab lab) {
    this.lab = lab;
    this.services = LabServer.start("Lambda and JSONata", 0, this::serve);
  }

  /** The execution, as DescribeExecution tells it; its output is the results of all lines. */
  JsonNode run(String name, String key) throws Exception {
    ObjectNode given = JSON.createObjectNode().put("name", name);
    given.putObject("input").put("key", key);
    given
        .putObject("substitutions")
        .put("Partition", "aws")
        .put("Function", "imagen-lambda:live")
        .put("RequestsBucket", Lab.REQUEST_BUCKET);
    Map<String, String> environment = lab.environment();
    given
        .putObject("services")
        .put("s3", lab.s3Endpoint().toString())
        .put("lambda", services.url().toString())
        .put("jsonata", services.url() + "/jsonata")
        .put("accessKeyId", environment.get("AWS_ACCESS_KEY_ID"))
        .put("secretAccessKey", environment.get("AWS_SECRET_ACCESS_KEY"));
    Process python =
        new ProcessBuilder("python3", "src/test/python/batch.py")
            .redirectError(Path.of("target", "batch-" + name + ".log").toFile())
            .start();
    try (var input = python.getOutputStream()) {
      input.write(given.toString().getBytes(UTF_8));
    }
    String told = new String(python.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, python.waitFor(), () -> "see target/batch-" + name + ".log");
    return JSON.readTree(told);
  }

  /** Whether python3 can interpret at all. */
  static boolean isThere() throws InterruptedException {
    String imports = "import antlr4, moto.stepfunctions.parser.asl, yaml";
    try {
      return new ProcessBuilder("python3", "-c", imports)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException noPython) {
      return false;
    }
  }

  private void serve(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    if (exchange.getRequestURI().getPath().equals("/jsonata")) {
      LabServer.answer(exchange, 200, "application/json", evaluated(body));
      return;
    }
    Answer answer = lab.function().invoke(body);
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
    services.close();
  }
}
