package io.imagenlambda.lab;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.imagenlambda.lab.http.LabException;
import io.imagenlambda.lab.runtime.Answer;
import io.imagenlambda.lab.runtime.FakeFunction;
import io.imagenlambda.lab.runtime.LambdaFunction;
import io.imagenlambda.lab.runtime.Program;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
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

  private static final CommandLine A_LIGHTHOUSE = CommandLine.of("UTF-8", "-Dprompt=a lighthouse");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

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
  void oneShotSavesTheImagesAndPrintsALineForEach(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("a-0.png");
    try (LambdaFunction function = answering(ofOneImage())) {
      assertEquals(List.of(file), oneShot(function, directory).run(A_LIGHTHOUSE));
    }
    assertEquals("png", Files.readString(file));
    assertEquals(file + "  1408 x 768, image/png, 1 KB\n", out.toString(UTF_8));
    assertEquals("", err.toString(UTF_8));
  }

  @Test
  void oneShotPrintsNothingButTheJsonWhereThatIsAskedFor(@TempDir Path directory) throws Exception {
    CommandLine json = CommandLine.of("UTF-8", "-Dprompt=a lighthouse", "-Djson");
    String result = ofOneImage();
    try (LambdaFunction function = answering(result)) {
      oneShot(function, directory).run(json);
    }
    ObjectMapper mapper = new ObjectMapper();
    assertEquals(mapper.readTree(result), mapper.readTree(out.toString(UTF_8)));
    assertTrue(err.toString(UTF_8).contains("a-0.png"), err.toString(UTF_8));
  }

  @Test
  void oneShotSaysWhyAnImageIsMissing(@TempDir Path directory) throws Exception {
    String partial =
        ofOneImage()
            .replace(
                "\"images\"",
                "\"requested\":2,\"filtered\":[{\"reason\":\"violence\",\"missing\":1}],\"images\"");
    try (LambdaFunction function = answering(partial)) {
      oneShot(function, directory).run(A_LIGHTHOUSE);
    }
    assertEquals("1 of 2 images: 1 filtered: violence\n", err.toString(UTF_8));
  }

  @Test
  void oneShotReportsAResultWithoutAnImageInOneLine(@TempDir Path directory) {
    LabException none =
        assertThrows(
            LabException.class, () -> oneShot(lab.function(), directory).run(A_LIGHTHOUSE));
    assertEquals("the answer has no image", none.getMessage());
    String failed =
        "{\"status\":\"failed\",\"images\":[],\"error\":{\"code\":\"400\",\"message\":\"no such\"}}";
    try (LambdaFunction function = answering(failed)) {
      LabException why =
          assertThrows(LabException.class, () -> oneShot(function, directory).run(A_LIGHTHOUSE));
      assertEquals("the answer has no image: 400: no such", why.getMessage());
    }
  }

  @Test
  void oneShotNamesTheFileThatAFullDiskDoesNotTake(@TempDir Path directory) throws Exception {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full));
    Path file = Files.createSymbolicLink(directory.resolve("a-0.png"), full);
    try (LambdaFunction function = answering(ofOneImage())) {
      LabException refused =
          assertThrows(LabException.class, () -> oneShot(function, directory).run(A_LIGHTHOUSE));
      assertEquals(file + " cannot be written: No space left on device", refused.getMessage());
    }
    assertEquals("", out.toString(UTF_8));
    assertFalse(Files.exists(file));
  }

  private OneShot oneShot(LambdaFunction function, Path directory) {
    return new OneShot(
        function, directory, new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
  }

  private static LambdaFunction answering(String result) {
    return lab.functionOf(
        FakeFunction.program("runs").with(Map.of("FAKE_FUNCTION_ANSWER", result)));
  }

  /** A result whose image is in S3. */
  private static String ofOneImage() throws Exception {
    lab.s3()
        .putObject(
            r -> r.bucket(Lab.OUTPUT_BUCKET).key("images/a/0.png"), RequestBody.fromString("png"));
    return """
    {"id":"a","status":"succeeded","images":[\
    {"url":"%s","mimeType":"image/png","width":1408,"height":768}]}\
    """
        .formatted(LabS3Test.presigned(lab.s3Endpoint(), Lab.OUTPUT_BUCKET, "images/a/0.png"));
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
