package io.imagenlambda.lab.trigger;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.imagenlambda.lab.runtime.Answer;
import io.imagenlambda.lab.runtime.LambdaFunction;
import io.imagenlambda.lab.trigger.RequestQueue.MessageDelivery;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.ReceiptHandleIsInvalidException;

/**
 * Lambda's event source mapping of one queue: receives messages, invokes the function, and deletes
 * the messages that succeeded.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html">Configuring
 *     scaling and batching</a>
 */
final class QueuePoller implements AutoCloseable {
  /** Lambda polls for 20 s, but ElasticMQ stops only when the last poll has ended. */
  private static final int LONG_POLL_SECONDS = 1;

  private static final Duration AFTER_A_FAILED_POLL = Duration.ofMillis(200);

  private final SqsClient sqs;
  private final RequestQueue queue;
  private final LambdaFunction function;
  private final int batchSize;
  private final @Nullable Duration redeliveryDelay;
  private final Supplier<Mishap> mishaps;
  private final DeliveryLog deliveries;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  QueuePoller(
      SqsClient sqs,
      RequestQueue queue,
      LambdaFunction function,
      TriggerOptions options,
      DeliveryLog deliveries) {
    this.sqs = sqs;
    this.queue = queue;
    this.function = function;
    this.batchSize = options.batchSize();
    this.redeliveryDelay = options.redeliveryDelay();
    this.mishaps = options.mishaps();
    this.deliveries = deliveries;
    for (int i = 0; i < options.pollers(); i++) {
      threads.execute(this::poll);
    }
  }

  private void poll() {
    while (!threads.isShutdown()) {
      try {
        List<Message> messages = receive();
        if (!messages.isEmpty()) {
          deliver(messages, mishaps.get());
        }
      } catch (RuntimeException e) {
        if (!threads.isShutdown()) {
          System.err.println("the lab's poller of %s: %s".formatted(queue.name(), e));
          pause();
        }
      }
    }
  }

  private List<Message> receive() {
    return sqs.receiveMessage(receive ->
            receive
                .queueUrl(queue.url())
                .maxNumberOfMessages(batchSize)
                .waitTimeSeconds(LONG_POLL_SECONDS)
                .messageSystemAttributeNames(MessageSystemAttributeName.ALL)
                .messageAttributeNames("All"))
        .messages();
  }

  private void deliver(List<Message> messages, Mishap mishap) {
    String event = SqsEvent.of(messages, queue.arn());
    switch (mishap) {
      case NONE -> settle(messages, failures(messages, function.invoke(event)));
      case LOST -> messages.forEach(this::makeVisibleAgain);
      case NOT_DELETED -> {
        Map<String, String> failures = failures(messages, function.invoke(event));
        messages.forEach(message -> failures.putIfAbsent(message.messageId(), "not deleted"));
        settle(messages, failures);
      }
      case TWICE -> {
        var twin = function.invokeAsync(event.getBytes(UTF_8));
        Map<String, String> failures = failures(messages, function.invoke(event));
        var _ = twin.join();
        settle(messages, failures);
      }
    }
  }

  /** Why each message that failed stays in the queue, by its id. */
  private static Map<String, String> failures(List<Message> messages, Answer answer) {
    List<String> ids = messages.stream().map(Message::messageId).toList();
    return new HashMap<>(BatchResponse.failures(answer, ids));
  }

  /** Deletes the messages that succeeded, and lets the others come again. */
  private void settle(List<Message> messages, Map<String, String> failures) {
    for (Message message : messages) {
      String failure = failures.get(message.messageId());
      if (failure == null) {
        sqs.deleteMessage(
            delete -> delete.queueUrl(queue.url()).receiptHandle(message.receiptHandle()));
      } else {
        makeVisibleAgain(message);
      }
      deliveries.add(
          new MessageDelivery(
              queue.name(),
              message.messageId(),
              message.body(),
              receives(message),
              Instant.now(),
              failure));
    }
  }

  private void makeVisibleAgain(Message message) {
    Duration after = redeliveryDelay;
    if (after != null) {
      try {
        sqs.changeMessageVisibility(change ->
            change
                .queueUrl(queue.url())
                .receiptHandle(message.receiptHandle())
                .visibilityTimeout((int) after.toSeconds()));
      } catch (ReceiptHandleIsInvalidException again) {
        // it has come again already, as the function wanted
      }
    }
  }

  private static int receives(Message message) {
    String receives =
        message.attributes().get(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT);
    return receives == null ? 1 : Integer.parseInt(receives);
  }

  private static void pause() {
    try {
      Thread.sleep(AFTER_A_FAILED_POLL);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Stops now. Messages that the function is working on become visible again. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
