package io.imagenlambda.lab;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.lab.runtime.FakeFunction;
import io.restassured.path.json.JsonPath;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

/** What the lab knows of all requests that have ended. The tests share a bucket, and no ids. */
class GalleryTest {
  @AutoClose private static final HttpClient http = HttpClient.newHttpClient();

  @AutoClose
  private static final Lab lab =
      Lab.start(LabOptions.forTests().program(FakeFunction.program("runs")));

  @Test
  void resultsOfOneSecondComeTheNewestFirst() throws Exception {
    List<String> ids = List.of("order-1", "order-2", "order-3");
    ids.forEach(id -> result(id, "succeeded", "m", "t"));

    assertEquals(ids.reversed(), search(Map.of("search", "order-")).getList("results.id"));
  }

  @Test
  void whoAsksPageByPageGetsEachOnceThoughNewerOnesCome() throws Exception {
    IntStream.range(0, 7).forEach(each -> result("page-" + each, "succeeded", "m", "t"));

    List<String> found = new ArrayList<>();
    String after = "";
    while (after != null) {
      JsonPath page = search(Map.of("search", "page-", "most", "3", "after", after));
      found.addAll(page.getList("results.id"));
      after = page.getString("next");
      result("page-newer-" + found.size(), "succeeded", "m", "t");
    }

    assertEquals(
        List.of("page-6", "page-5", "page-4", "page-3", "page-2", "page-1", "page-0"), found);
  }

  @ParameterizedTest
  @CsvSource({
    "status, filtered, a",
    "model, imagen-x, b",
    "tenant, the & shop, c",
    "tenant, the, ''",
  })
  void aFilterIsTheWholeWordAndTheTotalIsOfWhatItLetsThrough(String name, String word, String found)
      throws Exception {
    result("by-a", "filtered", "m", "t");
    result("by-b", "succeeded", "imagen-x", "t");
    result("by-c", "succeeded", "m", "the & shop");

    JsonPath page = search(Map.of("search", "by-", name, word));

    assertEquals(found.isEmpty() ? List.of() : List.of("by-" + found), page.getList("results.id"));
    assertEquals(found.isEmpty() ? 0 : 1, page.getInt("total"));
    assertTrue(page.getList("models").containsAll(List.of("imagen-x", "m")));
    assertTrue(page.getList("tenants").containsAll(List.of("t", "the & shop")));
  }

  @Test
  void aResultThatIsReplacedIsReadAgain() throws Exception {
    result("changes", "failed", "m", "t");
    assertEquals(1, search(Map.of("search", "changes", "status", "failed")).getInt("total"));
    result("changes", "succeeded", "m", "t");
    assertEquals(0, search(Map.of("search", "changes", "status", "failed")).getInt("total"));
  }

  @Test
  void aDeadLetterIsThereWithItsReasonAndOfSeveralTheOneIsSentAgain() throws Exception {
    letter("{\"id\":\"letter-1\",\"prompt\":\"a pier\",\"tenant\":\"shop\"}", "too old");
    letter("{\"id\":\"letter-2\",\"prompt\":\"a pier\"}", "too old, too");

    JsonPath found = search(Map.of("search", "A PIER", "status", "dead"));
    assertEquals(List.of("letter-2", "letter-1"), found.getList("results.id"));
    assertEquals(List.of("too old, too", "too old"), found.getList("results.reason"));
    assertEquals("shop", found.getString("results[1].tenant"));

    int waiting = lab.queue().state().waiting();
    assertEquals(202, sendAgain("letter-1").statusCode());
    assertEquals(waiting + 1, lab.queue().state().waiting());
    assertEquals(List.of("letter-2"), search(Map.of("search", "letter-")).getList("results.id"));
    assertEquals(404, sendAgain("letter-1").statusCode());
    var _ = lab.queue().clearDeadLetters();
  }

  @Test
  void aMessageThatIsNoRequestIsDeadByItsOwnId() throws Exception {
    String id = letter("no JSON of anybody", "it is not JSON");

    JsonPath found = search(Map.of("status", "dead", "search", id));
    assertEquals("it is not JSON", found.getString("results[0].reason"));
    assertEquals(202, sendAgain(id).statusCode());
    assertEquals(0, search(Map.of("search", id)).getInt("total"));
  }

  @Test
  void aRequestThatDiedInAnEarlierLabIsDeadUntilItIsClaimedAgain() throws Exception {
    put("noted/dead.json", "{\"reason\":\"too old\",\"at\":\"2026-01-01T00:00:00Z\"}");
    JsonPath found = search(Map.of("search", "noted"));
    assertEquals("dead", found.getString("results[0].status"));
    assertEquals("too old", found.getString("results[0].reason"));
    assertNull(found.getString("results[0].body"));
    assertEquals(404, sendAgain("noted").statusCode());

    put("noted/claim-0.json", "{}");
    assertEquals(0, search(Map.of("search", "noted")).getInt("total"));
  }

  @Test
  void aRequestThatIsBackOnTheQueueOrHasAResultIsNotDead() throws Exception {
    put("back/dead.json", "{\"at\":\"2026-01-01T00:00:00Z\"}");
    put("ended/dead.json", "{\"reason\":\"too old\",\"at\":\"2026-01-01T00:00:00Z\"}");
    result("ended", "succeeded", "m", "t");

    assertEquals(0, search(Map.of("search", "back")).getInt("total"));
    assertEquals(List.of("succeeded"), search(Map.of("search", "ended")).getList("results.status"));
  }

  @Test
  void aRequestThatWasAcceptedIsSentAgainThoughItsLetterIsGone() throws Exception {
    put("kept/dead.json", "{\"reason\":\"too old\",\"at\":\"2026-01-01T00:00:00Z\"}");
    put("kept/request.json", "{\"id\":\"kept\",\"prompt\":\"p\"}");
    int waiting = lab.queue().state().waiting();

    assertEquals("p", search(Map.of("search", "kept")).getString("results[0].prompt"));
    assertEquals(202, sendAgain("kept").statusCode());
    assertEquals(waiting + 1, lab.queue().state().waiting());
    assertEquals(0, search(Map.of("search", "kept")).getInt("total"));
  }

  @Test
  void aRequestThatDiedInThisLabAndHasNoLetterIsBackOnTheQueue() throws Exception {
    put("redriven/dead.json", "{\"reason\":\"too old\",\"at\":\"%s\"}".formatted(Instant.now()));
    assertEquals(0, search(Map.of("search", "redriven")).getInt("total"));
  }

  private static void result(String id, String status, String model, String tenant) {
    put(
        id + "/result.json",
        "{\"id\":\"%s\",\"status\":\"%s\",\"model\":\"%s\",\"tenant\":\"%s\"}"
            .formatted(id, status, model, tenant));
  }

  private static void put(String name, String json) {
    lab.s3()
        .putObject(
            put -> put.bucket(Lab.OUTPUT_BUCKET).key("images/" + name),
            RequestBody.fromString(json));
  }

  private static String letter(String body, String reason) {
    return lab.sqs()
        .sendMessage(send ->
            send.queueUrl(lab.queueUrl("requests-dlq").toString())
                .messageBody(body)
                .messageAttributes(
                    Map.of(
                        "DeadReason",
                        MessageAttributeValue.builder()
                            .dataType("String")
                            .stringValue(reason)
                            .build())))
        .messageId();
  }

  private static JsonPath search(Map<String, String> query) throws Exception {
    String text =
        query.entrySet().stream()
            .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), UTF_8))
            .collect(joining("&"));
    return JsonPath.from(send(request("/lab/results?" + text)).body());
  }

  private static HttpResponse<String> sendAgain(String id) throws Exception {
    return send(request("/lab/dead/" + id).POST(BodyPublishers.noBody()));
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(lab.url() + path));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return http.send(request.build(), BodyHandlers.ofString());
  }
}
