package io.imagenlambda.lab.trigger;

import io.imagenlambda.lab.runtime.LambdaFunction;
import io.imagenlambda.lab.trigger.RequestQueue.MessageDelivery;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;

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
          invoke(messages);
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

  private void invoke(List<Message> messages) {
    String event = SqsEvent.of(messages, queue.arn());
    List<String> ids = messages.stream().map(Message::messageId).toList();
    Map<String, String> failures = BatchResponse.failures(function.invoke(event), ids);
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
      sqs.changeMessageVisibility(change ->
          change
              .queueUrl(queue.url())
              .receiptHandle(message.receiptHandle())
              .visibilityTimeout((int) after.toSeconds()));
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
