package io.imagenlambda.lab.trigger;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which triggers the lab has, and how they behave; start from {@link #OFF} or {@link #ON}.
 *
 * @param polling whether messages of the queues are handed to the function
 * @param batchSize how many messages one event has at most
 * @param pollers how many events of the standard queue there are at a time
 * @param redeliveryDelay when a message that failed can be received again; null for the queue's own
 *     visibility timeout, which is what AWS does
 * @param notifications where an object in the requests bucket is told
 * @param scheduleEvery how often the schedule ticks; null for on demand only
 * @param asyncRetryDelay how long Lambda waits before it hands a failed asynchronous event to the
 *     function again, and twice as long before the last time; in AWS a minute
 */
public record TriggerOptions(
    boolean polling,
    int batchSize,
    int pollers,
    @Nullable Duration redeliveryDelay,
    Notifications notifications,
    @Nullable Duration scheduleEvery,
    Duration asyncRetryDelay) {

  /** Where S3 tells of new objects. */
  public enum Notifications {
    /** Nowhere. */
    OFF,
    /** In a message on the queue, as in the template. */
    TO_QUEUE,
    /** In an asynchronous event of the function. */
    TO_FUNCTION
  }

  /** Messages wait for whoever takes them, objects are just stored. */
  public static final TriggerOptions OFF =
      new TriggerOptions(
          false, 10, 2, Duration.ofSeconds(2), Notifications.OFF, null, Duration.ofMillis(500));

  /** All triggers, the schedule on demand. */
  public static final TriggerOptions ON =
      new TriggerOptions(
          true, 10, 2, Duration.ofSeconds(2), Notifications.TO_QUEUE, null, Duration.ofMillis(500));

  public TriggerOptions batchSize(int given) {
    return new TriggerOptions(
        polling, given, pollers, redeliveryDelay, notifications, scheduleEvery, asyncRetryDelay);
  }

  public TriggerOptions pollers(int given) {
    return new TriggerOptions(
        polling, batchSize, given, redeliveryDelay, notifications, scheduleEvery, asyncRetryDelay);
  }

  public TriggerOptions redeliveryDelay(@Nullable Duration given) {
    return new TriggerOptions(
        polling, batchSize, pollers, given, notifications, scheduleEvery, asyncRetryDelay);
  }

  public TriggerOptions notifications(Notifications given) {
    return new TriggerOptions(
        polling, batchSize, pollers, redeliveryDelay, given, scheduleEvery, asyncRetryDelay);
  }

  public TriggerOptions scheduleEvery(@Nullable Duration given) {
    return new TriggerOptions(
        polling, batchSize, pollers, redeliveryDelay, notifications, given, asyncRetryDelay);
  }
}
