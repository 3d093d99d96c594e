package io.imagenlambda.provider;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.provider.ProviderAnswer.Failed;
import io.imagenlambda.provider.net.AnswerBuffers;
import io.imagenlambda.provider.net.Body;
import io.imagenlambda.provider.net.Exchange;
import io.imagenlambda.request.Outcome;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every way of not answering ends in time, and ends the connection. */
@QuarkusTest
@NullUnmarked
@Timeout(60) // what does not end in time hangs
class DeadlinesTest extends UpstreamCase {
  private static final Duration WITHIN = Duration.ofMillis(700);
  private static final byte[] ANSWER = Recorded.bytes("two-images.json");

  @Inject Vertx vertx;
  @Inject AnswerBuffers buffers;

  /** The event loop may still be closing the connection. */
  @AfterEach
  void everyBufferGoesBack() {
    while (buffers.pinnedDirectMemory() > 0 || buffers.pinnedHeapMemory() > 0) {
      Thread.onSpinWait();
    }
  }

  private void endsInTime(FakeUpstream.Script script) throws InterruptedException {
    upstream.will(script);
    Failed failure = failure(WITHIN);
    assertEquals(Outcome.UNKNOWN, failure.failure().outcome());
    assertEquals("timeout", failure.failure().code());
    assertTrue(upstream.lastConnection().closedByClient(), "the connection is closed");
    assertFalse(Thread.currentThread().isInterrupted());
    assertTrue(sink.everythingClosed());
  }

  @Test
  void whoReadsAnAnswerThatNoConnectionBringsIsWokenAtTheDeadline() {
    try (Exchange exchange = new Exchange(vertx, buffers, new Body.InMemory(new byte[0]))) {
      exchange.send(Duration.ofMillis(1));
      assertThrows(IOException.class, () -> exchange.answer().read());
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
      connection.trickle(Duration.ofMillis(20));
      broken.complete(true);
    });
    Failed failure = failure(WITHIN);
    assertEquals("timeout", failure.failure().code());
    assertEquals(Outcome.UNKNOWN, failure.failure().outcome());
    assertTrue(broken.join(), "the connection is closed");
  }

  @Test
  void anAnswerCutInTheSecondImageIsUnknownAndKeepsTheFirst() {
    upstream.will(connection -> {
      connection.send(FakeUpstream.head(200, ANSWER.length));
      connection.send(Arrays.copyOf(ANSWER, ANSWER.length - 60));
    });
    Failed failure = failure(Duration.ofSeconds(10));
    assertEquals(Outcome.UNKNOWN, failure.failure().outcome());
    assertEquals("connection_cut", failure.failure().code());
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
      assertEquals(2, call(WITHIN, both).images());
    }
  }

  @Test
  void anAnswerThatEndsEarlyInGoodOrderIsCutAllTheSame() {
    upstream.will(FakeUpstream.answer(200, Arrays.copyOf(ANSWER, ANSWER.length - 10)));
    Failed failure = failure(Duration.ofSeconds(10));
    assertEquals("connection_cut", failure.failure().code());
    assertEquals(Outcome.UNKNOWN, failure.failure().outcome());
  }

  @Test
  void aConnectionCutAfterTheRequestIsUnknown() {
    upstream.will(FakeUpstream.Connection::reset);
    Failed reset = failure(Duration.ofSeconds(10));
    assertEquals(Outcome.UNKNOWN, reset.failure().outcome());
    assertEquals("connection_cut", reset.failure().code());
    upstream.will(connection -> {});
    assertEquals(Outcome.UNKNOWN, failure(Duration.ofSeconds(10)).failure().outcome());
    assertEquals(1, upstream.requests().size());
  }

  @Test
  void withNoTimeLeftNothingIsSent() {
    upstream.will();
    Failed failure = failure(Duration.ZERO);
    assertEquals(Outcome.UNAVAILABLE, failure.failure().outcome());
    assertEquals(0, failure.attempts());
    assertTrue(upstream.requests().isEmpty());
  }

  @Test
  void anInterruptedCallEndsAtOnceAndLeavesItsThreadInterrupted() throws InterruptedException {
    upstream.will(FakeUpstream.Connection::awaitClose);
    CompletableFuture<Failed> failed = new CompletableFuture<>();
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
    Failed failure = failed.join();
    assertEquals("interrupted", failure.failure().code());
    assertEquals(Outcome.UNKNOWN, failure.failure().outcome());
    assertTrue(interrupted.join());
    assertTrue(upstream.lastConnection().closedByClient());
  }
}
