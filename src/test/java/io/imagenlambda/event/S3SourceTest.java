package io.imagenlambda.event;

import static io.imagenlambda.event.Expected.assertMatches;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.imagenlambda.lab.LabServersProfile;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects with requests, by whatever way S3 tells of them. */
@QuarkusTest
@TestProfile(LabServersProfile.class)
class S3SourceTest extends LabServersCase {
  @Test
  void aRequestIsRunAndToldInAReport() {
    lab.upload("inbox/one.json", request("s3-one"));

    JsonNode answer = Lambda.answer(notification("inbox/one.json"));

    assertMatches("{\"results\":[" + Expected.result("s3-one") + "]}", answer);
    assertEquals(List.of("0.png", "claim-0.json", "result.json"), lab.outputs("s3-one"));
  }

  @ParameterizedTest
  @CsvSource({
    "in+box/with+spaces.json, in box/with spaces.json",
    "inbox/a%2Bb%28c%29.json, inbox/a+b(c).json",
    "inbox/Fr%C3%BChling+%26+%E2%82%AC.json, inbox/Frühling & €.json",
    "inbox/100%25.json, inbox/100%.json"
  })
  void aNotificationsKeyIsPercentEncoded(String encoded, String key) {
    lab.upload(key, "{\"prompt\":\"%s\",\"parameters\":{\"sampleCount\":1}}".formatted(key));

    JsonNode answer = Lambda.answer(notification(encoded));

    assertEquals("succeeded", answer.at("/results/0/status").asText(), answer.toString());
    assertEquals(1, lab.journal().callsWith(key).size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"in box/a+b.json", "inbox/100%25.json", "inbox/Frühling.json"})
  void anEventBridgeEventsKeyIsNot(String key) {
    lab.upload(key, "{\"prompt\":\"p\",\"parameters\":{\"sampleCount\":1}}");

    JsonNode answer = Lambda.answer(Sample.of("eventbridge-s3").with("/detail/object/key", key));

    assertEquals("succeeded", answer.at("/results/0/status").asText(), answer.toString());
  }

  @Test
  void theIdOfARequestThatNamesNoneIsThatOfItsContent() {
    lab.upload("inbox/no-id.txt", "a lighthouse");

    JsonNode first = Lambda.answer(notification("inbox/no-id.txt"));
    JsonNode again =
        Lambda.answer(Sample.of("eventbridge-s3").with("/detail/object/key", "inbox/no-id.txt"));
    lab.upload("inbox/no-id.txt", "a castle");
    JsonNode changed = Lambda.answer(notification("inbox/no-id.txt"));

    String id = first.at("/results/0/id").asText();
    assertMatches("\"~no-id\\\\.txt-[0-9a-f]{8}-.*-1\"", TextNode.valueOf(id));
    assertEquals(id, again.at("/results/0/id").asText(), "redelivered");
    assertEquals("true", again.at("/results/0/replayed").asText());
    assertEquals(2, lab.calls());
    assertEquals("false", changed.at("/results/0/replayed").asText(), "another content");
  }

  @Test
  void aTextFileIsOnePrompt() {
    lab.upload("inbox/prompt.txt", "\uFEFFa lighthouse\n in \"fog\"\n");

    assertEquals(
        "succeeded",
        Lambda.answer(notification("inbox/prompt.txt")).at("/results/0/status").asText());
    assertEquals(
        "a lighthouse\n in \"fog\"",
        Sample.node(lab.journal().calls().getFirst().body()).at("/instances/0/prompt").asText());
  }

  @Test
  void anObjectUnderTheOutputPrefixIsNeverRead() {
    lab.putOutput("images/loop/result.json", request("s3-loop"));

    JsonNode answer =
        Lambda.answer(
            notification("images/loop/result.json").with("/Records/0/s3/bucket/name", "images"));

    assertIgnored(
        "s3://images/images/loop/result.json is under the output prefix, which is never read",
        answer);
  }

  @Test
  void anObjectOfAnotherKindIsPassedOver() {
    assertIgnored(
        "s3://requests/inbox/photo.png does not end in .json, .jsonl or .txt",
        Lambda.answer(notification("inbox/photo.png")));
  }

  @Test
  void anObjectThatIsGoneIsPassedOver() {
    assertIgnored(
        "s3://requests/inbox/gone.json is no longer there",
        Lambda.answer(notification("inbox/gone.json")));
  }

  @Test
  void whatIsNoCreationIsPassedOver() {
    lab.upload("inbox/removed.json", request("s3-removed"));

    assertIgnored(
        "S3 event ObjectRemoved:Delete",
        Lambda.answer(
            notification("inbox/removed.json")
                .with("/Records/0/eventName", "ObjectRemoved:Delete")));
    assertIgnored(
        "S3 event Object Deleted",
        Lambda.answer(Sample.of("eventbridge-s3").with("/detail-type", "Object Deleted")));
  }

  @Test
  void theTestEventIsPassedOver() {
    assertIgnored("S3's test event", Lambda.answer(Sample.of("s3-test")));
  }

  @Test
  void notificationsComeThroughOtherServicesToo() {
    lab.upload("inbox/through.json", request("s3-through"));
    Sample s3 = notification("inbox/through.json");
    Sample eventBridge =
        Sample.of("eventbridge-s3").with("/detail/object/key", "inbox/through.json");
    Sample inSns = Sample.of("sns-envelope").with("/Message", s3.toString());

    assertEquals(1, Lambda.answer(s3).path("results").size());
    Sample sns = Sample.of("sns").with("/Records/0/Sns/Message", s3.toString());
    assertMatches("{\"results\":[" + Expected.replayed("s3-through") + "]}", Lambda.answer(sns));
    for (Sample body :
        List.of(
            s3, eventBridge, inSns, Sample.of("sns-envelope").with("/Message", "" + eventBridge))) {
      assertMatches(
          "{\"batchItemFailures\":[]}",
          Lambda.answer(Sample.batch(Sample.of("sqs-message").with("/body", body.toString()))));
    }
    assertEquals(1, lab.calls());
  }

  private void assertIgnored(String what, JsonNode answer) {
    assertMatches("{\"ignored\":[\"" + what + "\"]}", answer);
    assertEquals(0, lab.calls());
    assertEquals(List.of(), lab.takeMessages());
  }

  private static Sample notification(String encodedKey) {
    return Sample.of("s3").with("/Records/0/s3/object/key", encodedKey);
  }

  private static String request(String id) {
    return "{\"id\":\"%s\",\"prompt\":\"a lighthouse\",\"parameters\":{\"sampleCount\":1}}"
        .formatted(id);
  }
}
