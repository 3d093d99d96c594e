package io.imagenlambda.lab.trigger;

import io.imagenlambda.lab.timeline.LabEvent;
import io.imagenlambda.lab.trigger.RequestQueue.MessageDelivery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Records every message that the function was invoked with, in the order of the answers. */
final class DeliveryLog {
  /** For conditions that change without a delivery, such as a move to the dead-letter queue. */
  private static final long LOOK_AGAIN_MILLIS = 50;

  private final List<MessageDelivery> all = new ArrayList<>();

  private final Consumer<LabEvent> listener;

  DeliveryLog(Consumer<LabEvent> listener) {
    this.listener = listener;
  }

  synchronized void add(MessageDelivery delivery) {
    all.add(delivery);
    listener.accept(
        new LabEvent.Received(
            delivery.queue(),
            delivery.messageId(),
            delivery.body(),
            delivery.receives(),
            delivery.failure()));
    notifyAll();
  }

  synchronized List<MessageDelivery> all() {
    return List.copyOf(all);
  }

  List<MessageDelivery> of(String messageId) {
    return all().stream().filter(each -> each.messageId().equals(messageId)).toList();
  }

  /**
   * Waits until the condition holds. It is checked after each delivery and every 50 ms.
   *
   * @param what describes the condition, for the exception
   * @throws IllegalStateException where it does not hold within the time
   */
  void await(String what, BooleanSupplier condition, Duration atMost) {
    long end = System.nanoTime() + atMost.toNanos();
    while (!condition.getAsBoolean()) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        throw new IllegalStateException("not within %s: %s".formatted(atMost, what));
      }
      synchronized (this) {
        try {
          wait(Math.min(left, LOOK_AGAIN_MILLIS));
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IllegalStateException("interrupted", e);
        }
      }
    }
  }
}
