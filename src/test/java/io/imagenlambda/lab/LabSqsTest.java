package io.imagenlambda.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.lab.http.LabException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;

class LabSqsTest {
  @AutoClose private static final LabSqs sqs = LabSqs.start(0, "");

  @Test
  void aMessageThatIsNeverDeletedGoesToTheDeadLetterQueueAfterManyReceives() {
    String requests = sqs.queueUrl("requests.fifo").toString();
    sqs.client()
        .sendMessage(r ->
            r.queueUrl(requests)
                .messageBody("a lighthouse")
                .messageGroupId("lights")
                .messageDeduplicationId("a-lighthouse"));
    for (int receive = 1; receive <= 31; receive++) {
      var messages =
          sqs.client().receiveMessage(r -> r.queueUrl(requests).visibilityTimeout(0)).messages();
      assertEquals(receive <= 30, !messages.isEmpty(), "receive " + receive);
    }
    var dead =
        sqs.client()
            .receiveMessage(r -> r.queueUrl(sqs.queueUrl("requests-dlq.fifo").toString()))
            .messages();
    assertEquals("a lighthouse", dead.getFirst().body());
  }

  @Test
  void theFifoQueueKeepsTheOrderOfAGroup() {
    String fifo = sqs.queueUrl("requests.fifo").toString();
    for (String body : new String[] {"first", "second"}) {
      sqs.client()
          .sendMessage(r ->
              r.queueUrl(fifo)
                  .messageBody(body)
                  .messageGroupId("posters")
                  .messageDeduplicationId(body));
    }
    var messages =
        sqs.client().receiveMessage(r -> r.queueUrl(fifo).maxNumberOfMessages(10)).messages();
    assertEquals(
        java.util.List.of("first", "second"), messages.stream().map(m -> m.body()).toList());
  }

  @Test
  void theQueueUrlOfTheServerIsTheOneOfTheLab() {
    assertEquals(
        sqs.queueUrl("requests").toString(),
        sqs.client().getQueueUrl(r -> r.queueName("requests")).queueUrl());
  }

  @Test
  void whoDoesNotKnowThePrefixFindsNoQueue() {
    try (LabSqs hidden = LabSqs.start(0, "f3a9-")) {
      assertThrows(
          QueueDoesNotExistException.class,
          () -> hidden.client().getQueueUrl(r -> r.queueName("requests")));
      assertEquals(
          hidden.queueUrl("requests").toString(),
          hidden.client().getQueueUrl(r -> r.queueName("f3a9-requests")).queueUrl());
    }
  }

  @Test
  void aPortInUseIsReportedInOneLine() {
    int taken = sqs.endpoint().getPort();
    LabException refused = assertThrows(LabException.class, () -> LabSqs.start(taken, ""));
    assertTrue(
        refused.getMessage().startsWith("port " + taken + " is taken"), refused.getMessage());
  }
}
