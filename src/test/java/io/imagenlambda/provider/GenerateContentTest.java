package io.imagenlambda.provider;

import static io.imagenlambda.provider.FakeUpstream.answer;
import static io.imagenlambda.request.Outcome.REJECTED;
import static io.imagenlambda.request.Outcome.UNKNOWN;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.imagenlambda.provider.ProviderAnswer.Answered;
import io.imagenlambda.provider.ProviderAnswer.Failed;
import io.imagenlambda.request.GenerationRequest;
import io.imagenlambda.request.Outcome;
import io.imagenlambda.request.TestRequests;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Gemini's wire, through the real REST client: what is sent, and what becomes of each answer. */
@QuarkusTest
class GenerateContentTest extends UpstreamCase {
  private static final Duration WITHIN = Duration.ofSeconds(10);
  private static final String RED = base64("red.png");
  private static final String BLUE = base64("blue.png");

  private static String base64(String recorded) {
    return Base64.getEncoder().encodeToString(Recorded.bytes(recorded));
  }

  private static GenerationRequest request(Map<String, JsonNode> parameters) {
    return TestRequests.of("gemini-nano-banana-2.1", "A red square", parameters);
  }

  private static GenerationRequest one() {
    return request(Map.of("sampleCount", JsonNodeFactory.instance.numberNode(1)));
  }

  private ProviderAnswer answered(String body) {
    sink.wanted = 1;
    upstream.will(answer(200, body));
    ProviderAnswer answer = Calls.make(provider, one(), WITHIN, sink);
    assertTrue(sink.everythingClosed(), "every image is closed");
    return answer;
  }

  private static String image(String data) {
    return "{'inlineData':{'mimeType':'image/png','data':'" + data + "'}}";
  }

  private static String thought(String data) {
    return "{'inlineData':{'data':'" + data + "'},'thought':true}";
  }

  private static String said(String text) {
    return "{'text':'" + text + "'}";
  }

  private static String ending(String reason, String... parts) {
    return json(
        "{'candidates':[{'content':{'parts':[%s],'role':'model'},'finishReason':'%s'}]}"
            .formatted(String.join(",", parts), reason));
  }

  private static String json(String withSingleQuotes) {
    return withSingleQuotes.replace((char) 39, (char) 34);
  }

  @Test
  void theRequestIsSentAsTheApiWantsIt() throws IOException {
    upstream.will(answer(200, "{}"));
    Map<String, JsonNode> parameters = new LinkedHashMap<>();
    JsonNodeFactory json = JsonNodeFactory.instance;
    parameters.put("sampleCount", json.numberNode(1));
    parameters.put("aspectRatio", json.textNode("16:9"));
    parameters.put("imageSize", json.textNode("4K"));
    parameters.put("seed", json.numberNode(7));
    parameters.put("thinkingLevel", json.textNode("minimal"));
    parameters.put("personGeneration", json.textNode("dont_allow"));
    parameters.put("safetySettings", json.arrayNode());
    parameters.put("temperature", json.numberNode(0.5));
    parameters.put("imageConfig", json.objectNode().put("another", true));
    var _ = Calls.make(provider, request(parameters), WITHIN, sink);

    FakeUpstream.Request sent = upstream.requests().getFirst();
    assertEquals(
        "POST /v1beta/models/gemini-nano-banana-2.1:generateContent HTTP/1.1", sent.line());
    assertEquals("Bearer " + FakeUpstreamResource.KEY, sent.headers().get("authorization"));
    assertNull(sent.headers().get("x-goog-api-key"));
    assertEquals(
        new ObjectMapper()
            .readTree(
                json(
                    "{'contents':[{'role':'user','parts':[{'text':'A red square'}]}],"
                        + "'generationConfig':{'responseModalities':['IMAGE'],"
                        + "'imageConfig':{'aspectRatio':'16:9','imageSize':'4K',"
                        + "'personGeneration':'ALLOW_NONE','another':true},"
                        + "'seed':7,'thinkingConfig':{'thinkingLevel':'minimal'},"
                        + "'temperature':0.5},'safetySettings':[]}")),
        new ObjectMapper().readTree(sent.body()));
  }

  @Test
  void theLastImageThatIsNoThoughtIsTheOne() {
    Answered answered =
        assertInstanceOf(
            Answered.class,
            answered(
                ending("STOP", thought(BLUE), said("so"), image(BLUE), image(RED), thought(BLUE))));

    assertEquals(1, answered.images());
    assertEquals(List.of(), answered.warnings());
    assertEquals(1, sink.images.size());
    assertArrayEquals(Recorded.bytes("red.png"), sink.images.getFirst().bytes());
    assertEquals("image/png", sink.images.getFirst().mimeType());
    assertEquals(4, sink.opened.size());
  }

  @Test
  void aNameMayBeWrittenWithUnderscoresAndComeInAnyOrder() {
    String body =
        json("{'usage_metadata':{},'candidates':[{'finish_reason':'STOP','content':{'parts':["
                + "{'thought':true,'inline_data':{'data':'%s'}},"
                + "{'inline_data':{'data':'%s','mime_type':'image/png'},'thoughtSignature':'x'}]}}]}")
            .formatted(BLUE, RED);
    assertEquals(1, answered(body).images());
    assertArrayEquals(Recorded.bytes("red.png"), sink.images.getFirst().bytes());
    assertEquals("image/png", sink.images.getFirst().mimeType());
  }

  @Test
  void theLastThoughtIsTakenWhereNothingElseCame() {
    Answered answered =
        assertInstanceOf(Answered.class, answered(ending("STOP", thought(BLUE), thought(RED))));

    assertEquals(1, answered.images());
    assertEquals(1, answered.warnings().size());
    assertArrayEquals(Recorded.bytes("red.png"), sink.images.getFirst().bytes());
  }

  @ParameterizedTest
  @ValueSource(strings = {"STOP", "SAFETY", "OTHER", "MAX_TOKENS", "SOMETHING_NEW"})
  void aWholeImageIsKeptWhateverTheAnswerSaysOfItsEnd(String reason) {
    assertEquals(1, answered(ending(reason, image(RED))).images());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SAFETY",
        "IMAGE_SAFETY",
        "PROHIBITED_CONTENT",
        "IMAGE_PROHIBITED_CONTENT",
        "BLOCKLIST",
        "SPII",
        "RECITATION",
        "IMAGE_RECITATION"
      })
  void whatTheFilterSaysIsItsVerdictAndNoThoughtStandsForTheImage(String reason) {
    Answered answered =
        assertInstanceOf(Answered.class, answered(ending(reason, thought(RED), said("sorry"))));
    assertEquals(List.of(reason), answered.filteredReasons());
    assertEquals(0, answered.images());
    assertNull(answered.shortfall());
  }

  @Test
  void theFiltersOwnWordsAreItsReason() {
    String finish =
        json("{'candidates':[{'finishReason':'IMAGE_SAFETY','finishMessage':'no such things'}]}");
    assertEquals(
        List.of("no such things"),
        assertInstanceOf(Answered.class, answered(finish)).filteredReasons());
    String block =
        json("{'promptFeedback':{'blockReason':'OTHER','blockReasonMessage':'not this'}}");
    assertEquals(
        List.of("not this"), assertInstanceOf(Answered.class, answered(block)).filteredReasons());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SAFETY",
        "OTHER",
        "BLOCKLIST",
        "PROHIBITED_CONTENT",
        "IMAGE_SAFETY",
        "MODEL_ARMOR",
        "JAILBREAK"
      })
  void aBlockedPromptIsAVerdictOfTheFilter(String reason) {
    String body = json("{'promptFeedback':{'blockReason':'%s'}}").formatted(reason);
    assertEquals(
        List.of(reason), assertInstanceOf(Answered.class, answered(body)).filteredReasons());
  }

  @ParameterizedTest
  @CsvSource({
    "STOP, I cannot draw that, the model sent no image: I cannot draw that",
    "NO_IMAGE, , the model sent no image and no reason",
    "IMAGE_OTHER, , the model sent no image and no reason",
  })
  void aModelThatDeclinesIsRejected(String reason, String text, String message) {
    String body = text == null ? ending(reason) : ending(reason, said(text));
    Answered answered = assertInstanceOf(Answered.class, answered(body));
    assertEquals(REJECTED, requireNonNull(answered.shortfall()).outcome());
    assertEquals("no_image", answered.shortfall().code());
    assertEquals(message, answered.shortfall().message());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{}", "{'candidates':[]}", "{'candidates':null}", "null", "{'candidates':[{}]}"})
  void anAnswerWithNothingIsRejected(String body) {
    Answered answered = assertInstanceOf(Answered.class, answered(json(body)));
    assertEquals("no_image", requireNonNull(answered.shortfall()).code());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "OTHER",
        "MAX_TOKENS",
        "MALFORMED_FUNCTION_CALL",
        "UNEXPECTED_TOOL_CALL",
        "SOMETHING_NEW"
      })
  void anAnswerThatBrokeOffMayHaveBeenCharged(String reason) {
    Failed failed =
        assertInstanceOf(Failed.class, answered(ending(reason, thought(RED), said("so"))));
    assertEquals(UNKNOWN, failed.failure().outcome());
    assertEquals(0, failed.images());
  }

  @Test
  void aReasonThatIsNoWordIsNoCodeBecauseCodesAreLogged() {
    Failed failed =
        assertInstanceOf(Failed.class, answered(ending("I will not draw that", said("so"))));
    assertEquals("broken_off", failed.failure().code());
    assertEquals(
        "the model broke off without an image: I will not draw that", failed.failure().message());
  }

  @Test
  void anImageThatWasCountedAndDidNotComeMayHaveBeenCharged() {
    String counted =
        json(
            "{'candidates':[{'content':{'parts':[]},'finishReason':'STOP'}],'usageMetadata':{"
                + "'candidatesTokensDetails':[{'modality':'IMAGE','tokenCount':%s}]}}");
    Failed failed = assertInstanceOf(Failed.class, answered(counted.formatted("1290")));
    assertEquals("image_lost", failed.failure().code());
    assertInstanceOf(Answered.class, answered(counted.formatted("0")));
  }

  @Test
  void anImageThatIsStoredElsewhereIsNone() {
    Answered answered =
        assertInstanceOf(
            Answered.class,
            answered(ending("STOP", "{'fileData':{'fileUri':'https://example.com/a'}}")));
    assertEquals(List.of("https://example.com/a"), answered.storedElsewhere());
    assertEquals(0, answered.images());
  }

  @Test
  void anImageThatIsCutShortIsUnknownAndTheWholeOneBeforeItIsKept() {
    String whole = ending("STOP", image(RED), image(BLUE));
    String cut = whole.substring(0, whole.indexOf(BLUE) + 20);
    Failed failed = assertInstanceOf(Failed.class, answered(cut));
    assertEquals(UNKNOWN, failed.failure().outcome());
    assertEquals(1, failed.images());
    assertArrayEquals(Recorded.bytes("red.png"), sink.images.getFirst().bytes());

    sink.images.clear();
    String thoughtOnly = ending("STOP", thought(RED), image(BLUE));
    String alone = thoughtOnly.substring(0, thoughtOnly.indexOf(BLUE) + 20);
    assertEquals(0, answered(alone).images());
  }

  @Test
  void anErrorInASuccessHasItsOutcome() {
    Failed failed =
        assertInstanceOf(
            Failed.class,
            answered(json("{'error':{'code':'insufficient_user_quota','message':'no'}}")));
    assertEquals(Outcome.ACCOUNT, failed.failure().outcome());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{'candidates':{}}",
        "{'candidates':[{'content':{'parts':'x'}}]}",
        "<html></html>",
        "{} {}"
      })
  void anAnswerOfAnotherFormIsMalformed(String body) {
    Failed failed = assertInstanceOf(Failed.class, answered(json(body)));
    assertEquals(UNKNOWN, failed.failure().outcome());
    assertEquals("malformed_answer", failed.failure().code());
  }

  @Test
  void anImageThatIsNotBase64CostsItself() {
    ProviderAnswer answer =
        answered(ending("STOP", image("data:image/png;base64,AAAA"), image(RED)));

    assertEquals(1, answer.images());
    assertArrayEquals(Recorded.bytes("red.png"), sink.images.getFirst().bytes());
    assertEquals(List.of("an image is not base64"), sink.unreadable);
  }

  @Test
  void anAnswerWithFarTooManyImagesIsBrokenOff() {
    Failed failed =
        assertInstanceOf(
            Failed.class,
            answered(ending("STOP", Collections.nCopies(17, thought(RED)).toArray(String[]::new))));
    assertEquals("answer_too_large", failed.failure().code());
  }
}
