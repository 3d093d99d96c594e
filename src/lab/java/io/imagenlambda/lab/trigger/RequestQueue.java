package io.imagenlambda.lab.trigger;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;

/** A queue of the function, with its dead-letter queue. */
public final class RequestQueue {
  /** What became of a message in the end. */
  public enum Fate {
    /** The function processed it, and it was deleted. */
    DONE,
    /**
     * It was too old, or could never be run, or failed too often: it is in the dead-letter queue.
     */
    DEAD
  }

  /**
   * How many messages there are.
   *
   * @param waiting to be received now
   * @param inFlight received, and neither deleted nor visible again
   * @param dead in the dead-letter queue
   */
  public record State(int waiting, int inFlight, int dead) {
    /** Whether no message is left, apart from dead letters. */
    public boolean isDrained() {
      return waiting + inFlight == 0;
    }
  }

  /**
   * One invocation of the function with a message.
   *
   * @param receives how often the message has been received, including this time
   * @param failure why it stays in the queue; null where it succeeded and was deleted
   */
  public record MessageDelivery(
      String queue,
      String messageId,
      String body,
      int receives,
      Instant at,
      @Nullable String failure) {

    /** Whether the message succeeded and was deleted. */
    public boolean done() {
      return failure == null;
    }
  }

  private final SqsClient sqs;
  private final String name;
  private final String url;
  private final String arn;
  private final DeadLetterQueue deadLetters;
  private final DeliveryLog deliveries;

  RequestQueue(SqsClient sqs, String name, URI url, URI deadLetters, DeliveryLog deliveries) {
    this.sqs = sqs;
    this.name = name;
    this.url = url.toString();
    this.deadLetters = new DeadLetterQueue(sqs, deadLetters.toString());
    this.deliveries = deliveries;
    this.arn = attribute(this.url, QueueAttributeName.QUEUE_ARN);
  }

  public String name() {
    return name;
  }

  String url() {
    return url;
  }

  String arn() {
    return arn;
  }

  /** Sends a message and returns its id. On a FIFO queue each one gets its own group. */
  public String send(String body) {
    String own = UUID.randomUUID().toString();
    return name.endsWith(".fifo") ? send(body, own, own) : send(body, send -> {});
  }

  /** Sends a message of a FIFO queue's group and returns its id. */
  public String send(String body, String group, String deduplicationId) {
    return send(body, send -> send.messageGroupId(group).messageDeduplicationId(deduplicationId));
  }

  private String send(String body, Consumer<SendMessageRequest.Builder> more) {
    return sqs.sendMessage(send -> more.accept(send.queueUrl(url).messageBody(body))).messageId();
  }

  /** Every delivery to the function, in the order of the answers. */
  public List<MessageDelivery> deliveries() {
    return deliveries.all().stream().filter(each -> each.queue().equals(name)).toList();
  }

  /** How many messages there are. */
  public State state() {
    Counts here = counts(url);
    Counts dead = counts(deadLetters.url());
    return new State(here.waiting(), here.inFlight(), dead.waiting() + dead.inFlight());
  }

  private record Counts(int waiting, int inFlight) {}

  /** At one moment: a message that comes back between two questions would be in neither answer. */
  private Counts counts(String queueUrl) {
    Map<QueueAttributeName, String> all =
        sqs.getQueueAttributes(get ->
                get.queueUrl(queueUrl)
                    .attributeNames(
                        QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
                        QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_DELAYED,
                        QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE))
            .attributes();
    return new Counts(
        count(all, QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES)
            + count(all, QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_DELAYED),
        count(all, QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE));
  }

  private static int count(Map<QueueAttributeName, String> all, QueueAttributeName one) {
    return Integer.parseInt(Objects.requireNonNull(all.get(one)));
  }

  /**
   * Waits until every message is deleted or dead.
   *
   * @throws IllegalStateException where that takes longer
   */
  public void awaitEmpty(Duration atMost) {
    deliveries.await(name + " is empty", () -> state().isDrained(), atMost);
  }

  /**
   * Waits until the function was invoked with a message that contains the text, and returns its id.
   *
   * @throws IllegalStateException where that takes longer
   */
  public String awaitMessage(String text, Duration atMost) {
    deliveries.await(
        "a message with %s was handed to the function".formatted(text),
        () -> messageWith(text).isPresent(),
        atMost);
    return messageWith(text).orElseThrow();
  }

  private Optional<String> messageWith(String text) {
    return deliveries.all().stream()
        .filter(each -> each.body().contains(text))
        .map(MessageDelivery::messageId)
        .findFirst();
  }

  /**
   * Waits until the function was invoked with the message so often.
   *
   * @throws IllegalStateException where that takes longer
   */
  public void awaitDeliveries(String messageId, int count, Duration atMost) {
    deliveries.await(
        "message %s was handed to the function %d times".formatted(messageId, count),
        () -> deliveries(messageId).size() >= count,
        atMost);
  }

  /** Every delivery of that message. */
  public List<MessageDelivery> deliveries(String messageId) {
    return deliveries.of(messageId);
  }

  /**
   * Waits until the message is deleted or dead.
   *
   * @throws IllegalStateException where that takes longer
   */
  public Fate awaitFate(String messageId, Duration atMost) {
    deliveries.await(
        "message %s is done with or dead".formatted(messageId),
        () -> fate(messageId).isPresent(),
        atMost);
    return fate(messageId).orElseThrow();
  }

  private Optional<Fate> fate(String messageId) {
    List<MessageDelivery> its = deliveries.of(messageId);
    if (its.isEmpty()) {
      return Optional.empty();
    }
    if (deadLetters.all().stream().anyMatch(dead -> isOf(messageId, dead))) {
      return Optional.of(Fate.DEAD);
    }
    return its.getLast().done() ? Optional.of(Fate.DONE) : Optional.empty();
  }

  private static boolean isOf(String messageId, Message dead) {
    return messageId.equals(diedAs(dead));
  }

  /** The id that it had: SQS has moved it there, or the function has put it there as another. */
  public static String diedAs(Message dead) {
    return attributeOf(dead, "MessageId").orElse(dead.messageId());
  }

  /** Why it was given up. The function says so, and SQS does not. */
  public static String deadReason(Message dead) {
    return attributeOf(dead, "DeadReason").orElse("SQS moved it: it was received too often");
  }

  private static Optional<String> attributeOf(Message message, String name) {
    return Optional.ofNullable(message.messageAttributes().get(name))
        .map(MessageAttributeValue::stringValue);
  }

  /** Every message of the dead-letter queue. They stay there. */
  public List<Message> deadLetters() {
    return deadLetters.all();
  }

  /**
   * Sends every dead letter to its queue again, as a new message. Returns the new messages' ids.
   */
  public List<String> redrive() {
    return redrive(any -> true);
  }

  /**
   * Sends the wanted dead letters to their queue again, each as a new message. Returns the new
   * messages' ids.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html">Redrive</a>
   */
  public List<String> redrive(Predicate<Message> wanted) {
    return deadLetters.drain(wanted, this::sendAgain);
  }

  /** Deletes every dead letter. Returns how many there were. */
  public int clearDeadLetters() {
    return deadLetters.drain(any -> true, message -> message).size();
  }

  private String sendAgain(Message dead) {
    String group = dead.attributes().get(MessageSystemAttributeName.MESSAGE_GROUP_ID);
    return send(
        dead.body(),
        send ->
            send.messageAttributes(dead.messageAttributes())
                .messageGroupId(group)
                // a FIFO queue would drop one that it had in the last five minutes
                .messageDeduplicationId(group == null ? null : UUID.randomUUID().toString()));
  }

  private String attribute(String queueUrl, QueueAttributeName attribute) {
    return Optional.ofNullable(
            sqs.getQueueAttributes(get -> get.queueUrl(queueUrl).attributeNames(attribute))
                .attributes()
                .get(attribute))
        .orElseThrow();
  }
}
