package io.imagenlambda.queue;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.GetQueueAttributesRequest;
import software.amazon.awssdk.services.sqs.model.GetQueueAttributesResponse;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResponse;

/** An SQS that takes what comes but for what it is told to refuse, and remembers every batch. */
public final class ScriptedSqs {
  /** What one batch meets. */
  record Refusal(List<String> bodies, boolean senderFault) {}

  private static final String ALL = "*";

  private final List<List<SendMessageBatchRequestEntry>> batches = new ArrayList<>();
  private final Deque<Refusal> refusals = new ArrayDeque<>();

  void nextBatchRefuses(boolean senderFault, String... bodies) {
    refusals.add(new Refusal(List.of(bodies), senderFault));
  }

  /** The next batch is not taken, and never will be. */
  public void nextBatchRefusesAll() {
    refusals.add(new Refusal(List.of(ALL), true));
  }

  /** The function's own queue on this SQS. */
  public RequestQueue queue(URI url) {
    return new RequestQueue(Optional.of(url), this::client);
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
  }

  SqsClient client() {
    InvocationHandler handler =
        (proxy, method, arguments) -> {
          if (arguments != null && arguments[0] instanceof SendMessageBatchRequest batch) {
            return send(batch);
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
