package io.imagenlambda.event;

import static io.imagenlambda.event.Expected.assertMatches;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.imagenlambda.lab.RefusedCallsProfile;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A request as the event itself: direct invokes and tasks of a state machine. */
@QuarkusTest
@TestProfile(RefusedCallsProfile.class)
class DirectInvokeTest extends LabServersCase {
  private static final String ONE = ",\"parameters\":{\"sampleCount\":1}";

  @Test
  void theAnswerIsTheResult() {
    JsonNode answer = Lambda.answer("{\"id\":\"direct\",\"prompt\":\"a lighthouse\"" + ONE + "}");

    assertMatches(Expected.result("direct"), answer);
    assertEquals(List.of("0.png", "claim-0.json", "result.json"), lab.outputs("direct"));
  }

  @Test
  void theStoredResultIsTheAnswerWithoutUrls() {
    Lambda.answer("{\"id\":\"direct-stored\",\"prompt\":\"a lighthouse\"" + ONE + "}");

    String withoutUrl =
        Expected.result("direct-stored").replaceAll("(?s)\"url\".*\"s3Uri\"", "\"s3Uri\"");
    assertMatches(withoutUrl, Sample.node(lab.output("images/direct-stored/result.json")));
  }

  @Test
  void thePredictApisOwnBodyIsARequestToo() {
    JsonNode answer =
        Lambda.answer("{\"instances\":[{\"prompt\":\"a lighthouse\"}]" + ONE + "}", "own-body");

    assertMatches(Expected.result("own-body"), answer);
  }

  @Test
  void theSameInvocationDeliveredAgainIsAReplay() {
    String event = "{\"prompt\":\"a lighthouse\"" + ONE + "}";
    String requestId = "a1b2c3d4-0000-4000-8000-000000000001";

    assertMatches(Expected.result(requestId), Lambda.answer(event, requestId));
    assertMatches(Expected.replayed(requestId), Lambda.answer(event, requestId));
    assertEquals(1, lab.calls());
  }

  @Test
  void anotherRequestUnderTheSameIdIsInvalid() {
    Lambda.answer("{\"id\":\"taken\",\"prompt\":\"a lighthouse\"" + ONE + "}");

    assertMatches(
        Expected.error("InvalidRequest", "the id taken belongs to another request: choose another"),
        Lambda.error("{\"id\":\"taken\",\"prompt\":\"a castle\"" + ONE + "}"));
    assertEquals(1, lab.calls());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bad-key  | ImagenAccount     | ~401: .*",
        "quota    | ImagenAccount     | ~insufficient_user_quota: .*",
        "no-model | ImagenAccount     | ~model_not_found: .*",
        "429=9999 | ImagenUnavailable | ~RESOURCE_EXHAUSTED: .*",
      })
  void whatAStateMachineMayTryAgainOrCatchIsAFunctionErrorOfThatName(
      String fault, String type, String message) {
    String id = "refused-" + fault.replace('=', '-');
    String request = "{\"id\":\"" + id + "\",\"prompt\":\"p [fault:" + fault + "]\"" + ONE + "}";

    assertMatches(Expected.error(type, message), Lambda.error(request));
    assertEquals(List.of("claim-0.json"), lab.outputs(id));
  }

  @ParameterizedTest
  @CsvSource({"blocked, filtered", "all-filtered, filtered", "504, failed", "empty, failed"})
  void whatIsFinalIsAResult(String fault, String status) {
    JsonNode answer =
        Lambda.answer(
            "{\"id\":\"final-%1$s\",\"prompt\":\"p [fault:%1$s]\"%2$s}".formatted(fault, ONE));

    assertEquals(status, answer.path("status").asText(), answer.toString());
    assertEquals(List.of("claim-0.json", "result.json"), lab.outputs("final-" + fault));
  }

  @Test
  void everyFaultOfAnInvalidRequestIsNamed() {
    assertMatches(
        Expected.error(
            "InvalidRequest",
            "seed is not a field of a request: allowed are id, prompt (or instances, or contents), model,"
                + " parameters, references, tenant, metadata; prompt is empty: it is the text of the image;"
                + " parameters.sampleCount is 9 but must be a whole number from 1 to 4"),
        Lambda.error("{\"prompt\":\"\",\"seed\":1,\"parameters\":{\"sampleCount\":9}}"));
    assertEquals(0, lab.calls());
  }
}
