package io.imagenlambda.endtoend;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.lab.LabOptions;
import io.imagenlambda.lab.predict.Call;
import io.imagenlambda.lab.runtime.Answer;
import io.imagenlambda.lab.trigger.RequestQueue.Fate;
import io.imagenlambda.lab.trigger.TriggerOptions;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Gemini's wire, from outside: what is asked, stored and told, and how often a call is made. */
final class GeminiIT extends LabCase {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String MODEL = "gemini-nano-banana-2.1";

  GeminiIT() {
    super(
        LabOptions.forTests()
            .env("IMAGEN_MODEL", MODEL)
            .env("IMAGEN_TIMEOUT", "5s")
            .triggers(TriggerOptions.ON));
  }

  private static String request(String id, String prompt, String parameters) {
    return "{\"id\":\"%s\",\"prompt\":\"%s\",\"parameters\":{%s}}"
        .formatted(id, prompt, parameters);
  }

  private JsonPath invoke(String event) {
    Answer answer = lab.function().invoke(event);
    return JsonPath.from(assertInstanceOf(Answer.Success.class, answer, answer::text).text());
  }

  @Test
  void theImageIsStoredAsItWasSentAndItsThoughtsAreNot() {
    JsonPath result =
        invoke(request("thoughtful", "[fault:thoughts=3] a pier", "\"aspectRatio\":\"21:9\""));

    assertEquals("succeeded", result.getString("status"), result::prettify);
    assertEquals(MODEL, result.getString("model"));
    assertEquals(1, result.getInt("requested"));
    Call call = lab.predict().journal().calls().getFirst();
    assertEquals(4, call.served().size());
    assertEquals(
        List.of(call.served().getLast().sha256()), result.getList("images.sha256", String.class));
    assertEquals(List.of("0.png", "claim-0.json", "result.json"), stored.of("thoughtful"));
  }

  @Test
  void anImageOf4KComesWhole() {
    JsonPath result = invoke(request("large", "[fault:thoughts=1] large", "\"imageSize\":\"4K\""));

    assertEquals(4096, result.getInt("images[0].width"), result::prettify);
    assertEquals(4096, result.getInt("images[0].height"));
  }

  @Test
  void aMessageOnTheQueueIsARequestForIt() {
    String message = lab.queue().send(request("queued", "from the queue", ""));

    assertEquals(Fate.DONE, lab.queue().awaitFate(message, PATIENCE));
    assertEquals("succeeded", stored.result("queued").getString("status"));
  }

  @ParameterizedTest
  @CsvSource({
    "filtered, all-filtered, filtered, , ",
    "blocked, block=PROHIBITED_CONTENT, filtered, , ",
    "blocklist, finish=BLOCKLIST, filtered, , ",
    "declined, finish=NO_IMAGE, failed, no_image, rejected",
    "other, finish=OTHER, failed, other, unknown",
    "nothing, empty, failed, no_image, rejected",
    "elsewhere, gcs, failed, stored_elsewhere, rejected",
    "text, not-an-image, failed, not_an_image, unknown",
    "cut, cut=1, failed, connection_cut, unknown",
    "stalled, stall=1, failed, timeout, unknown",
    "late, 504, failed, 504, unknown",
    "invalid, 400, failed, INVALID_ARGUMENT, rejected",
  })
  void everyEndIsStoredAndPaidForOnce(
      String id, String fault, String status, String code, String outcome) {
    String event = request(id, "[fault:" + fault + "] " + id, "");
    JsonPath result = invoke(event);

    assertEquals(status, result.getString("status"), result::prettify);
    assertEquals(code, result.getString("error.code"));
    assertEquals(outcome, result.getString("error.outcome"));
    assertEquals(List.of("claim-0.json", "result.json"), stored.of(id));
    assertTrue(invoke(event).getBoolean("replayed"));
    assertEquals(1, calls());
  }

  @Test
  void anImageThatIsCutInAWholeAnswerIsUnknownAndKeptByItsName() {
    JsonPath result = invoke(request("half-image", "[fault:half-image] half", ""));

    assertEquals("failed", result.getString("status"), result::prettify);
    assertEquals("image_cut", result.getString("error.code"));
    assertEquals("unknown", result.getString("error.outcome"));
    assertTrue(
        result.getString("error.message").endsWith("images/half-image/0-cut.png"),
        result::prettify);
    assertEquals(List.of("0-cut.png", "claim-0.json", "result.json"), stored.of("half-image"));
    assertEquals(1, calls());
  }

  @ParameterizedTest
  @CsvSource({
    "kept, cut-after=1, 0",
    "safe, malformed, 0",
    "thoughts, only-thoughts] [fault:thoughts=2, 1",
  })
  void anImageThatCameWholeIsKept(String id, String fault, int warnings) {
    JsonPath result = invoke(request(id, "[fault:" + fault + "] " + id, ""));

    assertEquals("succeeded", result.getString("status"), result::prettify);
    assertEquals(1, result.getList("images").size());
    assertTrue(result.getList("warnings").size() >= warnings, result::prettify);
  }

  @ParameterizedTest
  @CsvSource({"no-model", "quota", "google-bad-key"})
  void whatTheOperatorMustMendEndsNoRequest(String fault) {
    String event = request("mend-" + fault, "[fault:" + fault + "x1] " + fault, "");

    var error = assertInstanceOf(Answer.FunctionError.class, lab.function().invoke(event));
    assertEquals("ImagenAccount", error.errorType());
    assertEquals("succeeded", invoke(event).getString("status"));
  }

  @Test
  void anOverloadedModelIsAskedAgain() {
    JsonPath result = invoke(request("busy", "[fault:503=0.1x2] busy", ""));

    assertEquals("succeeded", result.getString("status"), result::prettify);
    assertEquals(3, result.getInt("attempts"));
  }

  @Test
  void fourImagesAreFourCalls() {
    JsonPath result = invoke(request("four", "four piers", "\"sampleCount\":4"));

    assertEquals("succeeded", result.getString("status"), result::prettify);
    assertEquals(4, result.getInt("requested"));
    assertEquals(4, result.getInt("attempts"));
    assertEquals(
        List.of("0.png", "1.png", "2.png", "3.png", "claim-0.json", "result.json"),
        stored.of("four"));
    assertEquals(4, calls());
  }

  @Test
  void whatTheCallsTookIsSummedUp() {
    JsonPath result = invoke(request("counted", "[fault:503=0.1x1] three", "\"sampleCount\":3"));

    assertEquals(
        Map.of(
            "promptTokens", 36,
            "outputTokens", 3870,
            "imageTokens", 3870,
            "thoughtTokens", 0,
            "totalTokens", 3906,
            "calls", 3),
        result.getMap("usage"),
        result::prettify);
    assertEquals(result.getMap("usage"), stored.result("counted").getMap("usage"));
  }

  @ParameterizedTest
  @CsvSource({
    "some-came, cut=1x1, 2, yes",
    "all-cut, cut=1, 1, maybe",
    "all-late, 504, 1, maybe",
    "all-declined, finish=NO_IMAGE, 1, maybe",
    "all-invalid, 400, 2, no",
  })
  void theResultSaysWhetherItIsCharged(String id, String fault, int images, String charged) {
    String prompt = "[fault:%s] %s".formatted(fault, id);
    JsonPath result = invoke(request(id, prompt, "\"sampleCount\":" + images));

    assertEquals(charged, result.getString("charged"), result::prettify);
  }

  @ParameterizedTest
  @CsvSource({
    // fault of one of three calls, status, images, filtered, error
    "one-filtered, all-filteredx1, partial, 2, 1, ",
    "one-declined, finish=NO_IMAGEx1, partial, 2, 0, no_image",
    "one-cut, cut=1x1, partial, 2, 0, connection_cut",
    "one-invalid, 400x1, partial, 2, 0, INVALID_ARGUMENT",
    "one-late, 504x1, partial, 2, 0, 504",
  })
  void whatBecomesOfOneCallLeavesTheOthersAlone(
      String id, String fault, String status, int images, int filtered, String code) {
    String event = request(id, "[fault:%s] %s".formatted(fault, id), "\"sampleCount\":3");
    JsonPath result = invoke(event);

    assertEquals(status, result.getString("status"), result::prettify);
    assertEquals(images, result.getList("images").size());
    assertEquals(
        filtered,
        result.getList("filtered.missing", Integer.class).stream()
            .mapToInt(Integer::intValue)
            .sum());
    assertEquals(code, result.getString("error.code"));
    assertTrue(invoke(event).getBoolean("replayed"));
    assertEquals(3, calls());
  }

  @Test
  void onlyTheRefusedCallIsMadeAgain() {
    JsonPath result = invoke(request("one-busy", "[fault:503=0.1x1] a", "\"sampleCount\":3"));

    assertEquals("succeeded", result.getString("status"), result::prettify);
    assertEquals(3, result.getList("images").size());
    assertEquals(List.of(200, 200, 200, 503), statuses());
    assertTrue(stored.of("one-busy").contains("claim-1.json"));
  }

  @Test
  void theNextDeliveryMakesTheRefusedCallOnly() {
    String event = request("one-quota", "[fault:quotax1] a", "\"sampleCount\":3");
    assertInstanceOf(Answer.FunctionError.class, lab.function().invoke(event));

    JsonPath result = invoke(event);
    assertEquals("succeeded", result.getString("status"), result::prettify);
    assertEquals(3, result.getList("images").size());
    assertEquals(List.of(200, 200, 200, 403), statuses());
  }

  @Test
  void theImagesOfAHalfMadeRequestCanBeFetched() {
    String event = request("half", "half", "\"sampleCount\":3");
    lab.predict().nextCall();
    lab.predict().nextCall();
    lab.predict().nextCall("quota"); // the last to come: the others have begun
    assertInstanceOf(Answer.FunctionError.class, lab.function().invoke(event));

    Response found = given().get(lab.url() + "/images/half");

    assertEquals(404, found.statusCode());
    List<String> urls = found.jsonPath().getList("images.url");
    assertEquals(2, urls.size(), found::asString);
    urls.forEach(url -> assertEquals(200, given().urlEncodingEnabled(false).get(url).statusCode()));
  }

  private List<Integer> statuses() {
    return lab.predict().journal().calls().stream().map(Call::status).sorted().toList();
  }

  @Test
  void aModelThatIsCalledTheOtherWayStillIs() {
    JsonPath result =
        invoke(
            "{\"id\":\"imagen\",\"prompt\":\"p\",\"model\":\"imagen-4.0-generate-001\",\"parameters\":{\"sampleCount\":2}}");

    assertEquals("succeeded", result.getString("status"), result::prettify);
    assertEquals(2, result.getList("images").size());
    assertEquals(1, calls());
  }
}
