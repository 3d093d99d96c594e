package io.imagenlambda.lab.trigger;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabOptions;
import io.imagenlambda.lab.runtime.FakeFunction;
import io.imagenlambda.lab.timeline.LabEvent;
import io.imagenlambda.lab.trigger.RequestQueue.Fate;
import io.imagenlambda.lab.trigger.RequestQueue.MessageDelivery;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class QueuePollerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Queue<Mishap> mishaps = new ConcurrentLinkedQueue<>();
  private final AtomicInteger invocations = new AtomicInteger();

  @Test
  void aMessageThatIsLostComesAgain() {
    mishaps.add(Mishap.LOST);

    MessageDelivery only = deliveries().getFirst();

    assertEquals(2, only.receives());
    assertEquals(1, invocations.get());
  }

  @Test
  void aMessageThatIsNotDeletedComesAgainAfterItsSuccess() {
    mishaps.add(Mishap.NOT_DELETED);

    List<MessageDelivery> two = deliveries();

    assertEquals("not deleted", two.getFirst().failure());
    assertEquals(List.of(1, 2), two.stream().map(MessageDelivery::receives).toList());
    assertEquals(2, invocations.get());
  }

  @Test
  void aMessageThatIsDeliveredTwiceInvokesTheFunctionTwice() {
    mishaps.add(Mishap.TWICE);

    assertEquals(1, deliveries().size());
    assertEquals(2, invocations.get());
  }

  /** All deliveries of one message until it is done. */
  private List<MessageDelivery> deliveries() {
    try (Lab lab =
        Lab.start(
            LabOptions.forTests()
                .program(FakeFunction.program("runs"))
                .triggers(
                    TriggerOptions.ON
                        .pollers(1)
                        .redeliveryDelay(Duration.ZERO)
                        .mishaps(this::nextMishap)))) {
      lab.function()
          .onEvent(event -> {
            if (event instanceof LabEvent.Delivered) {
              invocations.incrementAndGet();
            }
          });
      String message = lab.queue().send("{}");
      assertEquals(Fate.DONE, lab.queue().awaitFate(message, PATIENCE));
      return lab.queue().deliveries(message);
    }
  }

  private Mishap nextMishap() {
    return Objects.requireNonNullElse(mishaps.poll(), Mishap.NONE);
  }
}
