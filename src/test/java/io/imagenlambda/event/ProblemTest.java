package io.imagenlambda.event;

import static io.imagenlambda.event.Expected.assertMatches;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import io.imagenlambda.lab.RefusedCallsProfile;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every error of the HTTP interface is a problem document, with what its status asks for. */
@QuarkusTest
@TestProfile(RefusedCallsProfile.class)
class ProblemTest extends LabServersCase {
  private static final String PROBLEM = "\"content-type\":\"application/problem+json\"";

  @Test
  void anInvalidRequestIs400WithEveryFault() {
    JsonNode answer = HttpCall.post("{\"size\":1,\"prompt\":\"\"}").answer();

    assertHeaders(400, PROBLEM, answer);
    assertMatches(
        """
        {"type":"about:blank","title":"Bad Request","status":400,
         "detail":"the request has 2 faults",
         "errors":[{"detail":"size is not a field of a request: allowed are id, prompt (or instances, or contents), model, parameters, references, tenant, metadata","pointer":"#/size"},
                   {"detail":"prompt is empty: it is the text of the image","pointer":"#/prompt"}]}\
        """,
        HttpCall.body(answer));
  }

  @Test
  void aPointerIsAFragmentOfAUri() {
    JsonNode answer = HttpCall.post("{\"prompt\":\"p\",\"a/b~c d%[é]\":1}").answer();

    assertEquals(
        "#/a~1b~0c%20d%25%5B%C3%A9%5D",
        HttpCall.body(answer).at("/errors/0/pointer").asText(), answer::toString);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``                              | the request is empty but must be a JSON object",
        "prompt=a+lighthouse             | ~the request is not JSON: line 1, column [0-9]+: expected a JSON value",
        "[]                              | ~the request must be a JSON object such as .*",
        "{\"prompt\":\"a\",\"prompt\":\"b\"} | prompt stands there twice, but a JSON object has a field once",
      })
  void aBodyThatIsNoRequestIs400(String body, String detail) {
    JsonNode answer = HttpCall.post(body).answer();

    assertHeaders(400, PROBLEM, answer);
    assertMatches("\"" + detail + "\"", HttpCall.body(answer).path("detail"));
    assertEquals(0, lab.calls());
  }

  @Test
  void anIdempotencyKeyThatCanBeNoIdIs400() {
    JsonNode answer = HttpCall.post("{\"prompt\":\"p\"}").header("idempotency-key", "a/b").answer();

    assertHeaders(400, PROBLEM, answer);
    assertMatches(
        "\"~the header Idempotency-Key must be 1 to 128 letters.*\"",
        HttpCall.body(answer).path("detail"));
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /images/nobody-sent-this",
    "GET, /images/-",
    "GET, /",
    "GET, /images/a/b",
    "POST, /v1beta/models/imagen-4.0-generate-001:generate"
  })
  void whatIsNotThereIs404(String method, String path) {
    assertHeaders(404, PROBLEM, HttpCall.call(method, path).answer());
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /images, POST",
    "DELETE, /images/a, 'GET, HEAD'",
    "PUT, /manifests/a, 'GET, HEAD'"
  })
  void anotherMethodIs405AndSaysWhichIsAllowed(String method, String path, String allow) {
    assertHeaders(
        405, "\"allow\":\"" + allow + "\"," + PROBLEM, HttpCall.call(method, path).answer());
  }

  @Test
  void aRequestThatRunsElsewhereIs409AndSaysWhenToAskAgain() {
    String body = "{\"id\":\"busy\",\"prompt\":\"p\",\"parameters\":{\"sampleCount\":1}}";
    HttpCall.post(body).answer();
    JsonNode claim = Sample.node(lab.output("images/busy/claim-0.json"));
    lab.deleteOutput("images/busy/result.json");
    lab.putOutput(
        "images/busy/claim-0.json",
        new Sample(claim.deepCopy())
            .with("/until", Instant.now().plusSeconds(600).toString())
            .without("outcome")
            .toString());

    // The patience of a delivery is half of its time at most, so a short one does not wait long.
    JsonNode answer = Lambda.answerWithin(Duration.ofMillis(500), HttpCall.post(body).event());

    assertHeaders(409, "\"retry-after\":\"~5\\\\d\\\\d|600\"," + PROBLEM, answer);
    assertEquals(1, lab.calls());
  }

  @Test
  void aBodyThatNoQueueCouldHoldIs413() {
    assertHeaders(
        413, PROBLEM, HttpCall.post("{\"prompt\":\"" + "x".repeat(262_144) + "\"}").answer());
  }

  @ParameterizedTest
  @CsvSource({
    "all-filtered, 422, filtered",
    "blocked, 422, filtered",
    "400, 422, failed",
    "not-an-image, 502, failed",
    "cut=1, 502, failed",
    "504, 504, failed",
    "524, 504, failed",
    "408, 504, failed"
  })
  void aRequestThatEndedWithoutImagesIsAProblemWithItsResult(
      String fault, int status, String inResult) {
    String id = "ended-" + fault.replace('=', '-');
    JsonNode answer = HttpCall.post(request(id, fault)).answer();

    assertHeaders(status, PROBLEM, answer);
    assertEquals(inResult, HttpCall.body(answer).at("/result/status").asText());
    assertEquals(id, HttpCall.body(answer).at("/result/id").asText());
  }

  @ParameterizedTest
  @CsvSource({"429=9999, 429, 9999", "429-relay=9999, 429, 9999", "503-relay=9999, 503, 9999"})
  void aProviderThatIsBusyIsToldWithTheTimeThatItAsksFor(String fault, int status, String after) {
    JsonNode answer = HttpCall.post(request("busy-" + fault.replace('=', '-'), fault)).answer();

    assertHeaders(status, "\"retry-after\":\"" + after + "\"," + PROBLEM, answer);
    assertEquals(1, lab.calls());
  }

  @ParameterizedTest
  @CsvSource({"bad-key", "quota", "no-model"})
  void whatTheOperatorMustMendIs502ThatDoesNotTellWhy(String fault) {
    JsonNode answer = HttpCall.post(request("account-" + fault, fault)).answer();

    assertHeaders(502, PROBLEM, answer);
    assertMatches(
        """
        {"type":"about:blank","title":"Bad Gateway","status":502,
         "detail":"the image provider refused this service, nothing was charged: its operator must act",
         "id":"account-%s"}\
        """
            .formatted(fault),
        HttpCall.body(answer));
    assertFalse(lab.outputs("account-" + fault).contains("result.json"));
  }

  private static String request(String id, String fault) {
    return "{\"id\":\"%s\",\"prompt\":\"p [fault:%s]\",\"parameters\":{\"sampleCount\":1}}"
        .formatted(id, fault);
  }

  private static void assertHeaders(int status, String headers, JsonNode answer) {
    assertMatches(
        "{\"statusCode\":%d,\"headers\":{%s},\"body\":\"~.*\",\"isBase64Encoded\":false}"
            .formatted(status, headers),
        answer);
    assertEquals(status, HttpCall.body(answer).path("status").asInt());
  }
}
