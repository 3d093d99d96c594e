package io.imagenlambda.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabOptions;
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
 * function; skipped where there is no {@link Interpreter}.
 */
final class BatchIT {
  private static final Path EVENTS = Path.of("deploy", "events");

  private static Lab lab;
  private static Interpreter batch;

  @BeforeAll
  static void startLab() throws Exception {
    Assumptions.assumeTrue(
        Interpreter.isThere(),
        "python3 with moto[stepfunctions] and PyYAML is not on this machine");
    lab = Lab.start(LabOptions.forTests().concurrency(3));
    batch = new Interpreter(Path.of("deploy", "batch.asl.yaml"), lab);
  }

  @AfterAll
  static void stopLab() {
    if (lab != null) {
      batch.close();
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

  /** An execution of that name over the manifest. */
  private static JsonNode run(String name, String key) throws Exception {
    return batch.run(
        name,
        Map.of(
            "Partition", "aws",
            "Function", "imagen-lambda:live",
            "RequestsBucket", Lab.REQUEST_BUCKET),
        Map.of("key", key),
        null);
  }

  private static void upload(String key, String content) {
    lab.s3()
        .putObject(put -> put.bucket(Lab.REQUEST_BUCKET).key(key), RequestBody.fromString(content));
  }

  private static int calls() {
    return lab.predict().journal().calls().size();
  }
}
