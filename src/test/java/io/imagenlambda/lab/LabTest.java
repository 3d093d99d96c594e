package io.imagenlambda.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.lab.http.LabException;
import io.imagenlambda.lab.runtime.Answer;
import io.imagenlambda.lab.runtime.FakeFunction;
import io.imagenlambda.lab.runtime.LambdaFunction;
import io.imagenlambda.lab.runtime.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;

class LabTest {
  @AutoClose
  private static final Lab lab =
      Lab.start(LabOptions.forTests().program(FakeFunction.program("runs")));

  @Test
  void theFunctionsEnvironmentLeadsToTheLabsOwnServices() {
    for (Map.Entry<String, String> variable :
        Map.of(
                "AWS_ENDPOINT_URL_S3", lab.s3Endpoint().toString(),
                "QUEUE_URL", lab.queueUrl("requests").toString(),
                "TOKAIFY_BASE_URL", lab.predict().url().toString(),
                "OUTPUT_BUCKET", "images",
                "IMAGEN_URL_STYLE", "presigned")
            .entrySet()) {
      Answer answer = lab.function().invoke("\"env" + variable.getKey() + "\"");
      assertEquals("\"" + variable.getValue() + "\"", answer.text());
    }
  }

  @Test
  void eachProcessHasItsOwnLogStream() {
    String first = lab.function().invoke("\"envAWS_LAMBDA_LOG_STREAM_NAME\"").text();
    lab.function().recycle();
    String second = lab.function().invoke("\"envAWS_LAMBDA_LOG_STREAM_NAME\"").text();

    assertTrue(first.contains("[$LATEST]"), first);
    assertNotEquals(first, second);
  }

  @Test
  void theRootPageSaysWhereToPost() throws Exception {
    assertTrue(LabS3Test.get(lab.url()).body().contains(lab.url() + "/images"));
  }

  @Test
  void aSecondFunctionMayHaveItsOwnEnvironmentInTheSameLab() {
    Program program = FakeFunction.program("runs").with(Map.of("OUTPUT_PREFIX", "other/"));
    try (LambdaFunction other = lab.functionOf(program)) {
      assertEquals("\"other/\"", other.invoke("\"envOUTPUT_PREFIX\"").text());
      assertEquals("\"null\"", lab.function().invoke("\"envOUTPUT_PREFIX\"").text());
    }
  }

  @Test
  void oneShotSavesTheImagesByTheUrlsInTheResult(@TempDir Path directory) throws Exception {
    lab.s3()
        .putObject(
            r -> r.bucket(Lab.OUTPUT_BUCKET).key("images/a/0.png"), RequestBody.fromString("png"));
    String result =
        "{\"id\":\"a\",\"status\":\"succeeded\",\"images\":[{\"url\":\"%s\"}]}"
            .formatted(LabS3Test.presigned(lab.s3Endpoint(), Lab.OUTPUT_BUCKET, "images/a/0.png"));
    Program program = FakeFunction.program("runs").with(Map.of("FAKE_FUNCTION_ANSWER", result));
    try (LambdaFunction function = lab.functionOf(program)) {
      List<Path> files = OneShot.generate(function, "a lighthouse", directory);
      assertEquals(List.of(directory.resolve("a-0.png")), files);
      assertEquals("png", Files.readString(files.getFirst()));
    }
  }

  @Test
  void oneShotReportsAResultWithoutAnImageInOneLine(@TempDir Path directory) {
    LabException none =
        assertThrows(
            LabException.class, () -> OneShot.generate(lab.function(), "a lighthouse", directory));
    assertEquals("the answer has no image", none.getMessage());
  }

  @Test
  void aPortInUseClosesWhatWasStartedBeforeIt() {
    LabOptions.Ports ports = new LabOptions.Ports(lab.url().getPort(), 0, 0, 0);
    LabException taken =
        assertThrows(
            LabException.class,
            () ->
                Lab.start(
                    LabOptions.forTests().program(FakeFunction.program("runs")).ports(ports)));
    assertEquals(
        "port %d is taken: the lab's HTTP API cannot listen there".formatted(lab.url().getPort()),
        taken.getMessage());
  }

  @Test
  void aClosedLabLeavesNoProcessAndNoFile() {
    Lab closed = Lab.start(LabOptions.forTests().program(FakeFunction.program("runs")));
    long pid = Long.parseLong(closed.function().invoke("\"pid\"").text());
    Path files = closed.function().temporaryFiles();
    assertTrue(Files.exists(files));
    closed.close();
    assertFalse(ProcessHandle.of(pid).isPresent());
    assertFalse(Files.exists(files));
  }
}
