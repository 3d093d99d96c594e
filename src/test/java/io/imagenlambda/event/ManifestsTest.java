package io.imagenlambda.event;

import static io.imagenlambda.event.Expected.assertMatches;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.imagenlambda.lab.LabServersProfile;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Many requests in one object go to the queue, each on its own. */
@QuarkusTest
@TestProfile(LabServersProfile.class)
class ManifestsTest extends LabServersCase {
  @Test
  void theLinesOfAJsonlObjectAreStoredAndQueued() {
    lab.upload("batch/two.jsonl", "{\"id\":\"line-1\",\"prompt\":\"a\"}\n\n{\"prompt\":\"b\"}\r\n");

    JsonNode answer = deliver("batch/two.jsonl");

    assertMatches("{\"queued\":[\"line-1\",\"~two\\\\.jsonl-.*-3\"]}", answer);
    String second = answer.at("/queued/1").asText();
    assertEquals(
        List.of(
            "{\"id\":\"line-1\",\"prompt\":\"a\"}", "{\"prompt\":\"b\",\"id\":\"" + second + "\"}"),
        sorted(lab.takeMessages()));
    assertEquals(List.of("claim-0.json", "request.json"), lab.outputs("line-1"));
    assertEquals(List.of("claim-0.json", "request.json"), lab.outputs(second));
    assertEquals(0, lab.calls());
  }

  @Test
  void theElementsOfAJsonArrayAreToo() {
    lab.upload("batch/array.json", "[{\"prompt\":\"a\"},{\"id\":\"element-2\",\"prompt\":\"b\"}]");

    assertMatches(
        "{\"queued\":[\"~array\\\\.json-.*-1\",\"element-2\"]}", deliver("batch/array.json"));
    assertEquals(2, lab.takeMessages().size());
  }

  @Test
  void anArrayOfOneRunsHere() {
    lab.upload(
        "batch/single.json",
        "[{\"id\":\"single\",\"prompt\":\"a\",\"parameters\":{\"sampleCount\":1}}]");

    assertMatches(
        "{\"results\":[" + Expected.result("single") + "]}", deliver("batch/single.json"));
    assertEquals(List.of(), lab.takeMessages());
  }

  @Test
  void aLineThatIsNoRequestIsToldByItsNumberStoredAsFailedAndStopsNoOther() {
    lab.upload(
        "batch/faulty.jsonl",
        """
        {"id":"good-1","prompt":"a"}
        {"prompt":""}
        not JSON
        {"id":"good-1","prompt":"another"}
        {"id":"good-5","prompt":"b"}
        """);

    JsonNode answer = deliver("batch/faulty.jsonl");

    String object = "\"object\":\"s3://requests/batch/faulty.jsonl\"";
    assertMatches(
        """
        {"queued":["good-1","good-5"],
         "invalid":[{%1$s,"line":2,"id":"~faulty.*-2","detail":"prompt is empty: it is the text of the image"},
                    {%1$s,"line":3,"id":"~faulty.*-3","detail":"~the request is not JSON: .*"},
                    {%1$s,"line":4,"id":"~faulty.*-4","detail":"the id good-1 belongs to another request"}]}\
        """
            .formatted(object),
        answer);
    String id = answer.at("/invalid/0/id").asText();
    assertMatches(
        """
        {"id":"%s","status":"failed","requested":0,"images":[],"filtered":[],
         "error":{"outcome":"rejected","code":"invalid_request","message":"~.*"},
         "charged":"no","createdAt":"~.*","durationMs":0,"attempts":0,"replayed":false,"digest":""}\
        """
            .formatted(id),
        Sample.node(lab.output("images/" + id + "/result.json")));
    assertEquals(2, lab.takeMessages().size());
    assertEquals(
        "failed", HttpCall.body(HttpCall.get("/images/" + id).answer()).path("status").asText());
  }

  @Test
  void anArrayThatBreaksOffIsToldByTheElement() {
    lab.upload("batch/broken.json", "[{\"prompt\":\"a\"},{\"prompt\":\"b\"},{\"prompt\":");

    JsonNode answer = deliver("batch/broken.json");

    assertEquals(2, answer.path("queued").size(), answer.toString());
    assertEquals(3, answer.at("/invalid/0/line").asInt(), answer.toString());
    assertEquals(2, lab.takeMessages().size());
  }

  @Test
  void aManifestThatWasReadToItsEndIsNotReadAgain() {
    lab.upload("batch/again.jsonl", "{\"prompt\":\"a\"}\n{\"prompt\":\"b\"}\n");
    assertEquals(2, deliver("batch/again.jsonl").path("queued").size());
    assertEquals(2, lab.takeMessages().size());

    assertMatches(
        "{\"ignored\":[\"~s3://requests/batch/again.jsonl was read before: see manifests/.*\"]}",
        deliver("batch/again.jsonl"));
    assertEquals(List.of(), lab.takeMessages());
  }

  @Test
  void aManifestMayBeLargerThanAnyOneRequest() {
    String padding = "x".repeat(3000);
    lab.upload(
        "batch/large.json",
        IntStream.range(0, 230)
            .mapToObj(i -> "{\"id\":\"large-%d\",\"prompt\":\"%s\"}".formatted(i, padding))
            .collect(Collectors.joining(",", "[", "]")));

    JsonNode answer = deliver("batch/large.json");

    assertEquals(230, answer.path("queued").size(), answer.path("invalid").toString());
    assertEquals(230, lab.takeMessages().stream().distinct().count());
  }

  @Test
  void aRequestThatNoMessageCanHoldIsInvalidAndStopsNoOther() {
    String start = "{\"prompt\":\"b\",\"parameters\":{\"negativePrompt\":\"";
    String tooLong = start + "x".repeat(262_144 - start.length() - 3) + "\"}}";
    lab.upload("batch/too-long.jsonl", tooLong + "\n{\"id\":\"beside\",\"prompt\":\"b\"}\n");

    JsonNode answer = deliver("batch/too-long.jsonl");

    assertEquals("beside", answer.at("/queued/0").asText(), answer.toString());
    assertEquals(
        "the request with its id is too long for the queue",
        answer.at("/invalid/0/detail").asText());
    assertEquals(1, lab.takeMessages().size());
  }

  @Test
  void anEmptyManifestIsNothingToDo() {
    lab.upload("batch/empty.jsonl", "\n \n");

    assertMatches(
        "{\"ignored\":[\"s3://requests/batch/empty.jsonl has no requests\"]}",
        deliver("batch/empty.jsonl"));
  }

  @Test
  void whatTheDeadlineLeavesNoTimeForIsAFunctionErrorThatNamesTheLine() {
    lab.upload("batch/late.jsonl", "{\"prompt\":\"a\"}\n{\"prompt\":\"b\"}\n");

    assertMatches(
        "\"IMAGEN_UNAVAILABLE: s3://requests/batch/late.jsonl has more requests than this"
            + " invocation has time for: those before line 1 are queued\"",
        Lambda.errorWithin(Duration.ofSeconds(5), event("batch/late.jsonl")));
    assertEquals(List.of(), lab.takeMessages());
  }

  private static JsonNode deliver(String key) {
    return Lambda.answer(event(key));
  }

  private static Sample event(String key) {
    return Sample.of("s3").with("/Records/0/s3/object/key", key);
  }

  private static List<String> sorted(List<String> messages) {
    return messages.stream().sorted().toList();
  }
}
