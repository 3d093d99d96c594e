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
      ObjectNode told = event.withArray("/Records").addObject();
      told.put("messageId", message.messageId()).put("receiptHandle", message.receiptHandle());
      told.put("body", message.body());
      ObjectNode attributes = told.putObject("attributes");
      message.attributesAsStrings().forEach(attributes::put);
      ObjectNode own = told.putObject("messageAttributes");
      message.messageAttributes().forEach((name, value) -> put(own.putObject(name), value));
      told.put("md5OfBody", message.md5OfBody());
      told.put("eventSource", "aws:sqs").put("eventSourceARN", queueArn);
      told.put("awsRegion", queueArn.split(":", -1)[3]);
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
