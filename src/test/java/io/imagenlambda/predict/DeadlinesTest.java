package io.imagenlambda.predict;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every way of not answering ends in time, and ends the connection. */
@QuarkusTest
@QuarkusTestResource(FakeUpstreamResource.class)
@NullUnmarked
class DeadlinesTest {
  private static final Duration WITHIN = Duration.ofMillis(700);
  private static final Duration LATEST = Duration.ofSeconds(5);
  private static final byte[] ANSWER = Recorded.bytes("two-images.json");

  @Inject Predictions predictions;
  @Inject Vertx vertx;
  @Inject AnswerBuffers buffers;
  FakeUpstream upstream;
  private final CollectingSink sink = new CollectingSink();

  /** The event loop may still be closing the connection. */
  @AfterEach
  void everyBufferGoesBack() {
    assertTimeoutPreemptively(
        LATEST,
        () -> {
          while (buffers.pinnedDirectMemory() > 0 || buffers.pinnedHeapMemory() > 0) {
            Thread.onSpinWait();
          }
        });
  }

  private PredictFailure failure(Duration within) {
    PredictRequest request = new PredictRequest("imagen", "A red square", Map.of());
    return assertThrows(PredictFailure.class, () -> predictions.predict(request, within, sink));
  }

  private void endsInTime(FakeUpstream.Script script) throws InterruptedException {
    upstream.will(script);
    long start = System.nanoTime();
    PredictFailure failure = failure(WITHIN);
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    assertEquals(Outcome.UNKNOWN, failure.outcome());
    assertEquals("timeout", failure.code());
    assertTrue(took.compareTo(WITHIN.minusMillis(50)) > 0 && took.compareTo(LATEST) < 0, "" + took);
    assertTrue(upstream.lastConnection().closedByClient(), "the connection is closed");
    assertFalse(Thread.currentThread().isInterrupted());
    assertTrue(sink.everythingClosed());
  }

  @Test
  void whoReadsAnAnswerThatNoConnectionBringsIsWokenAtTheDeadline() {
    try (Exchange exchange = new Exchange(vertx, buffers, new byte[0], Duration.ofMillis(1))) {
      assertTimeoutPreemptively(
          LATEST, () -> assertThrows(IOException.class, () -> exchange.answer().read()));
    }
  }

  @Test
  void aStallBeforeTheHeadEndsAtTheDeadline() throws InterruptedException {
    endsInTime(FakeUpstream.Connection::awaitClose);
  }

  @Test
  void aStallInTheBodyEndsAtTheDeadlineAndKeepsTheImagesThatWereWhole()
      throws InterruptedException {
    endsInTime(connection -> {
      connection.send(FakeUpstream.head(200, 1_000_000));
      connection.send(Arrays.copyOf(ANSWER, ANSWER.length - 60));
      connection.awaitClose();
    });
    assertEquals(1, sink.images.size());
    assertArrayEquals(Recorded.bytes("red.png"), sink.images.getFirst().bytes());
  }

  @Test
  void aTrickleEndsAtTheDeadline() throws InterruptedException {
    CompletableFuture<Boolean> broken = new CompletableFuture<>();
    upstream.will(connection -> {
      connection.send(FakeUpstream.head(200, 1_000_000));
      try {
        while (true) {
          connection.send(" ");
          Thread.sleep(20);
        }
      } catch (IOException | InterruptedException e) {
        broken.complete(true);
      }
    });
    PredictFailure failure = failure(WITHIN);
    assertEquals("timeout", failure.code());
    assertEquals(Outcome.UNKNOWN, failure.outcome());
    assertTimeoutPreemptively(Duration.ofSeconds(2), broken::join);
  }

  @Test
  void anAnswerCutInTheSecondImageIsUnknownAndKeepsTheFirst() {
    upstream.will(connection -> {
      connection.send(FakeUpstream.head(200, ANSWER.length));
      connection.send(Arrays.copyOf(ANSWER, ANSWER.length - 60));
    });
    PredictFailure failure = failure(Duration.ofSeconds(10));
    assertEquals(Outcome.UNKNOWN, failure.outcome());
    assertEquals("connection_cut", failure.code());
    assertEquals(1, failure.images());
    assertEquals(1, sink.images.size());
    assertTrue(sink.everythingClosed());
  }

  @Test
  void anAnswerThatIsWholeCountsThoughItsConnectionStallsOrBreaksAfterIt() {
    for (boolean breaks : new boolean[] {false, true}) {
      CollectingSink both = new CollectingSink();
      upstream.will(connection -> {
        connection.send(FakeUpstream.head(200, ANSWER.length + 10));
        connection.send(ANSWER);
        if (!breaks) {
          connection.awaitClose();
        }
      });
      PredictRequest request = new PredictRequest("imagen", "A red square", Map.of());
      assertEquals(2, predictions.predict(request, WITHIN, both).images());
    }
  }

  @Test
  void anAnswerThatEndsEarlyInGoodOrderIsCutAllTheSame() {
    upstream.will(FakeUpstream.answer(200, Arrays.copyOf(ANSWER, ANSWER.length - 10)));
    PredictFailure failure = failure(Duration.ofSeconds(10));
    assertEquals("connection_cut", failure.code());
    assertEquals(Outcome.UNKNOWN, failure.outcome());
  }

  @Test
  void aConnectionCutAfterTheRequestIsUnknown() {
    upstream.will(FakeUpstream.Connection::reset);
    PredictFailure reset = failure(Duration.ofSeconds(10));
    assertEquals(Outcome.UNKNOWN, reset.outcome());
    assertEquals("connection_cut", reset.code());
    upstream.will(connection -> {});
    assertEquals(Outcome.UNKNOWN, failure(Duration.ofSeconds(10)).outcome());
    assertEquals(1, upstream.requests().size());
  }

  @Test
  void withNoTimeLeftNothingIsSent() {
    upstream.will();
    PredictFailure failure = failure(Duration.ZERO);
    assertEquals(Outcome.UNAVAILABLE, failure.outcome());
    assertEquals(0, failure.attempts());
    assertTrue(upstream.requests().isEmpty());
  }

  @Test
  void anInterruptedCallEndsAtOnceAndLeavesItsThreadInterrupted() throws InterruptedException {
    upstream.will(FakeUpstream.Connection::awaitClose);
    CompletableFuture<PredictFailure> failed = new CompletableFuture<>();
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    Thread caller =
        Thread.ofVirtual()
            .start(() -> {
              failed.complete(failure(Duration.ofSeconds(30)));
              interrupted.complete(Thread.currentThread().isInterrupted());
            });
    while (upstream.requests().isEmpty()) {
      Thread.onSpinWait();
    }
    caller.interrupt();
    PredictFailure failure = failed.join();
    assertEquals("interrupted", failure.code());
    assertEquals(Outcome.UNKNOWN, failure.outcome());
    assertTrue(interrupted.join());
    assertTrue(upstream.lastConnection().closedByClient());
  }
}
