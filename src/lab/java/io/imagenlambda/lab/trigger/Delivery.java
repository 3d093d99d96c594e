package io.imagenlambda.lab.trigger;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One message handed to the function once.
 *
 * @param receives how often the message had been received by then, this time included
 * @param failure why it stays on the queue; null where it was done with and deleted
 */
public record Delivery(
    String queue,
    String messageId,
    String body,
    int receives,
    Instant at,
    @Nullable String failure) {

  /** Whether the message is done with. */
  public boolean done() {
    return failure == null;
  }
}
