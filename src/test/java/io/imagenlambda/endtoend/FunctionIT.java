package io.imagenlambda.endtoend;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabOptions;
import io.imagenlambda.lab.runtime.Answer;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.io.ByteArrayInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/** The main job, from outside: the packaged function in its own process, behind the lab's AWS. */
final class FunctionIT {
  private static final String PROBLEM = "application/problem+json";

  private static Lab lab;

  @BeforeAll
  static void startLab() {
    lab = Lab.start(LabOptions.forTests());
  }

  @AfterAll
  static void stopLab() {
    lab.close();
  }

  @BeforeEach
  void forgetCalls() {
    lab.predict().journal().clear();
  }

  @Test
  void aPostAnswersWithUrlsOfTheGeneratedImagesByteForByte() throws Exception {
    Response response =
        post(
            """
            {"id":"two-lighthouses","prompt":"a lighthouse in fog",
             "parameters":{"sampleCount":2,"imageSize":"2K","aspectRatio":"16:9"}}""");

    response
        .then()
        .statusCode(200)
        .contentType("application/json")
        .body("id", equalTo("two-lighthouses"))
        .body("status", equalTo("succeeded"))
        .body("model", equalTo("imagen-4.0-generate-001"))
        .body("requested", equalTo(2))
        .body("images", hasSize(2))
        .body("images.s3Uri", hasItem("s3://images/images/two-lighthouses/0.png"))
        .body("images.width", hasItem(2816))
        .body("images.height", hasItem(1536))
        .body("filtered", hasSize(0))
        .body("attempts", equalTo(1))
        .body("replayed", equalTo(false));
    List<String> fetched = response.jsonPath().getList("images.url", String.class);
    assertEquals(
        lab.predict().journal().imagesServed(),
        fetched.stream().map(url -> sha256(fetch(url))).toList());
    assertEquals(
        lab.predict().journal().imagesServed(), response.jsonPath().getList("images.sha256"));
    var png = ImageIO.read(new ByteArrayInputStream(fetch(fetched.getFirst())));
    assertEquals("2816x1536", png.getWidth() + "x" + png.getHeight());
  }

  @Test
  void anImageIsStoredWithItsTypeAndWhereItCameFrom() {
    invoke(
        """
        {"id":"with-metadata","prompt":"p","parameters":{"sampleCount":1},
         "metadata":{"campaign":"Frühling"}}""");

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

    JsonPath result = JsonPath.from(object("images/stored-result/result.json"));
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "prompt=a lighthouse                            | #",
        "{\"parameters\":{}}                            | #/prompt",
        "{\"prompt\":\"p\",\"parameters\":{\"sampleCount\":9}}     | #/parameters/sampleCount",
        "{\"prompt\":\"p\",\"parameters\":{\"aspectRatio\":\"2:1\"}} | #/parameters/aspectRatio",
        "{\"prompt\":\"p\",\"size\":\"2K\"}             | #/size",
      })
  void badInputIsAProblemThatNamesTheFaultAndCostsNothing(String body, String pointer) {
    post(body)
        .then()
        .statusCode(400)
        .contentType(PROBLEM)
        .body("status", equalTo(400))
        .body("errors.pointer", hasItem(pointer));
    assertEquals(0, calls());
  }

  @Test
  void allFaultsOfOneRequestAreNamedAtOnce() {
    post("{\"promt\":\"p\",\"parameters\":{\"sampleCount\":9,\"aspectRatio\":\"2:1\"}}")
        .then()
        .statusCode(400)
        .contentType(PROBLEM)
        .body("detail", equalTo("the request has 4 faults"))
        .body(
            "errors.pointer",
            containsInAnyOrder(
                "#/promt", "#/prompt", "#/parameters/sampleCount", "#/parameters/aspectRatio"));
  }

  @Test
  void aBodyOfTenMegabytesIsTooLarge() {
    post("{\"prompt\":\"" + "x".repeat(10_000_000) + "\"}")
        .then()
        .statusCode(413)
        .contentType(PROBLEM);
    assertEquals(0, calls());
  }

  @Test
  void aBodyOfHalfAMegabyteIsTooLargeForTheFunctionItself() {
    post("{\"prompt\":\"" + "x".repeat(500_000) + "\"}")
        .then()
        .statusCode(413)
        .contentType(PROBLEM)
        .body("detail", startsWith("the request has 500013 bytes but may have 262144"));
    assertEquals(0, calls());
  }

  @Test
  void otherPathsAndMethodsAreRefusedByName() {
    given().get(lab.url() + "/nothing").then().statusCode(404).contentType(PROBLEM);
    given()
        .delete(lab.url() + "/images")
        .then()
        .statusCode(405)
        .header("allow", "POST")
        .contentType(PROBLEM);
  }

  @Test
  void theProvidersFilterIsToldWithTheNumberOfMissingImages() {
    post("{\"id\":\"some-filtered\",\"prompt\":\"[fault:filtered=2]\","
            + "\"parameters\":{\"sampleCount\":4}}")
        .then()
        .statusCode(200)
        .body("status", equalTo("partial"))
        .body("images", hasSize(2))
        .body("filtered", hasSize(1))
        .body("filtered[0].missing", equalTo(2));
    post("{\"id\":\"all-filtered\",\"prompt\":\"[fault:all-filtered]\"}")
        .then()
        .statusCode(422)
        .contentType(PROBLEM)
        .body("result.status", equalTo("filtered"))
        .body("result.filtered[0].missing", equalTo(4));
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
  void aMissingSettingEndsTheStartWithOneLineThatNamesIt() {
    try (var broken = lab.functionWith(Map.of("OUTPUT_BUCKET", ""))) {
      Answer answer = broken.invoke("{\"prompt\":\"p\"}");

      assertInstanceOf(Answer.FunctionError.class, answer);
      assertEquals(
          1,
          broken.output().lines().stream()
              .filter(line -> line.endsWith("the name of the S3 bucket for the images"))
              .filter(line -> line.contains("imagen-lambda cannot start: OUTPUT_BUCKET is missing"))
              .count(),
          () -> String.join("\n", broken.output().lines()));
    }
  }

  private static Response post(String body) {
    return given().body(body).post(lab.url() + "/images");
  }

  private static String invoke(String event) {
    Answer answer = lab.function().invoke(event);
    return assertInstanceOf(Answer.Success.class, answer, answer::text).text();
  }

  private static int calls() {
    return lab.predict().journal().calls().size();
  }

  private static String object(String key) {
    return lab.s3().getObjectAsBytes(get -> get.bucket("images").key(key)).asUtf8String();
  }

  private static byte[] fetch(String url) {
    return given()
        .urlEncodingEnabled(false)
        .get(url)
        .then()
        .statusCode(200)
        .extract()
        .asByteArray();
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
