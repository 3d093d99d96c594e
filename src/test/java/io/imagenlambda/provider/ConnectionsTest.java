package io.imagenlambda.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.imagenlambda.provider.ProviderAnswer.Answered;
import io.imagenlambda.provider.ProviderAnswer.Failed;
import io.imagenlambda.provider.imagen.PredictWire;
import io.imagenlambda.provider.net.AnswerBuffers;
import io.imagenlambda.request.Failure;
import io.imagenlambda.request.GenerationRequest;
import io.imagenlambda.request.Outcome;
import io.imagenlambda.request.TestRequests;
import io.imagenlambda.settings.Settings;
import io.imagenlambda.settings.TestSettings;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Where there is no connection nothing was sent, so nothing was charged. */
@QuarkusTest
@QuarkusTestResource(FakeUpstreamResource.class)
@NullUnmarked
@Timeout(60) // what does not end in time hangs
class ConnectionsTest {
  private static final GenerationRequest REQUEST =
      TestRequests.of("imagen", "A red square", Map.of());

  @Inject Vertx vertx;
  @Inject AnswerBuffers buffers;
  @Inject ObjectMapper mapper;

  private ProviderAnswer call(String url, Duration within) {
    return Calls.make(provider(url), REQUEST, within, new CollectingSink());
  }

  private Provider provider(String url) {
    Settings settings = TestSettings.of("TOKAIFY_BASE_URL", url);
    Wire wire = new PredictWire(settings, Duration.ofSeconds(1), mapper);
    return Calls.provider(settings, wire, vertx, buffers, mapper, name -> "").make(Provider.class);
  }

  private Failure failure(String url, Duration within) {
    return assertInstanceOf(Failed.class, call(url, within)).failure();
  }

  @Test
  void aBaseUrlMayHaveAPath() throws IOException {
    try (FakeUpstream upstream = new FakeUpstream()) {
      upstream.will(FakeUpstream.answer(200, "{}"));
      assertInstanceOf(Answered.class, call(upstream.url() + "/relay", Duration.ofSeconds(10)));
      assertEquals(
          "POST /relay/v1beta/models/imagen:predict HTTP/1.1",
          upstream.requests().getFirst().line());
    }
  }

  @Test
  void aRefusedConnectionIsUnavailable() throws IOException {
    int port;
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = server.getLocalPort();
    }
    Failure failure = failure("http://127.0.0.1:" + port, Duration.ofSeconds(10));
    assertEquals(Outcome.UNAVAILABLE, failure.outcome());
    assertEquals("connect_failed", failure.code());
    assertTrue(failure.message().contains("refused"), failure.message());
  }

  @Test
  void anUnknownHostIsUnavailable() {
    Failure failure = failure("https://nobody.invalid", Duration.ofSeconds(10));
    assertEquals(Outcome.UNAVAILABLE, failure.outcome());
    assertTrue(failure.message().contains("nobody.invalid"), failure.message());
  }

  @Test
  void aServerThatDoesNotSpeakTlsIsUnavailable() throws IOException {
    try (FakeUpstream plain = new FakeUpstream()) {
      Failure failure = failure(plain.url().replace("http:", "https:"), Duration.ofSeconds(10));
      assertEquals(Outcome.UNAVAILABLE, failure.outcome());
      assertEquals("connect_failed", failure.code());
    }
  }

  @Test
  void aHostThatDoesNotAnswerIsUnavailableAtTheConnectTimeoutOrTheDeadline() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      List<Socket> waiting = fill(server);
      String url = "http://127.0.0.1:" + server.getLocalPort();
      Failure late = failure(url, Duration.ofMillis(300));
      assertEquals(Outcome.UNAVAILABLE, late.outcome());
      assertTrue(late.message().contains("the time is over"), late.message());
      Failure deaf = failure(url, Duration.ofHours(1));
      assertEquals(Outcome.UNAVAILABLE, deaf.outcome());
      assertFalse(deaf.message().contains("the time is over"), deaf.message());
      for (Socket socket : waiting) {
        socket.close();
      }
    }
  }

  @Test
  void anInterruptEndsTheWaitForAConnectionAndIsNoReasonToTryAgain() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      List<Socket> waiting = fill(server);
      String url = "http://127.0.0.1:" + server.getLocalPort();
      CompletableFuture<ProviderAnswer> answer = new CompletableFuture<>();
      Thread caller =
          Thread.ofPlatform().start(() -> answer.complete(call(url, Duration.ofHours(1))));
      while (caller.getState() == Thread.State.RUNNABLE) {
        Thread.onSpinWait();
      }
      caller.interrupt();
      Failed failed = assertInstanceOf(Failed.class, answer.join());
      assertEquals(Outcome.UNAVAILABLE, failed.failure().outcome());
      assertEquals("interrupted", failed.failure().code());
      assertEquals(1, failed.attempts());
      for (Socket socket : waiting) {
        socket.close();
      }
    }
  }

  /** Connects until the kernel takes no more, because nobody accepts. */
  private static List<Socket> fill(ServerSocket server) throws IOException {
    List<Socket> waiting = new ArrayList<>();
    try {
      while (waiting.size() < 100) {
        Socket socket = new Socket();
        waiting.add(socket);
        socket.connect(server.getLocalSocketAddress(), 200);
      }
    } catch (SocketTimeoutException full) {
      return waiting;
    }
    throw new IllegalStateException("the backlog has no end");
  }
}
