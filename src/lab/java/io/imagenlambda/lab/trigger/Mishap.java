package io.imagenlambda.lab.trigger;

/**
 * What can go wrong with a batch of messages between a queue and the function.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/standard-queues-at-least-once-delivery.html">At-least-once
 *     delivery</a>
 */
public enum Mishap {
  NONE,
  /** The batch is lost after it was received: its messages come again. */
  LOST,
  /** The messages that succeeded are not deleted: they come again. */
  NOT_DELETED,
  /** The batch is delivered twice at the same time. */
  TWICE
}
