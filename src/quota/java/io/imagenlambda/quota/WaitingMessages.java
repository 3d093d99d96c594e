package io.imagenlambda.quota;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import io.imagenlambda.event.QueueFunction.Delivered;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequest;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchResponse;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageResponse;

/**
 * A standard queue, as far as the function and its event source mapping use one. The messages of a
 * tenant that has few come first (fair queues); what was received three times or more stands behind
 * what was not.
 */
final class WaitingMessages implements SqsClient {
  static final String ARN = "arn:aws:sqs:eu-central-1:123456789012:requests";
  static final String DEAD = "https://sqs.eu-central-1.amazonaws.com/123456789012/dead";

  /** Twice the function's timeout. */
  private static final Duration VISIBILITY = Duration.ofMinutes(20);

  private static final int MOST_RECEIVES = 900;
  private static final int OFTEN_RECEIVED = 3;

  private final VirtualTime time;
  private final Runnable onVisible;
  private final Map<String, Message> messages = new HashMap<>();
  private final Deque<Message> ofTheFew = new ArrayDeque<>();
  private final Deque<Message> early = new ArrayDeque<>();
  private final Deque<Message> late = new ArrayDeque<>();

  /** What was received and has the queue's own visibility, the oldest first. */
  private final Deque<Hidden> inFlight = new ArrayDeque<>();

  private int dead;
  private int mostReceives;

  WaitingMessages(VirtualTime time, Runnable onVisible) {
    this.time = time;
    this.onVisible = onVisible;
  }

  private static final class Message {
    private final String id;
    private final String body;
    private final String tenant;
    private final boolean isOfTheFew;
    private final Instant sentAt;
    private int receives;

    /** Counts what was said about its visibility: only the last of it holds. */
    private int changes;

    private Message(String id, String tenant, boolean isOfTheFew, Instant sentAt) {
      this.id = id;
      this.tenant = tenant;
      this.isOfTheFew = isOfTheFew;
      this.sentAt = sentAt;
      this.body =
          """
          {"prompt":"a pier","tenant":"%s","parameters":{"sampleCount":1}}\
          """
              .formatted(tenant);
    }
  }

  /**
   * A message that is not visible for a while.
   *
   * @param change of its visibility; if it is not the last one, another time holds
   */
  private record Hidden(Message message, int change, Instant until) {}

  /**
   * A message arrives.
   *
   * @param id of the message and its request
   * @param isOfTheFew whether its tenant has no more
   */
  void send(String id, String tenant, boolean isOfTheFew) {
    Message message = new Message(id, tenant, isOfTheFew, time.instant());
    var _ = messages.put(id, message);
    show(message);
  }

  private void show(Message message) {
    if (message.isOfTheFew) {
      ofTheFew.add(message);
    } else if (message.receives > 0 && message.receives < OFTEN_RECEIVED) {
      early.add(message);
    } else {
      late.add(message);
    }
  }

  boolean hasVisible() {
    return !ofTheFew.isEmpty() || !early.isEmpty() || !late.isEmpty();
  }

  /** Up to so many messages, which are not visible for a while then. */
  List<Delivered> receive(int most) {
    List<Delivered> received = new ArrayList<>();
    while (received.size() < most && hasVisible()) {
      Message message = takeFirst();
      message.receives++;
      if (message.receives > MOST_RECEIVES) {
        dead++;
        var _ = messages.remove(message.id);
        continue;
      }
      mostReceives = Math.max(mostReceives, message.receives);
      inFlight.add(new Hidden(message, ++message.changes, time.instant().plus(VISIBILITY)));
      received.add(
          new Delivered(
              message.id, message.tenant, message.body, message.sentAt, message.receives));
    }
    return received;
  }

  private Message takeFirst() {
    for (Deque<Message> some : List.of(ofTheFew, early)) {
      if (!some.isEmpty()) {
        return some.remove();
      }
    }
    return late.remove();
  }

  /** Those whose visibility the function has not changed in time come again, too. */
  void showExpired() {
    for (Hidden oldest = inFlight.peek();
        oldest != null && !oldest.until.isAfter(time.instant());
        oldest = inFlight.peek()) {
      showAgain(inFlight.remove());
    }
  }

  private void changeVisibility(List<String> ids, Duration timeout) {
    Instant until = time.instant().plus(timeout);
    List<Hidden> hidden =
        ids.stream()
            .map(messages::get)
            .filter(Objects::nonNull)
            .map(message -> new Hidden(message, ++message.changes, until))
            .toList();
    time.at(
        until,
        () -> {
          hidden.forEach(this::showAgain);
          onVisible.run();
        });
  }

  private void showAgain(Hidden hidden) {
    Message message = hidden.message;
    if (messages.containsKey(message.id) && message.changes == hidden.change) {
      show(message);
    }
  }

  /** What the function has done. */
  void delete(String id) {
    var _ = messages.remove(id);
  }

  /** How many there are, visible or not. */
  int size() {
    return messages.size();
  }

  /** How many the function or the queue gave up. */
  int dead() {
    return dead;
  }

  /** How often one was received at most. */
  int mostReceives() {
    return mostReceives;
  }

  @Override
  public ChangeMessageVisibilityBatchResponse changeMessageVisibilityBatch(
      ChangeMessageVisibilityBatchRequest change) {
    Map<Integer, List<String>> byTimeout =
        change.entries().stream()
            .collect(
                groupingBy(
                    ChangeMessageVisibilityBatchRequestEntry::visibilityTimeout,
                    mapping(ChangeMessageVisibilityBatchRequestEntry::receiptHandle, toList())));
    time.next(() ->
        byTimeout.forEach((seconds, ids) -> changeVisibility(ids, Duration.ofSeconds(seconds))));
    return ChangeMessageVisibilityBatchResponse.builder().build();
  }

  @Override
  public SendMessageResponse sendMessage(SendMessageRequest send) {
    time.next(() -> dead++);
    return SendMessageResponse.builder().build();
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
