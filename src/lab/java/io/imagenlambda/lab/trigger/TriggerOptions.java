package io.imagenlambda.lab.trigger;

import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The triggers of a lab and their settings. Start from {@link #OFF} or {@link #ON}.
 *
 * @param polling whether the function is invoked with the messages of the queues
 * @param batchSize the largest number of messages in one event
 * @param pollers how many events of the standard queue are processed at the same time
 * @param redeliveryDelay after how long a failed message can be received again; null for when the
 *     function has said, as in AWS, or else the queue's visibility timeout
 * @param notifications where notifications of objects in the requests bucket go
 * @param scheduleEvery the interval of the schedule; null for ticks on demand only
 * @param asyncRetryDelay how long Lambda waits before the first retry of a failed asynchronous
 *     event; twice as long before the second. In AWS it is a minute
 * @param mishaps what goes wrong with the next batch of a queue's messages
 */
public record TriggerOptions(
    boolean polling,
    int batchSize,
    int pollers,
    @Nullable Duration redeliveryDelay,
    Notifications notifications,
    @Nullable Duration scheduleEvery,
    Duration asyncRetryDelay,
    Supplier<Mishap> mishaps) {

  /** Where notifications of new objects go. */
  public enum Notifications {
    /** Nowhere. */
    OFF,
    /** To the queue, as in the template. */
    TO_QUEUE,
    /** To the function, as an asynchronous event. */
    TO_FUNCTION
  }

  /** No triggers: messages stay in the queues, and objects are only stored. */
  public static final TriggerOptions OFF =
      new TriggerOptions(
          false, 10, 2, null, Notifications.OFF, null, Duration.ofMillis(500), () -> Mishap.NONE);

  /** All triggers, the schedule on demand. */
  public static final TriggerOptions ON =
      new TriggerOptions(
          true,
          10,
          2,
          null,
          Notifications.TO_QUEUE,
          null,
          Duration.ofMillis(500),
          () -> Mishap.NONE);

  public TriggerOptions batchSize(int given) {
    return new TriggerOptions(
        polling,
        given,
        pollers,
        redeliveryDelay,
        notifications,
        scheduleEvery,
        asyncRetryDelay,
        mishaps);
  }

  public TriggerOptions pollers(int given) {
    return new TriggerOptions(
        polling,
        batchSize,
        given,
        redeliveryDelay,
        notifications,
        scheduleEvery,
        asyncRetryDelay,
        mishaps);
  }

  public TriggerOptions redeliveryDelay(@Nullable Duration given) {
    return new TriggerOptions(
        polling, batchSize, pollers, given, notifications, scheduleEvery, asyncRetryDelay, mishaps);
  }

  public TriggerOptions notifications(Notifications given) {
    return new TriggerOptions(
        polling,
        batchSize,
        pollers,
        redeliveryDelay,
        given,
        scheduleEvery,
        asyncRetryDelay,
        mishaps);
  }

  public TriggerOptions scheduleEvery(@Nullable Duration given) {
    return new TriggerOptions(
        polling,
        batchSize,
        pollers,
        redeliveryDelay,
        notifications,
        given,
        asyncRetryDelay,
        mishaps);
  }

  public TriggerOptions mishaps(Supplier<Mishap> given) {
    return new TriggerOptions(
        polling,
        batchSize,
        pollers,
        redeliveryDelay,
        notifications,
        scheduleEvery,
        asyncRetryDelay,
        given);
  }
}
