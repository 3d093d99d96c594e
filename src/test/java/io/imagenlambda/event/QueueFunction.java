package io.imagenlambda.event;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.imagenlambda.Wiring;
import io.imagenlambda.request.Invocation;
import java.time.Instant;
import java.util.List;

/** What the function does with the messages of a queue. */
public final class QueueFunction {
  private final SqsSource source;
  private final String queueArn;

  public QueueFunction(Wiring wiring, String queueArn) {
    this.source = wiring.make(SqsSource.class);
    this.queueArn = queueArn;
  }

  /**
   * A message as it is received.
   *
   * @param id also its receipt handle
   * @param group its message group
   * @param receives how often it was received, this time included
   */
  public record Delivered(String id, String group, String body, Instant sentAt, int receives) {}

  /** The ids of the messages that are to come again. */
  public List<String> deliver(List<Delivered> messages, Invocation invocation) {
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    ArrayNode records = event.putArray("Records");
    messages.forEach(message -> records.add(record(message)));
    return source.answer(event, invocation).batchItemFailures().stream()
        .map(SqsSource.BatchResponse.Failure::itemIdentifier)
        .toList();
  }

  private ObjectNode record(Delivered message) {
    ObjectNode record = JsonNodeFactory.instance.objectNode();
    record
        .put("messageId", message.id)
        .put("receiptHandle", message.id)
        .put("body", message.body)
        .put("eventSource", "aws:sqs")
        .put("eventSourceARN", queueArn)
        .putObject("attributes")
        .put("ApproximateReceiveCount", Integer.toString(message.receives))
        .put("SentTimestamp", Long.toString(message.sentAt.toEpochMilli()))
        .put("MessageGroupId", message.group);
    return record;
  }
}
