package io.imagenlambda.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.imagenlambda.lab.LabOptions;
import io.imagenlambda.lab.predict.Call;
import io.imagenlambda.lab.runtime.Answer;
import io.imagenlambda.lab.runtime.LambdaFunction;
import io.restassured.path.json.JsonPath;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which model is asked where the one that was asked for is not there, or has no room. */
final class FallbackIT extends LabCase {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String MODEL = "imagen-4.0-generate-001";
  private static final String ULTRA = "imagen-4.0-ultra-generate-001";
  private static final String GEMINI = "gemini-nano-banana-2.1";

  FallbackIT() {
    super(LabOptions.forTests().env("IMAGEN_FALLBACK_MODELS", GEMINI + ", " + ULTRA));
  }

  private static String request(String id, String fault, String parameters) {
    return "{\"id\":\"%s\",\"prompt\":\"[fault:%s] %s\",\"parameters\":{%s}}"
        .formatted(id, fault, id, parameters);
  }

  private JsonPath succeeded(String event) {
    Answer answer = lab.function().invoke(event);
    JsonPath result =
        JsonPath.from(assertInstanceOf(Answer.Success.class, answer, answer::text).text());
    assertEquals("succeeded", result.getString("status"), result::prettify);
    return result;
  }

  private List<String> models() {
    return lab.predict().journal().calls().stream().map(Call::model).toList();
  }

  @Test
  void whereAModelIsNotThereTheNextMakesAsManyImages() {
    JsonPath result = succeeded(request("gone", "no-modelx1", "\"sampleCount\":2"));

    assertEquals(GEMINI, result.getString("model"));
    assertEquals(MODEL, result.getString("requestedModel"));
    assertEquals(2, result.getList("images").size());
    assertEquals(List.of(MODEL, GEMINI, GEMINI), models());
    assertEquals(GEMINI, stored.result("gone").getString("model"));
  }

  @Test
  void aFallbackThatWasAskedForItselfLeavesTheOthers() {
    JsonPath result =
        succeeded(
            "{\"id\":\"ultra\",\"model\":\"%s\",\"prompt\":\"[fault:no-modelx1] ultra\"}"
                .formatted(ULTRA));

    assertEquals(GEMINI, result.getString("model"));
    assertEquals(ULTRA, result.getString("requestedModel"));
  }

  @Test
  void theSameRequestIsStillTheSame() {
    String event = request("same", "no-modelx1", "\"sampleCount\":1");
    succeeded(event);

    assertTrue(succeeded(event).getBoolean("replayed"));
    assertEquals(List.of(MODEL, GEMINI), models());
  }

  @Test
  void aFallbackThatDoesNotTakeAParameterIsSkippedAndNamed() {
    JsonPath result =
        succeeded(
            request(
                "no-people",
                "no-modelx1",
                "\"sampleCount\":1,\"personGeneration\":\"dont_allow\""));

    assertEquals(ULTRA, result.getString("model"));
    assertEquals(
        List.of(
            "the fallback model %s was not asked, as it does not take personGeneration"
                .formatted(GEMINI)),
        result.getList("warnings"));
    assertEquals(List.of(MODEL, ULTRA), models());
  }

  @Test
  void whereNoneIsLeftTheOperatorIsToldOfBothSettings() {
    var error =
        assertInstanceOf(
            Answer.FunctionError.class,
            lab.function().invoke(request("none", "no-model", "\"sampleCount\":1")));

    assertEquals("ImagenAccount", error.errorType());
    assertTrue(error.errorMessage().contains("set IMAGEN_MODEL"), error.errorMessage());
    assertTrue(error.errorMessage().contains("IMAGEN_FALLBACK_MODELS"), error.errorMessage());
    assertEquals(List.of(MODEL, GEMINI, ULTRA), models());
  }

  @Test
  void whereAModelStaysOverloadedWhoWaitsGetsTheImagesOfAnother() {
    JsonPath result = succeeded(request("busy", "503=0.01x5", "\"sampleCount\":1"));

    assertEquals(GEMINI, result.getString("model"));
    assertEquals(6, models().size());
  }

  private static Answer delivered(LambdaFunction to, String request, Duration age) {
    ObjectNode event = JSON.createObjectNode();
    ObjectNode message = event.putArray("Records").addObject();
    message.put("messageId", "of-" + age).put("eventSource", "aws:sqs").put("body", request);
    message
        .putObject("attributes")
        .put("SentTimestamp", Long.toString(Instant.now().minus(age).toEpochMilli()));
    return to.invoke(event.toString());
  }

  @Test
  void aMessageWaitsForAnOverloadedModelForAQuarterOfAnHour() {
    String request = request("waits", "503=0.01", "\"sampleCount\":1");

    try (LambdaFunction fresh = lab.functionWith(Map.of())) { // no model is shut in it
      JsonPath young = JsonPath.from(delivered(fresh, request, Duration.ofMinutes(14)).text());
      assertEquals(1, young.getList("batchItemFailures").size(), young::prettify);
      assertEquals(List.of(MODEL), models());

      lab.predict().journal().clear();
      var _ = delivered(fresh, request, Duration.ofMinutes(15));
      assertTrue(models().contains(GEMINI), models()::toString);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"429=0.01", "quota", "google-bad-key"})
  void aQuotaIsNoReasonToAskAnother(String fault) {
    assertInstanceOf(
        Answer.FunctionError.class,
        lab.function().invoke(request("pace-" + fault, fault, "\"sampleCount\":1")));

    assertEquals(Collections.nCopies(models().size(), MODEL), models());
  }

  @ParameterizedTest
  @ValueSource(strings = {"504", "all-filtered", "400"})
  void nothingThatHasEndedIsAskedOfAnother(String fault) {
    Answer answer = lab.function().invoke(request("ended-" + fault, fault, "\"sampleCount\":1"));

    JsonPath result = JsonPath.from(answer.text());
    assertEquals(MODEL, result.getString("model"), answer::text);
    assertNull(result.getString("requestedModel"));
    assertEquals(List.of(MODEL), models());
  }
}
