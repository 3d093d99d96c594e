package io.imagenlambda.provider;

import static io.imagenlambda.provider.FakeUpstream.answer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.imagenlambda.provider.ProviderAnswer.Failed;
import io.imagenlambda.provider.imagen.PredictWire;
import io.imagenlambda.provider.net.AnswerBuffers;
import io.imagenlambda.request.Outcome;
import io.imagenlambda.request.TestClock;
import io.imagenlambda.settings.Settings;
import io.imagenlambda.settings.TestSettings;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The connection is made before the call: until it is sent, nothing can be charged. */
@QuarkusTest
@NullUnmarked
@Timeout(60) // what does not end in time hangs
class HeldCallTest extends UpstreamCase {
  private static final Duration WITHIN = Duration.ofSeconds(10);
  private static final FakeUpstream.Script IMAGES = answer(200, Recorded.bytes("two-images.json"));

  @Inject PredictWire wire;
  @Inject Vertx vertx;
  @Inject AnswerBuffers buffers;
  @Inject ObjectMapper mapper;
  private final TestClock clock = new TestClock();

  private Provider provider() {
    return Calls.provider(TestSettings.of(), wire, vertx, buffers, mapper, name -> "")
        .with(Clock.class, clock)
        .make(Provider.class);
  }

  @Test
  void theRequestFollowsOnTheConnectionThatWasMadeBefore() {
    upstream.will(IMAGES);
    try (Provider.Call call = provider().call(REQUEST, List::of)) {
      call.connect();
      upstream.awaitConnections(1);
      assertEquals(List.of(), upstream.requests());

      assertEquals(2, call.send(REQUEST, WITHIN, sink).images());
    }
    assertEquals(1, upstream.requests().size());
    assertEquals(1, upstream.accepted().size());
  }

  @Test
  void aCallThatIsReadyHasItsConnection() {
    upstream.will(IMAGES);
    try (Provider.Call call = provider().call(REQUEST, List::of)) {
      call.awaitConnection();
      upstream.awaitConnections(1);

      clock.pass(Duration.ofSeconds(2).plusMillis(1)); // the first is too old
      call.awaitConnection();
      upstream.awaitConnections(2);
      assertEquals(2, call.send(REQUEST, WITHIN, sink).images());
    }
    assertEquals(1, upstream.requests().size());
  }

  @Test
  void nobodyWaitsForAConnectionThatCannotBe() {
    Settings nowhere = TestSettings.of("TOKAIFY_BASE_URL", "http://127.0.0.1:1");
    Wire closed = new PredictWire(nowhere, Duration.ofSeconds(1), mapper);
    Provider provider =
        Calls.provider(nowhere, closed, vertx, buffers, mapper, name -> "").make(Provider.class);
    try (Provider.Call call = provider.call(REQUEST, List::of)) {
      call.awaitConnection();
      Failed failed = assertInstanceOf(Failed.class, call.send(REQUEST, WITHIN, sink));
      assertEquals("connect_failed", failed.failure().code());
    }
  }

  @Test
  void aCallThatIsNotMadeSendsNothingAndClosesItsConnection() throws InterruptedException {
    upstream.will(IMAGES);
    try (Provider.Call call = provider().call(REQUEST, List::of)) {
      call.connect();
      upstream.awaitConnections(1);
    }
    upstream.awaitUnusedConnection();
    assertEquals(List.of(), upstream.requests());
  }

  @Test
  void aConnectionThatBrokeBeforeTheRequestCostsNothing() throws Exception {
    upstream.will(IMAGES);
    try (Provider.Call call = provider().call(REQUEST, List::of)) {
      call.connect();
      upstream.awaitConnections(1);
      upstream.accepted().getFirst().close();
      while (Thread.getAllStackTraces().keySet().stream()
          .anyMatch(thread -> thread.getName().equals("call"))) {
        Thread.onSpinWait(); // until the client has seen it
      }

      Failed failed = assertInstanceOf(Failed.class, call.send(REQUEST, WITHIN, sink));
      assertEquals(Outcome.UNAVAILABLE, failed.failure().outcome());
    }
    assertEquals(List.of(), upstream.requests());
  }

  @Test
  void aConnectionOnWhichNothingCameForTwoSecondsIsNotTrusted() {
    upstream.will(IMAGES);
    try (Provider.Call call = provider().call(REQUEST, List::of)) {
      call.connect();
      upstream.awaitConnections(1);
      clock.pass(Duration.ofSeconds(2).plusMillis(1));

      assertEquals(2, call.send(REQUEST, WITHIN, sink).images());
    }
    assertEquals(2, upstream.accepted().size());
  }

  @Test
  void aSmallerRequestIsSentOnAConnectionOfItsOwn() {
    upstream.will(IMAGES);
    try (Provider.Call call = provider().call(REQUEST, List::of)) {
      call.connect();
      assertEquals(2, call.send(REQUEST.forImages(2), WITHIN, sink).images());
    }
    assertEquals(1, upstream.requests().size());
    assertTrue(upstream.requests().getFirst().body().contains("\"sampleCount\":2"));
  }

  @Test
  void aConnectionThatComesTooLateIsNotLeftToAnotherCall() throws InterruptedException {
    upstream.will(IMAGES);
    try (Provider.Call call = provider().call(REQUEST, List::of)) {
      call.connect();
      call.disconnect();
      upstream.awaitUnusedConnection();

      assertEquals(2, call.send(REQUEST, WITHIN, sink).images());
    }
    assertEquals(1, upstream.requests().size());
    assertEquals(2, upstream.accepted().size());
  }

  @Test
  void withoutTimeThereIsNoCall() {
    try (Provider.Call call = provider().call(REQUEST, List::of)) {
      Failed failed = assertInstanceOf(Failed.class, call.send(REQUEST, Duration.ZERO, sink));
      assertEquals("no_time", failed.failure().code());
      assertEquals(0, failed.attempts());
    }
  }
}
