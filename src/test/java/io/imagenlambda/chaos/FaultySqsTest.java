package io.imagenlambda.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabOptions;
import io.imagenlambda.lab.runtime.FakeFunction;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResponse;

class FaultySqsTest {
  private static final int BATCH = 5;

  private final Lab lab = Lab.start(LabOptions.forTests().program(FakeFunction.program("runs")));
  private final SqsFaultInjector faults = new SqsFaultInjector(1);
  private final FaultySqs faultySqs = new FaultySqs(faults);
  private final URI queue = lab.queueUrl("requests");
  private final SqsClient client =
      SqsClient.builder()
          .endpointOverride(faultySqs.endpoint())
          .region(Region.EU_CENTRAL_1)
          .credentialsProvider(
              StaticCredentialsProvider.create(AwsBasicCredentials.create("any", "any")))
          .httpClient(UrlConnectionHttpClient.create())
          .overrideConfiguration(
              override -> override.retryStrategy(DefaultRetryStrategy.doNotRetry()))
          .build();

  FaultySqsTest() {
    faultySqs.forwardTo(queue);
  }

  @AfterEach
  void stop() {
    client.close();
    faultySqs.close();
    lab.close();
  }

  @Test
  void everyFaultIsMetAndWhatIsAnsweredAsTakenIsInTheQueue() {
    Set<String> taken = new HashSet<>();
    int partly = 0;
    int lost = 0;
    while (faults.met().size() < SqsFaultInjector.SqsFault.values().length) {
      try {
        SendMessageBatchResponse answer = send();
        assertEquals(BATCH, answer.successful().size() + answer.failed().size());
        answer.successful().forEach(message -> taken.add(message.messageId()));
        partly += answer.failed().isEmpty() ? 0 : 1;
        assertTrue(answer.failed().stream().noneMatch(BatchResultErrorEntry::senderFault));
      } catch (SdkException failed) {
        lost++;
      }
    }

    faults.stop();
    assertTrue(lost > 0 && partly > 0);
    Set<String> inQueue = inQueue();
    assertTrue(inQueue.containsAll(taken), () -> taken + " in " + inQueue);
    assertTrue(inQueue.size() > taken.size(), "of a cut after the send nobody was answered");
  }

  @Test
  void nothingFailsAfterTheStop() {
    faults.stop();

    for (int call = 0; call < 20; call++) {
      assertEquals(BATCH, send().successful().size());
    }
  }

  private SendMessageBatchResponse send() {
    List<SendMessageBatchRequestEntry> entries =
        IntStream.range(0, BATCH)
            .mapToObj(entry ->
                SendMessageBatchRequestEntry.builder().id("e" + entry).messageBody("{}").build())
            .toList();
    return client.sendMessageBatch(send -> send.queueUrl(queue.toString()).entries(entries));
  }

  private Set<String> inQueue() {
    Set<String> ids = new HashSet<>();
    List<String> next = new ArrayList<>();
    do {
      next.clear();
      lab.sqs()
          .receiveMessage(receive -> receive.queueUrl(queue.toString()).maxNumberOfMessages(10))
          .messages()
          .forEach(message -> next.add(message.messageId()));
      ids.addAll(next);
    } while (!next.isEmpty());
    return ids;
  }
}
