package io.imagenlambda.lab.trigger;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequest;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchResponse;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageRequest;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageResponse;

class DeadLetterQueueTest {
  private final Deque<List<Message>> received = new ArrayDeque<>();
  private List<ChangeMessageVisibilityBatchRequestEntry> freed = List.of();

  @Test
  void aMessageThatIsReceivedTwiceIsReturnedAndFreedOnce() {
    received.add(List.of(message("one", "first look"), message("two", "first look")));
    received.add(List.of(message("one", "second look")));

    List<Message> all = new DeadLetterQueue(client(), "http://queue").all();

    assertEquals(List.of("one", "two"), all.stream().map(Message::messageId).toList());
    assertEquals(
        List.of("second look", "first look"),
        freed.stream().map(ChangeMessageVisibilityBatchRequestEntry::receiptHandle).toList());
  }

  private static Message message(String id, String receiptHandle) {
    return Message.builder().messageId(id).receiptHandle(receiptHandle).build();
  }

  private SqsClient client() {
    InvocationHandler handler =
        (proxy, method, arguments) ->
            switch (arguments[0]) {
              case Consumer<?> _ -> InvocationHandler.invokeDefault(proxy, method, arguments);
              case ReceiveMessageRequest _ ->
                  ReceiveMessageResponse.builder()
                      .messages(received.isEmpty() ? List.of() : received.remove())
                      .build();
              case ChangeMessageVisibilityBatchRequest change -> {
                freed = change.entries();
                yield ChangeMessageVisibilityBatchResponse.builder().build();
              }
              default -> throw new UnsupportedOperationException(method.getName());
            };
    return (SqsClient)
        Proxy.newProxyInstance(
            SqsClient.class.getClassLoader(), new Class<?>[] {SqsClient.class}, handler);
  }
}
