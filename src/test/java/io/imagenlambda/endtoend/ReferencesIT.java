package io.imagenlambda.endtoend;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabOptions;
import io.imagenlambda.lab.predict.Call;
import io.imagenlambda.lab.runtime.Answer;
import io.imagenlambda.lab.trigger.RequestQueue.Fate;
import io.imagenlambda.lab.trigger.TriggerOptions;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.sync.RequestBody;

/** Images to work from: they go into the call as they are, or the request is refused. */
final class ReferencesIT extends LabCase {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final byte[] PNG = start("89504e470d0a1a0a");
  private static final Map<String, byte[]> STARTS =
      Map.of(
          "image/png", PNG,
          "image/jpeg", start("ffd8ffe0"),
          "image/webp", start("524946460000000057454250"),
          "image/heic", start("00000018667479706865696300000000"));

  ReferencesIT() {
    super(
        LabOptions.forTests()
            .env("IMAGEN_MODEL", "gemini-nano-banana-2.1")
            .triggers(TriggerOptions.ON));
  }

  private static byte[] start(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  /** An image as far as its first bytes tell, of so many bytes. */
  private static byte[] image(byte[] start, int bytes) {
    byte[] image = new byte[bytes];
    new Random(bytes).nextBytes(image);
    System.arraycopy(start, 0, image, 0, start.length);
    return image;
  }

  private String uploaded(String key, byte[] content) {
    lab.s3()
        .putObject(put -> put.bucket(Lab.REQUEST_BUCKET).key(key), RequestBody.fromBytes(content));
    return "s3://%s/%s".formatted(Lab.REQUEST_BUCKET, key);
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String request(String id, String... references) {
    return "{\"id\":\"%s\",\"prompt\":\"like these: %s\",\"references\":[%s]}"
        .formatted(
            id,
            id,
            Stream.of(references).map("\"%s\""::formatted).collect(Collectors.joining(",")));
  }

  private Response post(String body) {
    return given().baseUri(lab.url().toString()).body(body).post("/images");
  }

  private JsonPath invoke(String event) {
    Answer answer = lab.function().invoke(event);
    return JsonPath.from(assertInstanceOf(Answer.Success.class, answer, answer::text).text());
  }

  private List<String> received() {
    return lab.predict().journal().calls().getFirst().references().stream()
        .map(Call.Reference::sha256)
        .toList();
  }

  @Test
  void everyReferenceGoesIntoTheCallAsItIsInItsOrderAndBeforeTheText() {
    List<byte[]> images =
        STARTS.values().stream().map(start -> image(start, 100_000 + start.length)).toList();
    String[] uris =
        IntStream.range(0, images.size())
            .mapToObj(i -> uploaded("kind of " + i + ".bin", images.get(i)))
            .toArray(String[]::new);

    assertEquals("succeeded", invoke(request("kinds", uris)).getString("status"));

    Call call = lab.predict().journal().calls().getFirst();
    assertEquals(
        List.copyOf(STARTS.keySet()),
        call.references().stream().map(Call.Reference::mimeType).toList());
    assertEquals(images.stream().map(ReferencesIT::sha256).toList(), received());
    assertTrue(call.body().indexOf("inlineData") < call.body().indexOf("\"text\""));
    assertEquals(
        Integer.toString(call.body().length()), call.header("Content-Length").orElse("none"));
  }

  @Test
  void fourteenLargeReferencesGoIntoEachOfFourCalls() {
    String[] uris =
        IntStream.range(0, 14)
            .mapToObj(i -> uploaded("large-" + i + ".png", image(PNG, 1_400_000 + i)))
            .toArray(String[]::new);

    JsonPath result =
        invoke(
            request("fourteen", uris)
                .replace("\"references\"", "\"parameters\":{\"sampleCount\":4},\"references\""));

    assertEquals("succeeded", result.getString("status"), result::prettify);
    assertEquals(
        List.of(14, 14, 14, 14),
        lab.predict().journal().calls().stream().map(call -> call.references().size()).toList());
  }

  @Test
  void anImageThatWasMadeHereIsAReferenceToo() {
    String made = invoke(request("first")).getString("images[0].s3Uri");
    lab.predict().journal().clear();

    JsonPath result = invoke(request("second", made));

    assertEquals("succeeded", result.getString("status"), result::prettify);
    assertEquals(List.of(stored.result("first").getString("images[0].sha256")), received());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "missing.png   | is not there",
        "text.png      | is not a PNG, JPEG, WebP or HEIC image",
        "empty.png     | is not a PNG, JPEG, WebP or HEIC image",
        "large.png     | has 7340033 bytes but may have 7340032",
      })
  void aReferenceThatCannotBeUsedIsNamedByItsPlaceAndCostsNothing(String key, String is) {
    String good = uploaded("good.png", image(PNG, 1000));
    uploaded("text.png", "a text, whatever its name says".getBytes(UTF_8));
    uploaded("empty.png", new byte[0]);
    uploaded("large.png", image(PNG, 7 * 1024 * 1024 + 1));
    String bad = "s3://%s/%s".formatted(Lab.REQUEST_BUCKET, key);
    String id = "bad-" + key;

    post(request(id, good, bad))
        .then()
        .statusCode(400)
        .body("errors.pointer", contains("#/references/1"))
        .body("errors.detail[0]", equalTo("references.1 %s %s".formatted(bad, is)));
    assertEquals(0, calls());
    assertEquals(List.of(), stored.of(id));
  }

  @Test
  void aBucketThatIsNotThereIsAFaultOfTheRequest() {
    post(request("no-bucket", "s3://no-such-bucket/a.png"))
        .then()
        .statusCode(400)
        .body("errors.detail[0]", containsString("s3://no-such-bucket/a.png cannot be read"));
    assertEquals(0, calls());
  }

  @Test
  void allThatIsWrongWithTheListIsSaidAtOnce() {
    String[] many = new String[15];
    Arrays.fill(many, "s3://requests/a.png");
    many[3] = "https://example.com/a.png";

    post(request("list", many))
        .then()
        .statusCode(400)
        .body("errors.pointer", contains("#/references", "#/references/3"))
        .body("errors.detail[0]", containsString("has 15 images but may have 14"));
  }

  @Test
  void tooMuchInAllIsRefused() {
    String large = uploaded("six.png", image(PNG, 6 * 1024 * 1024));

    post(request("much", large, large, large, large))
        .then()
        .statusCode(400)
        .body("errors.pointer", contains("#/references"))
        .body("errors.detail[0]", containsString("25165824 bytes in all but may have 20971520"));
  }

  @Test
  void aModelThatTakesNoneIsNotAsked() {
    String reference = uploaded("unused.png", image(PNG, 1000));

    post(request("imagen", reference)
            .replace("\"prompt\"", "\"model\":\"imagen-4.0-generate-001\",\"prompt\""))
        .then()
        .statusCode(400)
        .body("errors.pointer", contains("#/references"))
        .body("errors.detail[0]", containsString("not taken by imagen-4.0-generate-001"));
  }

  @Test
  void aResultIsReplayedThoughItsReferenceIsGone() {
    String event = request("gone", uploaded("gone.png", image(PNG, 1000)));
    var _ = invoke(event);
    lab.s3().deleteObject(delete -> delete.bucket(Lab.REQUEST_BUCKET).key("gone.png"));

    assertTrue(invoke(event).getBoolean("replayed"));
    assertEquals(1, calls());
  }

  @Test
  void anotherReferenceIsAnotherRequest() {
    String one = uploaded("one.png", image(PNG, 1000));
    String other = uploaded("other.png", image(PNG, 1001));
    var _ = invoke(request("same-id", one));

    post(request("same-id", other)).then().statusCode(409);
    post(request("same-id")).then().statusCode(409);
    assertEquals(1, calls());
  }

  @Test
  void aMessageWithAReferenceIsARequest() {
    String message =
        lab.queue().send(request("queued", uploaded("queued.png", image(PNG, 300_000))));

    assertEquals(Fate.DONE, lab.queue().awaitFate(message, PATIENCE));
    assertEquals("succeeded", stored.result("queued").getString("status"));
    assertEquals(List.of(sha256(image(PNG, 300_000))), received());
  }

  /** Gemini's own body with images in it. */
  private static String inline(String id, String field, byte[]... images) {
    String parts =
        Stream.of(images)
            .map(Base64.getEncoder()::encodeToString)
            .map(data ->
                "{\"%s\":{\"mimeType\":\"image/png\",\"data\":\"%s\"}},".formatted(field, data))
            .collect(Collectors.joining());
    return "{\"id\":\"%s\",\"contents\":[{\"role\":\"user\",\"parts\":[%s{\"text\":\"like this\"}]}]}"
        .formatted(id, parts);
  }

  @ParameterizedTest
  @CsvSource({"inlineData", "inline_data"})
  void imagesInsideARequestAreStoredAndBecomeReferences(String field) {
    byte[] first = image(PNG, 1_500_000);
    byte[] second = image(STARTS.get("image/jpeg"), 1_500_000);
    String id = "inside-" + field.length();

    post(inline(id, field, first, second)).then().statusCode(200).body("id", equalTo(id));

    assertEquals(List.of(sha256(first), sha256(second)), received());
    assertEquals(
        List.of("0.png", "claim-0.json", "ref-0.png", "ref-1.jpg", "result.json"), stored.of(id));
    post(inline(id, field, first, second)).then().body("replayed", equalTo(true));
    assertEquals(1, calls());
  }

  @Test
  void imagesInsideARequestThatRunsLaterAreNotInItsMessage() {
    given()
        .baseUri(lab.url().toString())
        .header("Prefer", "respond-async")
        .body(inline("later", "inlineData", image(PNG, 2_000_000)))
        .post("/images")
        .then()
        .statusCode(202);

    lab.queue().awaitEmpty(PATIENCE);
    assertEquals("succeeded", stored.result("later").getString("status"));
    assertEquals(List.of(sha256(image(PNG, 2_000_000))), received());
  }

  @Test
  void anIdWithAnotherImageInsideIsAConflict() {
    post(inline("taken", "inlineData", image(PNG, 1000))).then().statusCode(200);

    post(inline("taken", "inlineData", image(PNG, 1001))).then().statusCode(409);
    given()
        .baseUri(lab.url().toString())
        .body(inline("taken", "inlineData", image(PNG, 1001)))
        .post("/v1beta/models/gemini-nano-banana-2.1:generateContent")
        .then()
        .statusCode(422)
        .header("x-should-retry", equalTo("false"));
    assertEquals(1, calls());
  }

  @Test
  void whatIsInsideARequestAndNoImageIsRefusedWithItsOtherFaults() {
    String body =
        inline("no-image", "inlineData", "a text".getBytes(UTF_8))
            .replace(
                "\"contents\"",
                "\"generationConfig\":{\"imageConfig\":{\"imageSize\":\"3K\"}},\"contents\"");

    post(body)
        .then()
        .statusCode(400)
        .body("errors.pointer", hasItem("#/contents/0/parts/0/inlineData/data"))
        .body("errors.pointer", hasItem("#/generationConfig/imageConfig/imageSize"));
    assertEquals(List.of(), stored.of("no-image"));
  }

  @Test
  void aLongRequestWithoutImagesIsTooLong() {
    post("{\"prompt\":\"%s\"}".formatted("long ".repeat(60_000))).then().statusCode(413);
  }
}
