package io.imagenlambda.endtoend;

import static io.imagenlambda.request.TestRequests.request;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabOptions;
import io.imagenlambda.lab.runtime.Answer;
import io.imagenlambda.lab.trigger.RequestQueue;
import io.imagenlambda.lab.trigger.RequestQueue.Fate;
import io.imagenlambda.lab.trigger.TriggerOptions;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;

/** Every trigger ends in stored images and results, and makes exactly the calls it needs. */
final class TriggersIT extends LabCase {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final RequestQueue.State NOTHING = new RequestQueue.State(0, 0, 0);

  TriggersIT() {
    super(LabOptions.forTests().concurrency(3).triggers(TriggerOptions.ON));
  }

  @AfterEach
  void nothingIsLeftOnTheQueues() {
    assertEquals(NOTHING, lab.queue().state());
    assertEquals(NOTHING, lab.fifoQueue().state());
  }

  @Test
  void aMessageOnTheQueueEndsInAStoredImage() {
    String message = lab.queue().send(request("from-queue", "a lighthouse"));

    assertEquals(Fate.DONE, lab.queue().awaitFate(message, PATIENCE));
    assertEquals(List.of("0.png", "claim-0.json", "result.json"), stored.of("from-queue"));
    assertEquals("succeeded", stored.result("from-queue").getString("status"));
    assertEquals(1, calls());
  }

  @Test
  void whoseARequestIsStaysWithItOnTheQueueAndInAllThatComesOfIt() throws InterruptedException {
    put(
        Lab.REQUEST_BUCKET,
        "requests/tenants.jsonl",
        """
        {"id":"of-a","tenant":"shop-a","prompt":"a","parameters":{"sampleCount":1}}
        {"id":"of-b","tenant":"shop-b","prompt":"b","parameters":{"sampleCount":1}}
        """);
    var _ = lab.queue().awaitMessage("of-a", PATIENCE);
    lab.queue().awaitEmpty(PATIENCE);

    assertEquals("shop-a", stored.result("of-a").getString("tenant"));
    assertEquals("shop-b", stored.result("of-b").getString("tenant"));
    String image = stored.of("of-a").getFirst();
    assertEquals(
        "shop-a",
        lab.s3()
            .headObject(head -> head.bucket(Lab.OUTPUT_BUCKET).key("images/of-a/" + image))
            .metadata()
            .get("imagen-tenant"));
    assertLogged("\"tenant\":\"shop-b\"");
  }

  @Test
  void aMessageWithoutAnIdIsCalledLikeTheMessage() {
    String message = lab.queue().send("{\"prompt\":\"p\",\"parameters\":{\"sampleCount\":1}}");

    assertEquals(Fate.DONE, lab.queue().awaitFate(message, PATIENCE));
    assertEquals("succeeded", stored.result(message).getString("status"));
  }

  @Test
  void anObjectOf25LinesOfWhichTwoAreBadEndsIn23ImagesAndTwoReports() throws InterruptedException {
    String lines =
        IntStream.rangeClosed(1, 25)
            .mapToObj(line ->
                switch (line) {
                  case 7 -> "{\"prompt\": \"no end";
                  case 13 -> "{\"promt\":\"a typo\"}";
                  default ->
                      "{\"prompt\":\"line %d\",\"parameters\":{\"sampleCount\":1}}".formatted(line);
                })
            .collect(Collectors.joining("\n"));

    put(Lab.REQUEST_BUCKET, "requests/a.jsonl", lines);
    String notification = lab.queue().awaitMessage("requests/a.jsonl", PATIENCE);
    lab.queue().awaitEmpty(PATIENCE);

    assertEquals(1, lab.queue().deliveries(notification).size());
    List<String> ids =
        stored.keys("images/a.jsonl-").stream()
            .filter(key -> key.endsWith("/result.json"))
            .map(key -> key.split("/", -1)[1])
            .toList();
    assertEquals(25, ids.size());
    for (String id : ids) {
      boolean bad = id.endsWith("-7") || id.endsWith("-13");
      assertEquals(bad ? "failed" : "succeeded", stored.result(id).getString("status"), id);
      assertEquals(
          bad
              ? List.of("claim-0.json", "result.json")
              : List.of(
                  "0-2.png",
                  "claim-0.json", // for the queue
                  "claim-1.json", // reserved
                  "claim-2.json",
                  "request.json",
                  "result.json"),
          stored.of(id));
    }
    String base = ids.getFirst().replaceFirst("-\\d+$", "");
    assertEquals("invalid_request", stored.result(base + "-7").getString("error.code"));
    assertTrue(stored.result(base + "-13").getString("error.message").contains("promt"));
    assertLogged("s3://requests/requests/a.jsonl line 7 is not a valid request");
    assertLogged("s3://requests/requests/a.jsonl line 13 is not a valid request");
    assertEquals(23, calls());
    assertEquals(
        23, lab.predict().journal().calls().stream().map(call -> call.body()).distinct().count());
  }

  @Test
  void anObjectWhoseKeyNeedsEncodingIsFound() {
    put(Lab.REQUEST_BUCKET, "näch ste/a+b c.txt", "a harbour");
    String notification = lab.queue().awaitMessage("n%C3%A4ch+ste/a%2Bb+c.txt", PATIENCE);

    assertEquals(Fate.DONE, lab.queue().awaitFate(notification, PATIENCE));
    assertEquals(1, lab.predict().journal().callsWith("a harbour").size());
  }

  @Test
  void aTickOfTheScheduleEndsInTheImagesOfItsDay() {
    put(
        Lab.SCHEDULE_BUCKET,
        Lab.SCHEDULE_KEY,
        request("daily-${date}", "news of ${date}")
            + "\n"
            + request("at-${time}", "it is ${time}"));

    var tick = lab.schedule().tick(Instant.parse("2026-11-22T10:00:00Z"));
    assertInstanceOf(Answer.Success.class, tick.answer().join());
    lab.queue().awaitEmpty(PATIENCE);

    assertEquals("succeeded", stored.result("daily-2026-11-22").getString("status"));
    assertEquals("succeeded", stored.result("at-10-00").getString("status"));
    assertEquals(1, lab.predict().journal().callsWith("news of 2026-11-22").size());
    assertEquals(2, calls());
  }

  @Test
  void anAsynchronousPostIsAnsweredAtOnceAndItsResultIsThereLater() {
    String location =
        given()
            .header("Prefer", "respond-async")
            .body(request("later", "a lighthouse"))
            .post(lab.url() + "/images")
            .then()
            .statusCode(202)
            .extract()
            .header("location");
    assertEquals("images/later", location, "relative to where it was posted");
    lab.queue().awaitEmpty(PATIENCE);

    given()
        .get(URI.create(lab.url() + "/images").resolve(location))
        .then()
        .statusCode(200)
        .body("status", equalTo("succeeded"))
        .body("images.url", hasSize(1));
    assertEquals(1, calls());
  }

  private void put(String bucket, String key, String content) {
    lab.s3().putObject(put -> put.bucket(bucket).key(key), RequestBody.fromString(content));
  }

  private void assertLogged(String text) throws InterruptedException {
    lab.function().output().awaitLine(line -> line.contains(text), PATIENCE);
  }
}
