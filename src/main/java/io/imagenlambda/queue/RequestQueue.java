package io.imagenlambda.queue;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.imagenlambda.request.Deadline;
import io.imagenlambda.request.Finding;
import io.imagenlambda.request.GenerationRequest;
import io.imagenlambda.request.RequestJson;
import io.imagenlambda.settings.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

/**
 * The queue that brings requests back to this function, one by one, and again if needed.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html">SendMessageBatch</a>
 */
@Singleton
public class RequestQueue {
  private static final int MOST_MESSAGES = 10;

  /** In bytes: all messages of a batch together may be as large as one. */
  private static final int LARGEST_BATCH = RequestJson.LONGEST;

  private static final int MOST_ATTEMPTS = 4;
  private static final Duration LONGEST_DELAY = Duration.ofMinutes(15);

  private final Optional<URI> url;
  private final Sqs sqs;

  /** Some requests did not reach the queue. Sending all again is safe: an id is paid for once. */
  public static final class QueueFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    QueueFailure(String text) {
      super(text);
    }

    QueueFailure(String text, Throwable cause) {
      super(text, cause);
    }
  }

  /**
   * A request on its way to the queue.
   *
   * @param id the request's id; a FIFO queue uses it for group and deduplication
   * @param tenant the group in any other queue, so that many requests of one sender do not keep
   *     another's few waiting; null for none
   * @param body the request as JSON
   * @param delay how long a queue that is not FIFO keeps it back, up to 15 minutes
   * @see <a
   *     href="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html">Fair
   *     queues</a>
   */
  public record QueuedRequest(String id, @Nullable String tenant, String body, Duration delay) {
    /** Other characters than a message may have: what SQS takes is what XML takes. */
    private static final Pattern NOT_TAKEN =
        Pattern.compile("[^\\x20-\\uD7FF\\uE000-\\uFFFD\\x{10000}-\\x{10FFFF}]");

    /**
     * The message for a request.
     *
     * @param asked the request as it came, with its id
     */
    public static QueuedRequest of(GenerationRequest request, JsonNode asked, Duration delay) {
      return new QueuedRequest(request.id(), request.tenant(), escaped(asked.toString()), delay);
    }

    /** JSON has them inside of strings only, where an escape says the same. */
    static String escaped(String json) {
      return NOT_TAKEN
          .matcher(json)
          .replaceAll(each -> "\\\\u%04x".formatted((int) each.group().charAt(0)));
    }

    /** Whether a queue can hold it. */
    public boolean fits() {
      return bytes() <= RequestJson.LONGEST;
    }

    private int bytes() {
      return body.getBytes(UTF_8).length;
    }
  }

  @Inject
  RequestQueue(Settings settings, Sqs sqs) {
    this(settings.queueUrl(), sqs);
  }

  RequestQueue(Optional<URI> url, Sqs sqs) {
    this.url = url;
    this.sqs = sqs;
  }

  public boolean isConfigured() {
    return url.isPresent();
  }

  /**
   * The queue's URL.
   *
   * @throws QueueFailure if there is none
   */
  public URI requireConfigured() {
    return url.orElseThrow(
        () -> new QueueFailure("QUEUE_URL is not set: requests cannot run later without it"));
  }

  /** Whether the queue is there. Sends nothing. */
  public Finding check() {
    String what = "queue";
    if (url.isEmpty()) {
      return Finding.unknown(
          what, "QUEUE_URL is not set: what is to run later is refused, all else runs");
    }
    String named = url.get() + " (QUEUE_URL)";
    try {
      var _ =
          sqs.client()
              .getQueueAttributes(get ->
                  get.queueUrl(url.get().toString()).attributeNames(QueueAttributeName.QUEUE_ARN));
      return Finding.right(
          what, named + " is there; whether it takes messages cannot be known without sending one");
    } catch (SdkException e) {
      return Finding.wrong(what, "%s cannot be used: %s".formatted(named, e.getMessage()));
    }
  }

  /**
   * Sends all requests, in batches; what SQS did not take of a batch is sent again.
   *
   * @throws QueueFailure if some were not taken in the end; others may have been
   */
  public void send(List<QueuedRequest> requests) {
    URI queue = requireConfigured();
    List<QueuedRequest> batch = new ArrayList<>();
    int bytes = 0;
    for (QueuedRequest request : requests) {
      int size = request.bytes();
      if (batch.size() == MOST_MESSAGES || bytes + size > LARGEST_BATCH) {
        sendBatch(queue, batch);
        batch.clear();
        bytes = 0;
      }
      batch.add(request);
      bytes += size;
    }
    if (!batch.isEmpty()) {
      sendBatch(queue, batch);
    }
  }

  private void sendBatch(URI queue, List<QueuedRequest> batch) {
    List<SendMessageBatchRequestEntry> entries = new ArrayList<>();
    for (QueuedRequest request : batch) {
      entries.add(entry(queue, Integer.toString(entries.size()), request));
    }
    for (int attempt = 1; !entries.isEmpty(); attempt++) {
      List<BatchResultErrorEntry> failed = attempt(queue, entries);
      boolean hopeless = failed.stream().anyMatch(BatchResultErrorEntry::senderFault);
      if (hopeless || (!failed.isEmpty() && attempt == MOST_ATTEMPTS)) {
        BatchResultErrorEntry first = failed.getFirst();
        throw new QueueFailure(
            "%s did not take %d requests: %s %s"
                .formatted(queue, failed.size(), first.code(), first.message()));
      }
      Map<String, SendMessageBatchRequestEntry> byId =
          entries.stream()
              .collect(Collectors.toMap(SendMessageBatchRequestEntry::id, Function.identity()));
      entries = failed.stream().map(BatchResultErrorEntry::id).map(byId::get).toList();
    }
  }

  private List<BatchResultErrorEntry> attempt(
      URI queue, List<SendMessageBatchRequestEntry> entries) {
    try {
      return sqs.client()
          .sendMessageBatch(send -> send.queueUrl(queue.toString()).entries(entries))
          .failed();
    } catch (SdkException e) {
      throw new QueueFailure("%s took no requests: %s".formatted(queue, e.getMessage()), e);
    }
  }

  private static SendMessageBatchRequestEntry entry(
      URI queue, String entryId, QueuedRequest request) {
    var entry = SendMessageBatchRequestEntry.builder().id(entryId).messageBody(request.body());
    if (queue.getPath().endsWith(".fifo")) {
      entry.messageGroupId(request.id()).messageDeduplicationId(request.id());
      return entry.build();
    }
    if (request.tenant() != null) {
      entry.messageGroupId(request.tenant());
    }
    if (request.delay().isPositive()) {
      Duration delay = Deadline.shorter(request.delay(), LONGEST_DELAY);
      entry.delaySeconds(Math.toIntExact(delay.plusMillis(999).toSeconds()));
    }
    return entry.build();
  }
}
