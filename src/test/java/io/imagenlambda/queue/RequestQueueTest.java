package io.imagenlambda.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.imagenlambda.queue.RequestQueue.QueueFailure;
import io.imagenlambda.queue.RequestQueue.QueuedRequest;
import io.imagenlambda.request.TestRequests;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RequestQueueTest {
  private static final String URL = "https://sqs.eu-central-1.amazonaws.com/123456789012/requests";

  private final ScriptedSqs sqs = new ScriptedSqs();
  private final RequestQueue queue = queue(URL);

  @Test
  void tenRequestsAreABatch() {
    queue.send(requests(23));

    assertEquals(List.of(10, 10, 3), sqs.bodies().stream().map(List::size).toList());
    assertEquals(
        requests(23).stream().map(QueuedRequest::body).toList(),
        sqs.bodies().stream().flatMap(List::stream).toList());
  }

  @Test
  void aBatchIsNoLargerThanAMessageMayBe() {
    QueuedRequest third =
        new QueuedRequest("a", null, "ü".repeat(256 * 1024 / 3 / 2), Duration.ZERO);
    QueuedRequest whole = new QueuedRequest("b", null, "x".repeat(256 * 1024), Duration.ZERO);

    queue.send(List.of(third, third, third, third, whole, third));

    assertEquals(List.of(3, 1, 1, 1), sqs.bodies().stream().map(List::size).toList());
  }

  @Test
  void aCharacterThatSqsDoesNotTakeIsEscapedAndAllOthersStayAsTheyAre() {
    JsonNode asked =
        JsonNodeFactory.instance
            .objectNode()
            .put(
                "prompt",
                "\uFFFE\uFFFF \u0000\u001F\t\n\u007F\u0085\uFFFC\uE000 \uD83D\uDE00\uD83F\uDFFE");

    String body =
        QueuedRequest.of(TestRequests.of("gemini-2", "p", Map.of()), asked, Duration.ZERO).body();

    assertEquals(
        "{\"prompt\":\"\\ufffe\\uffff \\u0000\\u001F\\t\\n\u007F\u0085\uFFFC\uE000"
            + " \uD83D\uDE00\uD83F\uDFFE\"}",
        body);
  }

  @Test
  void nothingIsSentForNothing() {
    queue.send(List.of());

    assertEquals(List.of(), sqs.bodies());
  }

  @Test
  void ofABatchOnlyWhatWasNotTakenIsSentAgain() {
    sqs.nextBatchRefuses(false, "body 1", "body 3");
    sqs.nextBatchRefuses(false, "body 3");

    queue.send(requests(4));

    assertEquals(
        List.of(
            List.of("body 0", "body 1", "body 2", "body 3"),
            List.of("body 1", "body 3"),
            List.of("body 3")),
        sqs.bodies());
  }

  @Test
  void whatIsRefusedEveryTimeIsAFailureThatSaysWhy() {
    for (int i = 0; i < 4; i++) {
      sqs.nextBatchRefuses(false, "body 1");
    }

    QueueFailure failure = assertThrows(QueueFailure.class, () -> queue.send(requests(2)));

    assertEquals(URL + " did not take 1 requests: InternalError told to", failure.getMessage());
    assertEquals(4, sqs.bodies().size());
  }

  @Test
  void whatCanNeverBeTakenIsNotSentAgain() {
    sqs.nextBatchRefuses(true, "body 1");

    assertThrows(QueueFailure.class, () -> queue.send(requests(2)));
    assertEquals(1, sqs.bodies().size());
  }

  @Test
  void aFifoQueueTakesTheIdForGroupAndDeduplication() {
    queue(URL + ".fifo").send(List.of(new QueuedRequest("an-id", null, "{}", Duration.ZERO)));

    var message = sqs.batches().getFirst().getFirst();
    assertEquals("an-id", message.messageGroupId());
    assertEquals("an-id", message.messageDeduplicationId());
  }

  @Test
  void aStandardQueueGroupsByTenant() {
    queue.send(List.of(new QueuedRequest("an-id", "shop-a", "{}", Duration.ZERO)));

    var message = sqs.batches().getFirst().getFirst();
    assertEquals("shop-a", message.messageGroupId());
    assertEquals(Optional.empty(), Optional.ofNullable(message.messageDeduplicationId()));
  }

  @Test
  void aFifoQueueKeepsTheIdForGroupThoughThereIsATenant() {
    queue(URL + ".fifo").send(List.of(new QueuedRequest("an-id", "shop-a", "{}", Duration.ZERO)));

    assertEquals("an-id", sqs.batches().getFirst().getFirst().messageGroupId());
  }

  @ParameterizedTest
  @CsvSource({", PT0.001S, 1", ", PT30S, 30", ", PT2H, 900", ", PT0S, ", ".fifo, PT30S, "})
  void aQueueThatIsNotFifoKeepsAMessageBackForAQuarterOfAnHourAtMost(
      @Nullable String suffix, Duration delay, @Nullable Integer seconds) {
    queue(URL + Objects.requireNonNullElse(suffix, ""))
        .send(List.of(new QueuedRequest("an-id", null, "{}", delay)));

    assertEquals(seconds, sqs.batches().getFirst().getFirst().delaySeconds());
  }

  @Test
  void aStandardQueueGetsNeither() {
    queue.send(requests(1));

    var message = sqs.batches().getFirst().getFirst();
    assertEquals(Optional.empty(), Optional.ofNullable(message.messageGroupId()));
    assertEquals(Optional.empty(), Optional.ofNullable(message.messageDeduplicationId()));
  }

  @Test
  void whereThereIsNoQueueTheSettingIsNamed() {
    RequestQueue none = new RequestQueue(Optional.empty(), sqs.sqs());

    assertFalse(none.isConfigured());
    QueueFailure failure = assertThrows(QueueFailure.class, () -> none.send(requests(1)));
    assertTrue(String.valueOf(failure.getMessage()).contains("QUEUE_URL"));
  }

  private RequestQueue queue(String url) {
    return new RequestQueue(Optional.of(URI.create(url)), sqs.sqs());
  }

  private static List<QueuedRequest> requests(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new QueuedRequest("id-" + i, null, "body " + i, Duration.ZERO))
        .toList();
  }
}
