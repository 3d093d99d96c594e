package io.imagenlambda.lab.trigger;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Gatherers;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;

/** A dead-letter queue. */
final class DeadLetterQueue {
  private static final int MAX_AT_A_TIME = 10;
  private static final int SECONDS_TO_LOOK = 30;

  private final SqsClient sqs;
  private final String url;

  DeadLetterQueue(SqsClient sqs, String url) {
    this.sqs = sqs;
    this.url = url;
  }

  String url() {
    return url;
  }

  /** Every message, once, even if it is received again during the call. All stay in the queue. */
  synchronized List<Message> all() {
    Map<String, Message> byId = new LinkedHashMap<>();
    forEach(message -> byId.put(message.messageId(), message));
    List<Message> dead = List.copyOf(byId.values());
    for (List<Message> ten : tens(dead)) {
      sqs.changeMessageVisibilityBatch(change ->
          change.queueUrl(url).entries(ten.stream().map(DeadLetterQueue::visible).toList()));
    }
    return dead;
  }

  private static List<List<Message>> tens(List<Message> messages) {
    return messages.stream().gather(Gatherers.windowFixed(MAX_AT_A_TIME)).toList();
  }

  private static ChangeMessageVisibilityBatchRequestEntry visible(Message message) {
    return ChangeMessageVisibilityBatchRequestEntry.builder()
        .id(message.messageId())
        .receiptHandle(message.receiptHandle())
        .visibilityTimeout(0)
        .build();
  }

  /**
   * Removes every message that is there, passing it to the taker first. Returns what that made of
   * each. What is sent again may be dead again at once, and stays.
   */
  synchronized <T> List<T> drain(Function<Message, T> taker) {
    List<Message> dead = new ArrayList<>();
    forEach(dead::add);
    List<T> taken = new ArrayList<>();
    for (Message message : dead) {
      taken.add(taker.apply(message));
      sqs.deleteMessage(delete -> delete.queueUrl(url).receiptHandle(message.receiptHandle()));
    }
    return taken;
  }

  private void forEach(Consumer<Message> action) {
    List<Message> messages;
    do {
      messages =
          sqs.receiveMessage(receive ->
                  receive
                      .queueUrl(url)
                      .maxNumberOfMessages(MAX_AT_A_TIME)
                      .waitTimeSeconds(0)
                      .visibilityTimeout(SECONDS_TO_LOOK)
                      .messageSystemAttributeNames(MessageSystemAttributeName.ALL)
                      .messageAttributeNames("All"))
              .messages();
      messages.forEach(action);
    } while (!messages.isEmpty());
  }
}
