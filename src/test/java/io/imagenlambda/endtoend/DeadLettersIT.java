package io.imagenlambda.endtoend;

import static io.imagenlambda.request.TestRequests.request;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabOptions;
import io.imagenlambda.lab.predict.Call;
import io.imagenlambda.lab.trigger.RequestQueue;
import io.imagenlambda.lab.trigger.RequestQueue.Fate;
import io.imagenlambda.lab.trigger.RequestQueue.MessageDelivery;
import io.imagenlambda.lab.trigger.TriggerOptions;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.model.Message;

/**
 * What is not done comes again, and costs nothing. What is too old or can never be run is kept with
 * its reason, and can be done once its cause is mended.
 */
final class DeadLettersIT extends LabCase {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private static final RequestQueue.State ONE_DEAD = new RequestQueue.State(0, 0, 1);
  private static final String NO_JSON = "no JSON at all";

  DeadLettersIT() {
    super(LabOptions.forTests().concurrency(2).triggers(TriggerOptions.ON));
  }

  @AfterEach
  void nothingIsLeft() {
    lab.queue().clearDeadLetters();
    assertEquals(new RequestQueue.State(0, 0, 0), lab.queue().state());
    assertEquals(new RequestQueue.State(0, 0, 0), lab.fifoQueue().state());
  }

  private static ValidatableResponse get(Lab from, String id) {
    return given().get(from.url() + "/images/" + id).then();
  }

  private static String attribute(Message message, String name) {
    return message.messageAttributes().get(name).stringValue();
  }

  @Test
  void whatFailedForTheKeyIsDeadAtItsAgeAndSucceedsWhenItIsSentBackAfterTheKeyIsMended() {
    Duration age = Duration.ofSeconds(3);
    try (Lab impatient =
        Lab.start(
            LabOptions.forTests()
                .concurrency(1)
                .env("IMAGEN_MAX_AGE", age.toSeconds() + "s")
                .triggers(TriggerOptions.ON))) {
      impatient.predict().rotateKey("a-new-key");
      Instant sent = Instant.now().truncatedTo(ChronoUnit.MILLIS);
      RequestQueue queue = impatient.queue();
      String named = queue.send(request("redriven", "one"));
      String unnamed = queue.send("{\"prompt\":\"two\",\"parameters\":{\"sampleCount\":1}}");

      for (String message : List.of(named, unnamed)) {
        assertEquals(Fate.DEAD, queue.awaitFate(message, PATIENCE));
        List<MessageDelivery> deliveries = queue.deliveries(message);
        assertFalse(deliveries.getLast().at().isBefore(sent.plus(age)), deliveries::toString);
      }
      queue.awaitEmpty(PATIENCE);
      assertEquals(new RequestQueue.State(0, 0, 2), queue.state());
      List<Call> calls = impatient.predict().journal().calls();
      assertTrue(calls.size() >= 2 && calls.stream().allMatch(call -> call.status() == 401));
      for (Message dead : queue.deadLetters()) {
        String id = attribute(dead, "MessageId").equals(named) ? "redriven" : unnamed;
        assertEquals(id, JsonPath.from(dead.body()).getString("id"));
        assertTrue(attribute(dead, "DeadReason").contains("Invalid token"), dead::toString);
        Instant first = Instant.parse(attribute(dead, "FirstSentAt"));
        assertFalse(first.isBefore(sent), first + " is before " + sent);
        get(impatient, id)
            .statusCode(410)
            .contentType("application/problem+json")
            .body("detail", allOf(containsString(id), containsString("Invalid token")));
      }

      impatient.predict().rotateKey(Lab.API_KEY);
      impatient.function().recycle(); // a process that no account has shut
      for (String redriven : queue.redrive()) {
        assertEquals(Fate.DONE, queue.awaitFate(redriven, PATIENCE));
      }
      queue.awaitEmpty(PATIENCE);

      assertEquals(new RequestQueue.State(0, 0, 0), queue.state());
      get(impatient, "redriven").statusCode(200).body("status", equalTo("succeeded"));
      get(impatient, unnamed).statusCode(200).body("status", equalTo("succeeded"));
      assertEquals(2, impatient.predict().journal().imagesServed().size());
    }
  }

  @Test
  void aMessageThatCanNeverBeRunIsDeadAfterOneDeliveryAndCostsNothing() {
    String poison = "{\"prompt\":\"p\",\"size\":\"2K\"}";

    String message = lab.queue().send(poison);

    assertEquals(Fate.DEAD, lab.queue().awaitFate(message, PATIENCE));
    assertEquals(1, lab.queue().deliveries(message).size());
    Message dead = lab.queue().deadLetters().getFirst();
    assertEquals(
        poison.replace("}", ",\"id\":\"" + message + "\"}"), dead.body(), "with the id it had");
    assertTrue(attribute(dead, "DeadReason").startsWith("size is not a field"), dead::toString);
    get(lab, message).statusCode(410).body("detail", containsString("size is not a field"));

    String redriven = lab.queue().redrive().getFirst();
    assertEquals(
        Fate.DEAD, lab.queue().awaitFate(redriven, PATIENCE), "it is as poisonous as before");
    lab.queue().awaitEmpty(PATIENCE);
    assertEquals(ONE_DEAD, lab.queue().state());
    get(lab, message).statusCode(410);
    assertEquals(0, calls());
  }

  @Test
  void aPointerOfTheExtendedClientLibraryIsDeadByItsName() {
    String message =
        lab.queue()
            .send(
                "[\"software.amazon.payloadoffloading.PayloadS3Pointer\","
                    + "{\"s3BucketName\":\"large\",\"s3Key\":\"7f/1\"}]");

    assertEquals(Fate.DEAD, lab.queue().awaitFate(message, PATIENCE));
    String reason = attribute(lab.queue().deadLetters().getFirst(), "DeadReason");
    assertTrue(
        reason.startsWith(
            "this is a pointer of the SQS or SNS extended client library to s3://large/7f/1"),
        reason);
    assertEquals(0, calls());
  }

  @Test
  void aBadMessageDoesNotHoldUpTheGoodOnesOfItsBatch() {
    String bad = lab.queue().send(NO_JSON);
    String good = lab.queue().send(request("beside-poison", "good"));

    assertEquals(Fate.DONE, lab.queue().awaitFate(good, PATIENCE));
    assertEquals(Fate.DEAD, lab.queue().awaitFate(bad, PATIENCE));
    lab.queue().awaitEmpty(PATIENCE);
    assertEquals(1, calls());
    assertEquals(NO_JSON, lab.queue().deadLetters().getFirst().body());
  }

  @Test
  void aMessageComesAgainWhenTheProviderHasAskedForItAndNotOnlyAfterTheQueuesOwnVisibility() {
    Instant sent = Instant.now();

    String asked = lab.queue().send(request("asked", "[fault:429=6x1]"));
    String unasked = lab.queue().send(other("unasked", "[fault:503x1]"));

    assertComesAgain(asked, sent.plusSeconds(6));
    assertComesAgain(unasked, sent.plusSeconds(3));
    assertEquals(4, calls());
  }

  /** Of another model, which the first one's refusal does not shut. */
  private static String other(String id, String prompt) {
    return request(id, prompt)
        .replace("{\"id\"", "{\"model\":\"imagen-4.0-fast-generate-001\",\"id\"");
  }

  private void assertComesAgain(String message, Instant noSoonerThan) {
    assertEquals(Fate.DONE, lab.queue().awaitFate(message, PATIENCE));
    List<MessageDelivery> deliveries = lab.queue().deliveries(message);
    assertEquals(List.of(1, 2), deliveries.stream().map(MessageDelivery::receives).toList());
    assertFalse(deliveries.getLast().at().isBefore(noSoonerThan), deliveries::toString);
  }

  @Test
  void withoutAQueueForTheDeadNothingIsAcknowledgedThatHasNotEnded() {
    try (Lab bare =
        Lab.start(
            LabOptions.forTests()
                .concurrency(1)
                .env("DEAD_LETTER_QUEUE_URL", "")
                .env("IMAGEN_MAX_AGE", "1s")
                .triggers(TriggerOptions.ON))) {
      bare.predict().rotateKey("a-new-key");
      List<String> messages =
          List.of(
              bare.queue().send(NO_JSON),
              bare.queue().send("{\"promt\":\"a typo\"}"),
              bare.queue().send(request("old", "for a wrong key")));

      for (String message : messages) {
        bare.queue().awaitDeliveries(message, 2, PATIENCE);
        assertTrue(
            bare.queue().deliveries(message).stream().noneMatch(MessageDelivery::done), message);
      }
      RequestQueue.State state = bare.queue().state();
      assertEquals(3, state.waiting() + state.inFlight());
      assertEquals(0, state.dead());
      get(bare, "old").statusCode(202);
    }
  }

  @Test
  void sqsItselfKeepsTheDeadOfAFifoQueueAndTheyAreRedrivenThoughItHadThemAMomentAgo() {
    try (Lab quick =
        Lab.start(
            LabOptions.forTests()
                .concurrency(1)
                .triggers(TriggerOptions.ON.redeliveryDelay(Duration.ZERO)))) {
      String message = quick.fifoQueue().send(NO_JSON, "a-group", "an-id");
      // Whoever looks at a dead letter while ElasticMQ moves it, makes it count as waiting for
      // ever.
      quick.fifoQueue().awaitEmpty(PATIENCE);
      assertEquals(Fate.DEAD, quick.fifoQueue().awaitFate(message, PATIENCE));
      assertEquals(ONE_DEAD, quick.fifoQueue().state());
      assertEquals(new RequestQueue.State(0, 0, 0), quick.queue().state());
      assertTrue(quick.fifoQueue().deliveries(message).stream().noneMatch(MessageDelivery::done));

      String redriven = quick.fifoQueue().redrive().getFirst();
      quick.fifoQueue().awaitEmpty(PATIENCE);
      assertEquals(Fate.DEAD, quick.fifoQueue().awaitFate(redriven, PATIENCE), "and not dropped");
      assertEquals(ONE_DEAD, quick.fifoQueue().state());
    }
  }

  @Test
  void aGroupOfTheFifoQueueKeepsItsOrderThroughAFailure() {
    for (String id : List.of("one", "two", "three")) {
      String fault = id.equals("one") ? "[fault:quotax1] " : "";
      lab.fifoQueue().send(request("fifo-" + id, fault + id), "posters", id);
    }
    lab.fifoQueue().awaitMessage("fifo-three", PATIENCE);
    lab.fifoQueue().awaitEmpty(PATIENCE);

    assertEquals(
        List.of("one", "one", "two", "three"),
        lab.predict().journal().calls().stream()
            .map(call ->
                call.body().replaceFirst("(?s).*?\"prompt\":\"(?:\\[.*?] )?(\\w+)\".*", "$1"))
            .toList());
    assertEquals("succeeded", stored.result("fifo-three").getString("status"));
  }
}
