package io.imagenlambda.endtoend;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.lab.LabOptions;
import io.restassured.response.Response;
import java.io.ByteArrayInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The HTTP interface, from outside: through the lab's API Gateway, as curl would call it. */
final class HttpIT extends LabCase {
  private static final String PROBLEM = "application/problem+json";

  HttpIT() {
    super(LabOptions.forTests());
  }

  @Test
  void aPostAnswersWithUrlsOfTheGeneratedImagesByteForByte() throws Exception {
    Response response =
        post(
            """
            {"id":"two-lighthouses","prompt":"a lighthouse in fog",
             "parameters":{"sampleCount":2,"imageSize":"2K","aspectRatio":"16:9"}}\
            """);

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
        "{\"prompt\":\"p\",\"metadata\":{\"utm.source\":7}} | #/metadata/utm.source",
        "{\"prompt\":\"p\",\"a/b~c d%[e]\":1}           | #/a~1b~0c%20d%25%5Be%5D",
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
  void headIsGetWithoutABodyAndAnIdMayBePercentEncoded() {
    post("{\"id\":\"to-be-seen\",\"prompt\":\"p\",\"parameters\":{\"sampleCount\":1}}");

    for (String id : List.of("to-be-seen", "to%2Dbe%2dseen", "%74o-be-seen")) {
      String url = lab.url() + "/images/" + id;
      given()
          .urlEncodingEnabled(false)
          .get(url)
          .then()
          .statusCode(200)
          .body("id", equalTo("to-be-seen"));
      given().urlEncodingEnabled(false).head(url).then().statusCode(200).body(equalTo(""));
    }
    given().head(lab.url() + "/images/nobodys").then().statusCode(404).body(equalTo(""));
    given().head(lab.url() + "/images").then().statusCode(405).header("allow", "POST");
    given().delete(lab.url() + "/images/x").then().statusCode(405).header("allow", "GET, HEAD");
  }

  @Test
  void theProvidersFilterIsReportedWithTheNumberOfMissingImages() {
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

  @ParameterizedTest
  @ValueSource(strings = {":predict", "%3Apredict"})
  void aClientOfThePredictApiGetsItsOwnAnswerWithUrlsInPlaceOfBytes(String method) {
    given()
        .urlEncodingEnabled(false)
        .body(
            "{\"instances\":[{\"prompt\":\"[fault:filtered=1] a pier\"}],"
                + "\"parameters\":{\"sampleCount\":2}}")
        .post(lab.url() + "/v1beta/models/imagen-4.0-ultra-generate-001" + method)
        .then()
        .statusCode(200)
        .body("predictions", hasSize(2))
        .body("predictions[0].mimeType", equalTo("image/png"))
        .body("predictions[0].gcsUri", startsWith("http"))
        .body("predictions[1].raiFilteredReason", notNullValue());
    assertEquals(
        "imagen-4.0-ultra-generate-001", lab.predict().journal().calls().getFirst().model());
  }

  @Test
  void aClientOfGeminiGetsItsOwnAnswerWithUrlsInPlaceOfBytes() {
    Response response =
        content(
            "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"a pier\"}]}],"
                + "\"generationConfig\":{\"responseModalities\":[\"IMAGE\"],"
                + "\"imageConfig\":{\"aspectRatio\":\"16:9\"}}}");

    response
        .then()
        .statusCode(200)
        .body("candidates", hasSize(1))
        .body("candidates[0].finishReason", equalTo("STOP"))
        .body("candidates[0].content.parts[0].fileData.mimeType", equalTo("image/png"))
        .body("usageMetadata.candidatesTokenCount", equalTo(1290))
        .body("modelVersion", equalTo("gemini-nano-banana-2.1"));
    assertEquals(
        lab.predict().journal().imagesServed(),
        List.of(
            sha256(
                fetch(
                    response
                        .jsonPath()
                        .getString("candidates[0].content.parts[0].fileData.fileUri")))));
    assertTrue(
        lab.predict().journal().calls().getFirst().body().contains("\"aspectRatio\":\"16:9\""));
  }

  @Test
  void aClientOfGeminiGetsTheFiltersVerdictAsItsOwn() {
    content("{\"contents\":[{\"parts\":[{\"text\":\"[fault:all-filtered] a pier\"}]}]}")
        .then()
        .statusCode(200)
        .body("candidates[0].content.parts", hasSize(0))
        .body("candidates[0].finishReason", equalTo("IMAGE_SAFETY"))
        .body("candidates[0].finishMessage", notNullValue());
  }

  private Response content(String body) {
    return given()
        .body(body)
        .post(lab.url() + "/v1beta/models/gemini-nano-banana-2.1:generateContent");
  }

  private Response post(String body) {
    return given().body(body).post(lab.url() + "/images");
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
