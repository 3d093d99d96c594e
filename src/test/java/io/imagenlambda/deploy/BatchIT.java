package io.imagenlambda.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.dashjoin.jsonata.Jsonata;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabOptions;
import io.imagenlambda.lab.http.LabServer;
import io.imagenlambda.lab.runtime.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;

/**
 * The batch state machine with its manifests in the lab's S3 and its tasks in the packaged
 * function. moto interprets it ({@code src/test/python/batch.py}); where moto is not, this is
 * skipped.
 */
final class BatchIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path EVENTS = Path.of("deploy", "events");

  private static Lab lab;
  private static LabServer services;

  @BeforeAll
  static void startLab() throws Exception {
    Assumptions.assumeTrue(
        isThere("import antlr4, moto.stepfunctions.parser.asl, yaml"),
        "python3 with moto[stepfunctions] and PyYAML is not on this machine");
    lab = Lab.start(LabOptions.forTests().concurrency(3));
    services = LabServer.start("Lambda and JSONata", 0, BatchIT::serve);
  }

  @AfterAll
  static void stopLab() {
    if (lab != null) {
      services.close();
      lab.close();
    }
  }

  @BeforeEach
  void forgetCalls() {
    lab.predict().journal().clear();
  }

  @Test
  void everyLineOfJsonEndsInItsImages() throws Exception {
    upload("batch/sample.jsonl", Files.readString(EVENTS.resolve("requests.jsonl")));

    JsonNode told = run("json", "batch/sample.jsonl");

    assertEquals("SUCCEEDED", told.path("status").asText(), told::toString);
    assertEquals(
        List.of("sample-line-1", "sample-line-2", "sample-line-3"),
        told.path("output").findValuesAsText("id"));
    assertEquals(
        List.of("succeeded", "succeeded", "succeeded"),
        told.path("output").findValuesAsText("status"));
    assertEquals(4, told.path("output").findValuesAsText("s3Uri").size());
    assertEquals(List.of(), told.path("output").findValuesAsText("url"));
    assertEquals(3, calls());
  }

  @Test
  void everyRowOfCsvEndsInTheImagesOfTheSameLineOfJson() throws Exception {
    upload("batch/sample.csv", Files.readString(EVENTS.resolve("requests.csv")));
    upload(
        "batch/same.jsonl",
        Files.readString(EVENTS.resolve("requests.jsonl")).replace("sample-line", "sample-row"));

    JsonNode rows = run("rows", "batch/sample.csv");
    JsonNode lines = run("lines", "batch/same.jsonl");

    assertEquals("SUCCEEDED", rows.path("status").asText(), rows::toString);
    assertEquals(
        rows.path("output").findValuesAsText("digest"),
        lines.path("output").findValuesAsText("digest"));
    assertEquals(
        List.of("true", "true", "true"), lines.path("output").findValuesAsText("replayed"));
    assertEquals(3, calls());
  }

  @Test
  void aLineWithoutAnIdIsPaidForOnceHoweverOftenItsExecutionRuns() throws Exception {
    upload("batch/no-ids.jsonl", "{\"prompt\":\"one\"}\n{\"prompt\":\"two\"}\n");

    JsonNode first = run("spring", "batch/no-ids.jsonl");
    JsonNode again = run("spring", "batch/no-ids.jsonl");

    assertEquals(List.of("spring-1", "spring-2"), first.path("output").findValuesAsText("id"));
    assertEquals(List.of("true", "true"), again.path("output").findValuesAsText("replayed"));
    assertEquals(2, calls());
  }

  /** The function itself tries five times; the sixth call is the state machine's retry. */
  @Test
  void whatIsNotAvailableIsTriedAgainAndWhatIsWrongIsNot() throws Exception {
    upload(
        "batch/faults.jsonl",
        """
        {"id":"later","prompt":"[fault:503=0.01x5] later","parameters":{"sampleCount":1}}
        {"id":"refused","prompt":"[fault:quota] refused","parameters":{"sampleCount":1}}
        {"id":"wrong","promt":"a typo"}
        "no object at all"
        """);

    JsonNode told = run("faults", "batch/faults.jsonl");

    assertEquals("succeeded", told.path("output").path(0).path("status").asText(), told::toString);
    assertEquals(6, lab.predict().journal().callsWith("later").size());
    assertEquals(1, lab.predict().journal().callsWith("refused").size());
    for (int failed = 1; failed < 4; failed++) {
      assertTrue(told.path("output").path(failed).isNull(), told::toString);
    }
  }

  @Test
  void whatIsNoManifestIsRefusedByName() throws Exception {
    JsonNode told = run("none", "batch/photo.png");

    assertEquals("FAILED", told.path("status").asText(), told::toString);
    assertEquals("NoManifest", told.path("error").asText());
  }

  /**
   * The execution, as DescribeExecution tells it; without a ResultWriter its output is the results.
   */
  private static JsonNode run(String name, String key) throws Exception {
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

  private static boolean isThere(String imports) throws InterruptedException {
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

  private static void serve(HttpExchange exchange) throws IOException {
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

  private static void upload(String key, String content) {
    lab.s3()
        .putObject(put -> put.bucket(Lab.REQUEST_BUCKET).key(key), RequestBody.fromString(content));
  }

  private static int calls() {
    return lab.predict().journal().calls().size();
  }
}
