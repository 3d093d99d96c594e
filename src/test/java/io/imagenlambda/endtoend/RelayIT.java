package io.imagenlambda.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabOptions;
import io.imagenlambda.lab.predict.Call;
import io.imagenlambda.lab.runtime.Answer;
import io.imagenlambda.lab.runtime.LambdaFunction;
import io.restassured.path.json.JsonPath;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A real relay, LiteLLM's proxy, between the function and the provider. */
@EnabledIfEnvironmentVariable(
    named = LiteLlm.VARIABLE,
    matches = ".+",
    disabledReason = "LITELLM does not name the executable of LiteLLM's proxy, see .ci/run")
final class RelayIT extends LabCase {
  private static final String MODEL = "gemini-nano-banana-2.1";
  private static final String NOT_THERE = "gemini-3-pro-image";
  private static final Pattern WAIT = Pattern.compile("is repeated after (\\d+) ms");

  private LiteLlm relay;
  private LambdaFunction function;

  RelayIT() {
    super(LabOptions.forTests().env("IMAGEN_MODEL", MODEL));
  }

  @BeforeAll
  void startRelay() throws Exception {
    relay = LiteLlm.start(lab.predict().url(), Lab.API_KEY, List.of(MODEL));
    function = lab.functionWith(behindTheRelay(LiteLlm.KEY));
  }

  @AfterAll
  void stopRelay() {
    if (relay != null) {
      relay.close();
    }
  }

  @AfterEach
  void mendKey() {
    lab.predict().rotateKey(Lab.API_KEY);
  }

  private Map<String, String> behindTheRelay(String key) {
    return Map.of("TOKAIFY_BASE_URL", relay.url().toString(), "TOKAIFY_API_KEY", key);
  }

  private static String request(String id, String prompt, String parameters) {
    return "{\"id\":\"%s\",\"prompt\":\"%s\",\"parameters\":{%s}}"
        .formatted(id, prompt, parameters);
  }

  private static String requestTo(String model, String id) {
    return "{\"id\":\"%s\",\"model\":\"%s\",\"prompt\":\"a pier\",\"parameters\":{\"sampleCount\":1}}"
        .formatted(id, model);
  }

  private JsonPath invoke(String event) {
    Answer answer = function.invoke(event);
    return JsonPath.from(assertInstanceOf(Answer.Success.class, answer, answer::text).text());
  }

  private static Answer.FunctionError refused(LambdaFunction asked, String event) {
    Answer answer = asked.invoke(event);
    var error = assertInstanceOf(Answer.FunctionError.class, answer, answer::text);
    assertEquals("ImagenAccount", error.errorType());
    return error;
  }

  private List<Integer> statuses() {
    return lab.predict().journal().calls().stream().map(Call::status).toList();
  }

  /** The hashes of a request's images in S3. */
  private List<String> images(String id) throws Exception {
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    return stored.of(id).stream()
        .filter(name -> name.endsWith(".png"))
        .map(name -> "images/%s/%s".formatted(id, name))
        .map(key -> lab.s3().getObjectAsBytes(get -> get.bucket(Lab.OUTPUT_BUCKET).key(key)))
        .map(image -> HexFormat.of().formatHex(sha256.digest(image.asByteArrayUnsafe())))
        .toList();
  }

  @Test
  void anImageIsStoredAsTheProviderSentItAndItsThoughtsAreNot() throws Exception {
    JsonPath result =
        invoke(request("one", "[fault:thoughts=2] a pier", "\"aspectRatio\":\"21:9\""));

    assertEquals("succeeded", result.getString("status"), result::prettify);
    assertEquals(List.of("0.png", "claim-0.json", "result.json"), stored.of("one"));
    Call call = lab.predict().journal().calls().getFirst();
    assertEquals(List.of(call.served().getLast().sha256()), images("one"));
    assertEquals(images("one"), result.getList("images.sha256"));
    assertEquals(1, calls());
  }

  @Test
  void severalImagesAreOneCallEachAndAllAreStoredAsTheyWereSent() throws Exception {
    JsonPath result = invoke(request("three", "three piers", "\"sampleCount\":3"));

    assertEquals("succeeded", result.getString("status"), result::prettify);
    assertEquals(
        lab.predict().journal().imagesServed().stream().sorted().toList(),
        images("three").stream().sorted().toList());
    assertEquals(3, calls());
    assertEquals(3 * 1290, result.getInt("usage.imageTokens"), result::prettify);
    assertEquals(3, result.getInt("usage.calls"));
  }

  @Test
  void anImageOf4KComesWhole() throws Exception {
    JsonPath result =
        invoke(request("large", "[size:20MB] [fault:thoughts=1] large", "\"imageSize\":\"4K\""));

    assertEquals(4096, result.getInt("images[0].width"), result::prettify);
    assertTrue(result.getInt("images[0].bytes") > 19_000_000, result::prettify);
    Call call = lab.predict().journal().calls().getFirst();
    assertEquals(List.of(call.served().getLast().sha256()), images("large"));
  }

  @ParameterizedTest
  @CsvSource({
    "filtered, all-filtered, filtered, , ",
    "blocked, block=PROHIBITED_CONTENT, filtered, , ",
    "blocklist, finish=BLOCKLIST, filtered, , ",
    "flagged, blocked, filtered, , ",
    "declined, finish=NO_IMAGE, failed, no_image, rejected",
    "other, finish=OTHER, failed, other, unknown",
    "nothing, empty, failed, no_image, rejected",
    "text, not-an-image, failed, not_an_image, unknown",
    "cut, cut=1, failed, 500, unknown",
    "cut-in-chunks, cut=1][fault:chunked, failed, 500, unknown",
    "dropped, drop, failed, 500, unknown",
    "malformed, malformed, failed, 500, unknown",
    "null, empty=null, failed, 500, unknown",
    "late, 504, failed, 504, unknown",
    "invalid, 400, failed, INVALID_ARGUMENT, rejected",
  })
  void everyEndIsStoredAndPaidForOnce(
      String id, String fault, String status, String code, String outcome) {
    String event = request(id, "[fault:" + fault + "] " + id, "");
    JsonPath result = invoke(event);

    assertEquals(status, result.getString("status"), result::prettify);
    assertEquals(outcome, result.getString("error.outcome"), result::prettify);
    assertEquals(code, result.getString("error.code"), result::prettify);
    assertEquals(List.of("claim-0.json", "result.json"), stored.of(id));
    assertTrue(invoke(event).getBoolean("replayed"));
    assertEquals(1, calls());
  }

  @Test
  void anOverloadedModelIsAskedAgainAndTheRelayRepeatsNothing() {
    JsonPath result = invoke(request("busy", "[fault:503=0.1x2] busy", ""));

    assertEquals("succeeded", result.getString("status"), result::prettify);
    assertEquals(3, result.getInt("attempts"));
    assertEquals(List.of(503, 503, 200), statuses());
  }

  /** Without that wait it is 500 ms to a second. */
  @Test
  void theWaitThatTheProviderAsksForIsKept() throws InterruptedException {
    JsonPath result = invoke(request("pace", "[fault:429=1.5x1] pace", ""));

    assertEquals("succeeded", result.getString("status"), result::prettify);
    assertEquals(List.of(429, 200), statuses());
    String line =
        function
            .output()
            .awaitLine(each -> each.contains("RESOURCE_EXHAUSTED"), Duration.ofSeconds(30));
    Matcher wait = WAIT.matcher(line);
    assertTrue(wait.find(), line);
    int millis = Integer.parseInt(wait.group(1));
    assertTrue(millis >= 1500 && millis <= 1650, line);
  }

  @Test
  void aKeyThatTheRelayRefusesIsTheOperatorsToMend() {
    String event = request("key", "a key", "");
    try (LambdaFunction wrong = lab.functionWith(behindTheRelay("sk-wrong-key-of-the-relay"))) {
      refused(wrong, event);
    }
    assertEquals(0, calls());
    assertEquals("succeeded", invoke(event).getString("status"));
  }

  @Test
  void aKeyOfTheRelayThatTheProviderRefusesIsTheOperatorsToMend() {
    String event = request("key-behind", "a key behind it", "");
    lab.predict().rotateKey("another-key");
    refused(function, event);
    assertEquals(List.of(400), statuses());

    mendKey();
    assertEquals("succeeded", invoke(event).getString("status"));
  }

  @ParameterizedTest
  @CsvSource({"quota", "403", "no-model"})
  void whatTheOperatorMustMendEndsNoRequest(String fault) {
    String event = request("mend-" + fault, "[fault:" + fault + "x1] " + fault, "");

    refused(function, event);
    assertEquals("succeeded", invoke(event).getString("status"));
    assertEquals(2, calls());
  }

  @Test
  void aModelThatTheRelayDoesNotHaveIsTheOperatorsToMend() {
    var error = refused(function, requestTo(NOT_THERE, "model"));

    assertTrue(error.errorMessage().contains("set IMAGEN_MODEL"), error.errorMessage());
    assertEquals(0, calls());
  }

  @Test
  void aFallbackIsAskedForAModelThatTheRelayDoesNotHave() {
    try (LambdaFunction fallback =
        lab.functionOf(function.program().with(Map.of("IMAGEN_FALLBACK_MODELS", MODEL)))) {
      Answer answer = fallback.invoke(requestTo(NOT_THERE, "fallback"));

      JsonPath result = JsonPath.from(answer.text());
      assertEquals("succeeded", result.getString("status"), answer::text);
      assertEquals(MODEL, result.getString("model"));
    }
    assertEquals(1, calls());
  }

  @Test
  void theRouteThatTheRelayDoesNotServeIsTheOperatorsToMend() {
    var error = refused(function, requestTo("imagen-4.0-generate-001", "route"));

    assertTrue(error.errorMessage().contains("such as " + MODEL), error.errorMessage());
    assertEquals(0, calls());
  }
}
