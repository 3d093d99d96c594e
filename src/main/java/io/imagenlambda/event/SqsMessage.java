package io.imagenlambda.event;

import com.fasterxml.jackson.databind.JsonNode;
import io.imagenlambda.queue.DeadLetters;
import io.imagenlambda.queue.DeadLetters.DeadLetter;
import io.imagenlambda.queue.ReturnedMessages.Returned;
import io.imagenlambda.request.Invocation;
import io.imagenlambda.request.RequestId;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One record of an SQS event.
 *
 * @param group null for none
 * @param firstSentAt when it was sent, before it was dead for the first time
 * @param wasDead whether it was sent back from a dead-letter queue
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html">Example events</a>
 */
record SqsMessage(
    String id,
    String receiptHandle,
    String queueArn,
    @Nullable String group,
    String body,
    Invocation.Message delivery,
    Instant firstSentAt,
    boolean wasDead) {
  static SqsMessage of(JsonNode message, Instant now) {
    JsonNode attributes = message.path("attributes");
    JsonNode own = message.path("messageAttributes");
    Instant sent =
        Instant.ofEpochMilli(attributes.path("SentTimestamp").asLong(now.toEpochMilli()));
    return new SqsMessage(
        message.path("messageId").asText(),
        message.path("receiptHandle").asText(),
        message.path("eventSourceARN").asText(),
        attributes.path("MessageGroupId").textValue(),
        message.path("body").asText(),
        new Invocation.Message(sent, attributes.path("ApproximateReceiveCount").asInt(1)),
        instant(own.path(DeadLetters.FIRST_SENT_AT).path("stringValue"), sent),
        own.has(DeadLetters.REASON));
  }

  private static Instant instant(JsonNode text, Instant otherwise) {
    try {
      return text.isTextual() ? Instant.parse(text.textValue()) : otherwise;
    } catch (DateTimeException e) {
      return otherwise; // anyone may send such an attribute
    }
  }

  /** Whether the messages of its group must keep their order. */
  boolean isOrdered() {
    return queueArn.endsWith(".fifo");
  }

  /** The id of a request that names none. */
  String eventId() {
    return RequestId.ofEvent(id);
  }

  Returned returned() {
    return new Returned(id, receiptHandle, delivery.receives());
  }

  /**
   * The same among the dead.
   *
   * @param withId its body, with the id of its request
   */
  DeadLetter dead(String withId, String reason) {
    return new DeadLetter(id, group, withId, reason, firstSentAt);
  }
}
