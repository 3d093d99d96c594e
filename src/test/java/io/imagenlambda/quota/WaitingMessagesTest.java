package io.imagenlambda.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.imagenlambda.event.QueueFunction.Delivered;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequestEntry;

final class WaitingMessagesTest {
  private final VirtualTime time = new VirtualTime();
  private final WaitingMessages queue = new WaitingMessages(time, () -> {});

  private List<String> received() {
    return queue.receive(10).stream().map(Delivered::id).toList();
  }

  private void pass(Duration duration) {
    boolean[] over = {false};
    time.after(duration, () -> over[0] = true);
    time.run(() -> over[0]);
  }

  private void returned(int seconds, String... ids) {
    var _ =
        queue.changeMessageVisibilityBatch(change ->
            change.entries(
                List.of(ids).stream()
                    .map(id ->
                        ChangeMessageVisibilityBatchRequestEntry.builder()
                            .id(id)
                            .receiptHandle(id)
                            .visibilityTimeout(seconds)
                            .build())
                    .toList()));
    pass(Duration.ofMillis(1));
  }

  @Test
  void aReturnedMessageComesAgainWhenItsVisibilityEnds() {
    queue.send("one", "many", false);
    queue.send("two", "many", false);
    assertEquals(List.of("one", "two"), received());
    queue.delete("two");

    returned(5, "one", "two");
    pass(Duration.ofMillis(4900));
    assertFalse(queue.hasVisible());

    pass(Duration.ofMillis(100));
    assertEquals(List.of("one"), received());
    assertEquals(2, queue.mostReceives());
    assertEquals(1, queue.size());
  }

  @Test
  void theLastChangeOfAVisibilityHolds() {
    queue.send("one", "many", false);
    assertEquals(List.of("one"), received());
    returned(5, "one");
    returned(60, "one");

    pass(Duration.ofSeconds(59));
    assertFalse(queue.hasVisible());
    pass(Duration.ofSeconds(1));
    assertEquals(List.of("one"), received());
  }

  @Test
  void whatIsNeitherDoneNorReturnedComesAgainAfterTheQueuesOwnVisibility() {
    queue.send("one", "many", false);
    assertEquals(List.of("one"), received());

    pass(Duration.ofMinutes(19));
    queue.showExpired();
    assertFalse(queue.hasVisible());

    pass(Duration.ofMinutes(1));
    queue.showExpired();
    assertEquals(List.of("one"), received());
  }

  @Test
  void anotherTenantsComesFirstAndWhatWasOftenReceivedLast() {
    queue.send("often", "many", false);
    for (int receive = 1; receive <= 3; receive++) {
      assertEquals(List.of("often"), received());
      returned(0, "often");
    }
    queue.send("never", "many", false);
    queue.send("once", "many", false);
    assertEquals(List.of("often", "never", "once"), received());
    returned(0, "once");
    returned(0, "often", "never");
    queue.send("few", "few", true);

    assertEquals(List.of("few", "once", "never", "often"), received());
  }

  @Test
  void whatWasReceivedTooOftenIsDead() {
    queue.send("one", "many", false);
    for (int receive = 1; receive <= 900; receive++) {
      assertEquals(List.of("one"), received());
      returned(0, "one");
    }

    assertEquals(List.of(), received());
    assertEquals(1, queue.dead());
    assertEquals(0, queue.size());
  }
}
