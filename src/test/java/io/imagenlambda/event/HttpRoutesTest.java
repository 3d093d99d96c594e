package io.imagenlambda.event;

import static io.imagenlambda.event.Expected.assertMatches;
import static io.imagenlambda.request.TestRequests.request;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.imagenlambda.lab.LabServersProfile;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the HTTP interface promises, whichever front door a call comes through. */
@QuarkusTest
@TestProfile(LabServersProfile.class)
class HttpRoutesTest extends LabServersCase {
  private static final String LATER = "respond-async";

  @Test
  void aCallThatNeedNotWaitIsAcceptedStoredAndQueued() {
    JsonNode answer =
        HttpCall.post(request("later", "a lighthouse")).header("prefer", LATER).answer();

    assertMatches(
        """
        {"statusCode":202,
         "headers":{"content-type":"application/json","location":"images/later",
                    "preference-applied":"respond-async"},
         "body":"{\\"id\\":\\"later\\",\\"status\\":\\"queued\\"}","isBase64Encoded":false}\
        """,
        answer);
    assertEquals(List.of("claim-0.json", "request.json"), lab.outputs("later"));
    assertMatches(
        request("later", "a lighthouse"), Sample.node(lab.output("images/later/request.json")));
    assertEquals(List.of(request("later", "a lighthouse")), lab.takeMessages());
    assertEquals(0, lab.calls());
  }

  @Test
  void itCanBeAskedForFromThenOn() {
    HttpCall.post(request("followed", "a lighthouse")).header("prefer", LATER).answer();

    assertMatches(
        """
        {"statusCode":202,"headers":{"content-type":"application/json","retry-after":"2"},
         "body":"{\\"id\\":\\"followed\\",\\"status\\":\\"in_progress\\"}","isBase64Encoded":false}\
        """,
        HttpCall.get("/images/followed").answer());

    String message = lab.takeMessages().getFirst();
    assertMatches(
        "{\"batchItemFailures\":[]}",
        Lambda.answer(Sample.batch(Sample.of("sqs-message").with("/body", message))));

    JsonNode answer = HttpCall.get("/images/followed").answer();
    assertEquals(200, answer.path("statusCode").asInt());
    assertMatches(Expected.replayed("followed", 2), HttpCall.body(answer));
    assertEquals(1, lab.calls());
  }

  @Test
  void anAcceptedRequestSentAgainIsQueuedAgainAndOneThatHasEndedIsAnswered() {
    String body = request("sent-again", "a lighthouse");
    HttpCall.post(body).header("prefer", LATER).answer();

    assertEquals(202, HttpCall.post(body).header("prefer", LATER).status());
    assertEquals(List.of(body, body), lab.takeMessages());

    Lambda.answer(body);
    JsonNode answer = HttpCall.post(body).header("prefer", LATER).answer();
    assertEquals(200, answer.path("statusCode").asInt());
    assertMatches(Expected.replayed("sent-again", 3), HttpCall.body(answer));
    assertEquals(List.of(), lab.takeMessages());
  }

  @Test
  void anotherRequestUnderAnIdThatIsQueuedIsAConflict() {
    HttpCall.post(request("queued-id", "a lighthouse")).header("prefer", LATER).answer();

    assertConflict(
        "queued-id",
        HttpCall.post(request("queued-id", "a castle")).header("prefer", LATER).answer());
    assertConflict("queued-id", HttpCall.post(request("queued-id", "a castle")).answer());
    assertEquals(1, lab.takeMessages().size());
    assertEquals(0, lab.calls());
  }

  @Test
  void anotherRequestUnderAnIdThatHasEndedIsAConflict() {
    HttpCall.post(request("ended-id", "a lighthouse")).answer();

    assertConflict("ended-id", HttpCall.post(request("ended-id", "a castle")).answer());
    assertConflict(
        "ended-id",
        HttpCall.post(request("ended-id", "a castle")).header("prefer", LATER).answer());
    assertEquals(List.of(), lab.takeMessages());
    assertEquals(1, lab.calls());
  }

  private static void assertConflict(String id, JsonNode answer) {
    assertMatches(
        """
        {"statusCode":409,"headers":{"content-type":"application/problem+json"},
         "body":"~.*","isBase64Encoded":false}\
        """,
        answer);
    assertMatches(
        """
        {"type":"about:blank","title":"Conflict","status":409,
         "detail":"the id %1$s belongs to another request: choose another","id":"%1$s"}\
        """
            .formatted(id),
        HttpCall.body(answer));
  }

  @ParameterizedTest
  @ValueSource(strings = {"key-plain", "\"key-quoted\""})
  void theIdempotencyKeyIsTheIdOfARequestThatNamesNone(String key) {
    String body = "{\"prompt\":\"a lighthouse\",\"parameters\":{\"sampleCount\":1}}";
    String id = key.replace("\"", "");

    JsonNode first = HttpCall.post(body).header("Idempotency-Key", key).answer();
    JsonNode second = HttpCall.post(body).header("idempotency-key", key).answer();

    assertMatches(Expected.result(id), HttpCall.body(first));
    assertMatches(Expected.replayed(id), HttpCall.body(second));
    assertEquals(1, lab.calls());
  }

  @Test
  void anIdOfTheRequestsOwnComesBeforeTheIdempotencyKey() {
    JsonNode answer =
        HttpCall.post(request("own-id", "a lighthouse"))
            .header("idempotency-key", "the-key")
            .answer();

    assertMatches(Expected.result("own-id"), HttpCall.body(answer));
  }

  @Test
  void aClientOfThePredictApiGetsUrlsWhereThatHasBytes() {
    JsonNode answer =
        HttpCall.post(
                "{\"instances\":[{\"prompt\":\"a lighthouse\"}],\"parameters\":{\"sampleCount\":2}}")
            .path("/v1beta/models/imagen-4.0-fast-generate-001:predict")
            .answer();

    assertEquals(200, answer.path("statusCode").asInt(), answer.toString());
    assertMatches(
        """
        {"predictions":[{"mimeType":"image/png","gcsUri":"~http://.*/0\\\\.png\\\\?X-Amz-.*"},
                        {"mimeType":"image/png","gcsUri":"~http://.*/1\\\\.png\\\\?X-Amz-.*"}]}\
        """,
        HttpCall.body(answer));
    assertEquals("imagen-4.0-fast-generate-001", lab.journal().calls().getFirst().model());
  }

  @Test
  void aClientOfThePredictApiIsToldOfTheFilterAsThatTells() {
    JsonNode answer =
        HttpCall.post(
                "{\"instances\":[{\"prompt\":\"[fault:filtered=1]\"}],"
                    + "\"parameters\":{\"sampleCount\":2}}")
            .path("/v1beta/models/imagen-4.0-generate-001:predict")
            .answer();

    assertMatches(
        """
        {"predictions":[{"mimeType":"image/png","gcsUri":"~http://.*/0\\\\.png\\\\?X-Amz-.*"},
                        {"raiFilteredReason":"~.*filtered out 1 generated images.*"}]}\
        """,
        HttpCall.body(answer));
  }
}
