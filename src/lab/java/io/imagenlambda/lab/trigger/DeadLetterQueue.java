package io.imagenlambda.lab.trigger;

import static java.util.stream.Collectors.partitioningBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
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
    List<Message> dead = receive();
    free(dead);
    return dead;
  }

  private void free(List<Message> dead) {
    for (List<Message> ten : tens(dead)) {
      sqs.changeMessageVisibilityBatch(change ->
          change.queueUrl(url).entries(ten.stream().map(DeadLetterQueue::visible).toList()));
    }
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
   * Removes the wanted messages that are there, passing each to the taker first. Returns what that
   * made of each. What is sent again may be dead again at once, and stays.
   */
  synchronized <T> List<T> drain(Predicate<Message> wanted, Function<Message, T> taker) {
    Map<Boolean, List<Message>> dead = receive().stream().collect(partitioningBy(wanted));
    free(dead.getOrDefault(false, List.of()));
    List<T> taken = new ArrayList<>();
    for (Message message : dead.getOrDefault(true, List.of())) {
      taken.add(taker.apply(message));
      sqs.deleteMessage(delete -> delete.queueUrl(url).receiptHandle(message.receiptHandle()));
    }
    return taken;
  }

  /** Every message, which nobody else receives for a while; with the last of its handles. */
  private List<Message> receive() {
    Map<String, Message> byId = new LinkedHashMap<>();
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
      messages.forEach(message -> byId.put(message.messageId(), message));
    } while (!messages.isEmpty());
    return List.copyOf(byId.values());
  }
}
