package io.imagenlambda.lab.trigger;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

/**
 * Lambda's event for messages of a queue.
 *
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html">Example events</a>
 */
final class SqsEvent {
  private static final ObjectMapper JSON = new ObjectMapper();

  private SqsEvent() {}

  static String of(List<Message> messages, String queueArn) {
    ObjectNode event = JSON.createObjectNode();
    for (Message message : messages) {
      ObjectNode record = event.withArray("/Records").addObject();
      record.put("messageId", message.messageId()).put("receiptHandle", message.receiptHandle());
      record.put("body", message.body());
      ObjectNode attributes = record.putObject("attributes");
      message.attributesAsStrings().forEach(attributes::put);
      ObjectNode custom = record.putObject("messageAttributes");
      message.messageAttributes().forEach((name, value) -> put(custom.putObject(name), value));
      record.put("md5OfBody", message.md5OfBody());
      record.put("eventSource", "aws:sqs").put("eventSourceARN", queueArn);
      record.put("awsRegion", queueArn.split(":", -1)[3]);
    }
    return event.toString();
  }

  private static void put(ObjectNode attribute, MessageAttributeValue value) {
    if (value.stringValue() != null) {
      attribute.put("stringValue", value.stringValue());
    }
    if (value.binaryValue() != null) {
      attribute.put("binaryValue", value.binaryValue().asByteArray());
    }
    attribute.putArray("stringListValues");
    attribute.putArray("binaryListValues");
    attribute.put("dataType", value.dataType());
  }
}
