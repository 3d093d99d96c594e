package io.imagenlambda.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.lab.LabOptions;
import io.imagenlambda.lab.runtime.Answer;
import io.restassured.path.json.JsonPath;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/** The main job, from outside: the packaged function in its own process, behind the lab's AWS. */
final class FunctionIT extends LabCase {
  FunctionIT() {
    super(LabOptions.forTests());
  }

  @Test
  void anImageIsStoredWithItsTypeAndWhereItCameFrom() {
    invoke(
        """
        {"id":"with-metadata","prompt":"p","parameters":{"sampleCount":1},
         "metadata":{"campaign":"Frühling"}}\
        """);

    HeadObjectResponse head =
        lab.s3().headObject(image -> image.bucket("images").key("images/with-metadata/0.png"));
    assertEquals("image/png", head.contentType());
    assertEquals("imagen-4.0-generate-001", head.metadata().get("imagen-model"));
    assertTrue(head.metadata().containsKey("imagen-request-sha256"), head.metadata().toString());
    assertTrue(head.metadata().containsKey("campaign"), head.metadata().toString());
  }

  @Test
  void theResultIsStoredWithoutUrls() {
    invoke("{\"id\":\"stored-result\",\"prompt\":\"p\",\"parameters\":{\"sampleCount\":1}}");

    JsonPath result = stored.result("stored-result");
    assertEquals("succeeded", result.getString("status"));
    assertEquals("s3://images/images/stored-result/0.png", result.getString("images[0].s3Uri"));
    assertEquals(null, result.getString("images[0].url"));
  }

  @Test
  void aDirectInvokeAnswersWithTheResult() {
    JsonPath result =
        JsonPath.from(invoke("{\"prompt\":\"p\",\"parameters\":{\"sampleCount\":1}}"));

    assertEquals("succeeded", result.getString("status"));
    assertEquals(1, result.getList("images").size());
  }

  @Test
  void aDirectInvokeWithAnInvalidRequestIsAFunctionErrorThatAStateMachineCanName() {
    Answer answer = lab.function().invoke("{\"prompt\":\"\",\"parameters\":{\"sampleCount\":9}}");

    var error = assertInstanceOf(Answer.FunctionError.class, answer);
    assertEquals("InvalidRequest", error.errorType());
    assertEquals(
        "prompt is empty: it is the text of the image; parameters.sampleCount is 9 but must be a"
            + " whole number from 1 to 4",
        error.errorMessage());
  }

  @Test
  void anEventOfNoKnownKindIsAFunctionErrorThatSaysWhatWasSeen() {
    var error =
        assertInstanceOf(
            Answer.FunctionError.class, lab.function().invoke("{\"promt\":\"p\",\"size\":1}"));

    assertEquals("UnknownEvent", error.errorType());
    assertTrue(error.errorMessage().contains("promt, size"), error.errorMessage());
    assertTrue(error.errorMessage().contains("prompt"), error.errorMessage());
    assertEquals(0, calls());
  }

  /** 73 MB of answer through 64 MB of heap: whoever held an image, let alone four, would fail. */
  @Test
  void fourImagesOfThirteenMegabytesPassThroughASmallHeap() {
    try (var small = lab.functionWith(Map.of(), "-Xmx64m")) {
      Answer answer =
          small.invoke(
              "{\"id\":\"large\",\"prompt\":\"[size:13MB]\",\"parameters\":{\"imageSize\":\"2K\"}}");

      var success = assertInstanceOf(Answer.Success.class, answer, answer::text);
      JsonPath result = JsonPath.from(success.text());
      assertEquals("succeeded", result.getString("status"));
      assertTrue(
          result.getList("images.bytes", Long.class).stream().allMatch(size -> size > 12_000_000),
          () -> result.getString("images.bytes"));
      assertEquals(lab.predict().journal().imagesServed(), result.getList("images.sha256"));
    }
  }

  @Test
  void aMissingSettingEndsTheStartWithTheLineThatNamesIt() {
    try (var broken = lab.functionWith(Map.of("OUTPUT_BUCKET", ""))) {
      Answer answer = broken.invoke("{\"prompt\":\"p\"}");

      var error = assertInstanceOf(Answer.FunctionError.class, answer);
      String line =
          "imagen-lambda cannot start: OUTPUT_BUCKET is missing: the name of the S3 bucket for the"
              + " images";
      assertEquals("InvalidSettings", error.errorType());
      assertTrue(error.errorMessage().endsWith("Error: " + line), error.errorMessage());
      assertTrue(
          broken.output().lines().stream().anyMatch(printed -> printed.contains(line)),
          () -> String.join("\n", broken.output().lines()));
    }
  }

  private String invoke(String event) {
    Answer answer = lab.function().invoke(event);
    return assertInstanceOf(Answer.Success.class, answer, answer::text).text();
  }
}
