package io.imagenlambda.queue;

import io.imagenlambda.queue.RequestQueue.QueuedRequest;
import io.imagenlambda.settings.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

/**
 * The queue for messages that come no more: too old, or never to be run. SQS's own redrive is only
 * for those that kill their process each time.
 */
@Singleton
public class DeadLetters {
  /** Names of message attributes. */
  public static final String REASON = "DeadReason";

  public static final String FIRST_SENT_AT = "FirstSentAt";

  private static final String MESSAGE_ID = "MessageId";

  private static final int LONGEST_REASON = 1000;

  private final Optional<URI> url;
  private final Sqs sqs;

  @Inject
  DeadLetters(Settings settings, Sqs sqs) {
    this.url = settings.deadLetterQueueUrl();
    this.sqs = sqs;
  }

  /**
   * A message that comes no more.
   *
   * @param group its group; null for none
   * @param body with the id of its request: sent back, it is another message
   * @param firstSentAt when it was sent, before it was dead for the first time
   */
  public record DeadLetter(
      String messageId, @Nullable String group, String body, String reason, Instant firstSentAt) {}

  /**
   * Whether there is a queue for the dead of that one: SQS sends none back from a queue of another
   * kind.
   */
  public boolean takesFrom(String queueArn) {
    return url.filter(dead -> dead.getPath().endsWith(".fifo") == queueArn.endsWith(".fifo"))
        .isPresent();
  }

  /**
   * Keeps it.
   *
   * @throws RequestQueue.QueueFailure if that is not known to have worked
   */
  public void keep(DeadLetter dead) {
    String queue = url.orElseThrow().toString();
    boolean ordered = queue.endsWith(".fifo");
    try {
      var _ =
          sqs.client()
              .sendMessage(send ->
                  send.queueUrl(queue)
                      .messageBody(QueuedRequest.escaped(dead.body()))
                      .messageGroupId(dead.group())
                      .messageDeduplicationId(ordered ? dead.messageId() : null)
                      .messageAttributes(
                          Map.of(
                              REASON, text(line(dead.reason())),
                              MESSAGE_ID, text(dead.messageId()),
                              FIRST_SENT_AT, text(dead.firstSentAt().toString()))));
    } catch (SdkException e) {
      throw new RequestQueue.QueueFailure(
          "%s did not take a dead message: %s".formatted(queue, e.getMessage()), e);
    }
  }

  private static MessageAttributeValue text(String value) {
    return MessageAttributeValue.builder().dataType("String").stringValue(value).build();
  }

  /** What SQS takes for an attribute: plain characters, and at least one. */
  private static String line(String reason) {
    String plain = reason.replaceAll("[^\\x20-\\uD7FF\\uE000-\\uFFFD]+", " ").strip();
    return plain.isEmpty() ? "-" : plain.substring(0, Math.min(LONGEST_REASON, plain.length()));
  }
}
