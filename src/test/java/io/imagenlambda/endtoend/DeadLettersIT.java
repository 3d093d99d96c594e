package io.imagenlambda.endtoend;

import static io.imagenlambda.request.TestRequests.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabOptions;
import io.imagenlambda.lab.trigger.RequestQueue;
import io.imagenlambda.lab.trigger.RequestQueue.Fate;
import io.imagenlambda.lab.trigger.TriggerOptions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.model.Message;

/** What cannot be done is kept, costs nothing, and can be done once its cause is mended. */
final class DeadLettersIT extends LabCase {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  DeadLettersIT() {
    super(
        LabOptions.forTests()
            .concurrency(2)
            .triggers(TriggerOptions.ON.redeliveryDelay(Duration.ZERO)));
  }

  @Test
  void whatFailedForTheKeySucceedsWhenItIsRedrivenAfterTheKeyIsMended() {
    lab.predict().rotateKey("a-new-key");
    List<String> dead =
        List.of(
            lab.queue().send(request("redriven-1", "one")),
            lab.queue().send(request("redriven-2", "two")));
    dead.forEach(id -> assertEquals(Fate.DEAD, lab.queue().awaitFate(id, PATIENCE)));
    // a message is among the dead a moment before it has left its queue
    lab.queue().awaitEmpty(PATIENCE);
    assertEquals(10, calls(), "five receives of each, none of them charged");
    assertEquals(new RequestQueue.State(0, 0, 2), lab.queue().state());
    assertTrue(stored.of("redriven-1").stream().noneMatch("result.json"::equals));

    lab.predict().rotateKey(Lab.API_KEY);
    List<String> redriven = lab.queue().redrive();
    redriven.forEach(id -> assertEquals(Fate.DONE, lab.queue().awaitFate(id, PATIENCE)));
    lab.queue().awaitEmpty(PATIENCE);

    assertEquals(new RequestQueue.State(0, 0, 0), lab.queue().state());
    assertEquals("succeeded", stored.result("redriven-1").getString("status"));
    assertEquals("succeeded", stored.result("redriven-2").getString("status"));
    assertEquals(12, calls());
  }

  @Test
  void aMessageThatIsNoRequestIsDeadAfterFiveReceivesAndCostsNothing() {
    String poison = "{\"prompt\":\"p\",\"size\":\"2K\"}";

    String message = lab.queue().send(poison);

    assertEquals(Fate.DEAD, lab.queue().awaitFate(message, PATIENCE));
    assertEquals(
        List.of(1, 2, 3, 4, 5),
        lab.queue().deliveries(message).stream().map(each -> each.receives()).toList());
    assertEquals(List.of(poison), lab.queue().deadLetters().stream().map(Message::body).toList());
    assertEquals(0, calls());

    String redriven = lab.queue().redrive().getFirst();
    assertEquals(
        Fate.DEAD, lab.queue().awaitFate(redriven, PATIENCE), "it is as poisonous as before");
    lab.queue().awaitEmpty(PATIENCE);
    assertEquals(new RequestQueue.State(0, 0, 1), lab.queue().state());
    lab.queue().clearDeadLetters();
  }

  @Test
  void aDeadLetterOfAFifoQueueIsRedrivenThoughTheQueueHadItAMomentAgo() {
    String message = lab.fifoQueue().send("no JSON at all", "a-group", "an-id");
    assertEquals(Fate.DEAD, lab.fifoQueue().awaitFate(message, PATIENCE));
    lab.fifoQueue().awaitEmpty(PATIENCE);

    String redriven = lab.fifoQueue().redrive().getFirst();
    assertEquals(Fate.DEAD, lab.fifoQueue().awaitFate(redriven, PATIENCE), "and not dropped");
    lab.fifoQueue().awaitEmpty(PATIENCE);
    lab.fifoQueue().clearDeadLetters();
  }

  @Test
  void aBadMessageDoesNotHoldUpTheGoodOnesOfItsBatch() {
    String bad = lab.queue().send("no JSON at all");
    String good = lab.queue().send(request("beside-poison", "good"));

    assertEquals(Fate.DONE, lab.queue().awaitFate(good, PATIENCE));
    assertEquals(Fate.DEAD, lab.queue().awaitFate(bad, PATIENCE));
    assertEquals(1, calls());
    lab.queue().clearDeadLetters();
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
