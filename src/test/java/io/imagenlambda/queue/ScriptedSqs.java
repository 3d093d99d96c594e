package io.imagenlambda.queue;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequest;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchResponse;
import software.amazon.awssdk.services.sqs.model.GetQueueAttributesRequest;
import software.amazon.awssdk.services.sqs.model.GetQueueAttributesResponse;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResponse;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageResponse;
import software.amazon.awssdk.services.sqs.model.SqsException;

/** An SQS that takes what comes but for what it is told to refuse, and remembers every batch. */
public final class ScriptedSqs {
  /** What one batch meets. */
  record Refusal(List<String> bodies, boolean senderFault) {}

  private static final String ALL = "*";

  private final List<List<SendMessageBatchRequestEntry>> batches = new ArrayList<>();
  private final Deque<Refusal> refusals = new ArrayDeque<>();
  private final List<List<ChangeMessageVisibilityBatchRequestEntry>> visibilities =
      new ArrayList<>();
  private final List<SendMessageRequest> single = new ArrayList<>();
  private boolean takesNothing;

  void nextBatchRefuses(boolean senderFault, String... bodies) {
    refusals.add(new Refusal(List.of(bodies), senderFault));
  }

  /** The next batch is not taken, and never will be. */
  public void nextBatchRefusesAll() {
    refusals.add(new Refusal(List.of(ALL), true));
  }

  /** The function's own queue on this SQS. */
  public RequestQueue queue(URI url) {
    return new RequestQueue(Optional.of(url), sqs());
  }

  /** Any SQS, as the function has it. */
  public static Sqs sqs(SqsClient client) {
    return new Sqs(() -> client);
  }

  /** This SQS, as the function has it. */
  public Sqs sqs() {
    return new Sqs(this::client);
  }

  /** Every batch since {@link #clear}. */
  public List<List<SendMessageBatchRequestEntry>> batches() {
    return batches;
  }

  /** The bodies of every batch. */
  List<List<String>> bodies() {
    return batches.stream()
        .map(batch -> batch.stream().map(SendMessageBatchRequestEntry::messageBody).toList())
        .toList();
  }

  /** Forgets every batch. */
  public void clear() {
    batches.clear();
    visibilities.clear();
    single.clear();
  }

  /** From now on SQS is not there. */
  public void takesNothing() {
    takesNothing = true;
  }

  /** The messages whose visibility was changed, by receipt handle, in one call each. */
  public List<Map<String, Duration>> visibilities() {
    return visibilities.stream()
        .map(entries ->
            entries.stream()
                .collect(
                    Collectors.toMap(
                        ChangeMessageVisibilityBatchRequestEntry::receiptHandle,
                        entry -> Duration.ofSeconds(entry.visibilityTimeout()))))
        .toList();
  }

  /** Every message that was sent alone. */
  public List<SendMessageRequest> single() {
    return List.copyOf(single);
  }

  SqsClient client() {
    InvocationHandler handler =
        (proxy, method, arguments) -> {
          if (takesNothing) {
            throw SqsException.builder().message("not there").build();
          }
          if (arguments != null && arguments[0] instanceof SendMessageBatchRequest batch) {
            return send(batch);
          }
          if (arguments != null
              && arguments[0] instanceof ChangeMessageVisibilityBatchRequest change) {
            visibilities.add(change.entries());
            return ChangeMessageVisibilityBatchResponse.builder().build();
          }
          if (arguments != null && arguments[0] instanceof SendMessageRequest message) {
            single.add(message);
            return SendMessageResponse.builder().build();
          }
          if (arguments != null && arguments[0] instanceof GetQueueAttributesRequest) {
            return GetQueueAttributesResponse.builder().build();
          }
          if (arguments != null && arguments[0] instanceof Consumer<?>) {
            return InvocationHandler.invokeDefault(proxy, method, arguments);
          }
          throw new UnsupportedOperationException(method.getName());
        };
    return (SqsClient)
        Proxy.newProxyInstance(
            SqsClient.class.getClassLoader(), new Class<?>[] {SqsClient.class}, handler);
  }

  private SendMessageBatchResponse send(SendMessageBatchRequest batch) {
    batches.add(batch.entries());
    Refusal refusal = refusals.isEmpty() ? new Refusal(List.of(), false) : refusals.remove();
    return SendMessageBatchResponse.builder()
        .failed(
            batch.entries().stream()
                .filter(entry ->
                    refusal.bodies().contains(entry.messageBody())
                        || refusal.bodies().contains(ALL))
                .map(entry ->
                    BatchResultErrorEntry.builder()
                        .id(entry.id())
                        .code(refusal.senderFault() ? "InvalidMessageContents" : "InternalError")
                        .message("told to")
                        .senderFault(refusal.senderFault())
                        .build())
                .toList())
        .build();
  }
}
