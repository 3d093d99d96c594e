package io.imagenlambda.queue;

import io.imagenlambda.request.Deadline;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jboss.logging.Logger;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequestEntry;

/**
 * Messages that come again. Each gets a visibility of its own, as the queue's is for those that
 * killed their process.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibilityBatch.html">ChangeMessageVisibilityBatch</a>
 */
@Singleton
public class ReturnedMessages {
  private static final Logger LOG = Logger.getLogger(ReturnedMessages.class);
  private static final int MOST_MESSAGES = 10;

  private static final Duration FOR_EACH_RECEIVE = Duration.ofSeconds(5);
  private static final Duration FOR_DAYS = Duration.ofMinutes(15);

  /** From here on it waits longer, so that SQS's count of receives is not over before its age. */
  private static final int MANY_RECEIVES = 500;

  private static final Duration AT_THE_END = Duration.ofHours(1);

  /** SQS counts twelve hours from the receive, which was an invocation ago. */
  private static final Duration LONGEST_WAIT = Duration.ofHours(12).minusMinutes(16);

  private final Sqs sqs;

  ReturnedMessages(Sqs sqs) {
    this.sqs = sqs;
  }

  /**
   * A message.
   *
   * @param receives how often it was received
   */
  public record Returned(String messageId, String receiptHandle, int receives) {}

  private record Change(Returned message, Duration after) {}

  /**
   * How long a message waits: five seconds for each receive, fifteen minutes at most, an hour at
   * the end, less by up to a third; and never less than it must, but up to a quarter more.
   *
   * @param atLeast until when it would come in vain
   * @param chance from 0 to 1
   */
  static Duration wait(int receives, Duration atLeast, double chance) {
    Duration usual =
        receives < MANY_RECEIVES
            ? Deadline.shorter(FOR_EACH_RECEIVE.multipliedBy(receives), FOR_DAYS)
            : AT_THE_END;
    double usually = usual.toMillis() * (2 + chance) / 3;
    double least = atLeast.toMillis() * (1 + chance / 4);
    return Deadline.shorter(LONGEST_WAIT, Duration.ofMillis((long) Math.max(usually, least)));
  }

  /**
   * Of one batch.
   *
   * @param queueArn the queue that it came from
   */
  public Batch batch(String queueArn) {
    return new Batch(queueUrl(queueArn), ThreadLocalRandom.current().nextDouble());
  }

  /** {@code arn:aws:sqs:region:account:name}: an event does not have the URL. */
  private static String queueUrl(String arn) {
    String[] parts = arn.split(":", 6);
    if (parts.length < 6) {
      return arn; // SQS will say what is wrong with it
    }
    return "https://sqs.%s.amazonaws.com%s/%s/%s"
        .formatted(parts[3], parts[1].equals("aws-cn") ? ".cn" : "", parts[4], parts[5]);
  }

  /** The messages of one batch that come again, those that are returned together at one time. */
  public final class Batch {
    private final String queueUrl;
    private final double chance;
    private final List<Change> waiting = new ArrayList<>();
    private boolean isSending;

    private Batch(String queueUrl, double chance) {
      this.queueUrl = queueUrl;
      this.chance = chance;
    }

    /**
     * The message comes again. What cannot be set costs the queue's own visibility, and no more.
     *
     * @param atLeast how long it waits at least
     */
    public void comesAgain(Returned message, Duration atLeast) {
      send(new Change(message, ReturnedMessages.wait(message.receives(), atLeast, chance)));
    }

    /** The message comes again as soon as there is a process for it. */
    public void comesAtOnce(Returned message) {
      send(new Change(message, Duration.ZERO));
    }

    /** Sends those, too, that others add meanwhile: a gate shuts for many at one moment. */
    private void send(Change change) {
      synchronized (this) {
        waiting.add(change);
        if (isSending) {
          return;
        }
        isSending = true;
      }
      for (List<Change> next = next(); !next.isEmpty(); next = next()) {
        change(next);
      }
    }

    private synchronized List<Change> next() {
      List<Change> first = waiting.subList(0, Math.min(MOST_MESSAGES, waiting.size()));
      List<Change> next = List.copyOf(first);
      first.clear();
      isSending = !next.isEmpty();
      return next;
    }

    private void change(List<Change> changes) {
      List<ChangeMessageVisibilityBatchRequestEntry> entries = new ArrayList<>();
      for (Change change : changes) {
        entries.add(
            ChangeMessageVisibilityBatchRequestEntry.builder()
                .id(Integer.toString(entries.size()))
                .receiptHandle(change.message().receiptHandle())
                .visibilityTimeout(Math.toIntExact(change.after().plusMillis(999).toSeconds()))
                .build());
      }
      try {
        List<BatchResultErrorEntry> failed =
            sqs.client()
                .changeMessageVisibilityBatch(all -> all.queueUrl(queueUrl).entries(entries))
                .failed();
        failed.forEach(each ->
            warn(
                changes.get(Integer.parseInt(each.id())).message().messageId(),
                each.code() + " " + each.message()));
      } catch (SdkException e) {
        changes.forEach(each -> warn(each.message().messageId(), String.valueOf(e.getMessage())));
      }
    }

    private static void warn(String messageId, String why) {
      LOG.warnf(
          "message %s comes again only after its queue's visibility timeout, as its own could not"
              + " be set: %s",
          messageId, why);
    }
  }
}
