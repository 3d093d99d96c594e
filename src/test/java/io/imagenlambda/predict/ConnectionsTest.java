package io.imagenlambda.predict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
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
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** Where there is no connection nothing was sent, so nothing was charged. */
@QuarkusTest
@QuarkusTestResource(FakeUpstreamResource.class)
@NullUnmarked
class ConnectionsTest {
  @Inject Vertx vertx;
  @Inject AnswerBuffers buffers;
  @Inject ObjectMapper mapper;
  @Inject Retries retries;

  private CallResult call(String url, Duration within) {
    return upstream(url).call("imagen", new byte[] {'{', '}'}, "key", within, new CollectingSink());
  }

  private Upstream upstream(String url) {
    PredictApi api = PredictClient.of(URI.create(url), Duration.ofSeconds(1));
    return new Upstream(api, TestSettings.of("TOKAIFY_BASE_URL", url), vertx, buffers, mapper);
  }

  private Failure failure(String url, Duration within) {
    return assertInstanceOf(CallResult.Failed.class, call(url, within)).failure();
  }

  @Test
  void aBaseUrlMayHaveAPath() throws IOException {
    try (FakeUpstream upstream = new FakeUpstream()) {
      upstream.will(FakeUpstream.answer(200, "{}"));
      assertInstanceOf(
          CallResult.Answered.class, call(upstream.url() + "/relay", Duration.ofSeconds(10)));
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
    Failure failure = failure("http://nobody.invalid", Duration.ofSeconds(10));
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
      long start = System.nanoTime();
      assertEquals(Outcome.UNAVAILABLE, failure(url, Duration.ofMillis(300)).outcome());
      assertTrue(System.nanoTime() - start < 900_000_000L, "the deadline comes first");
      assertEquals(Outcome.UNAVAILABLE, failure(url, Duration.ofSeconds(20)).outcome());
      assertTrue(System.nanoTime() - start < 5_000_000_000L, "the connect timeout comes first");
      for (Socket socket : waiting) {
        socket.close();
      }
    }
  }

  @Test
  void anInterruptEndsTheWaitForAConnectionAndIsNoReasonToTryAgain() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      List<Socket> waiting = fill(server);
      Settings settings =
          TestSettings.of("TOKAIFY_BASE_URL", "http://127.0.0.1:" + server.getLocalPort());
      Predictions predictions =
          new Predictions(
              upstream(settings.baseUrl().toString()),
              new ApiKey(settings, name -> "", mapper),
              retries,
              settings,
              mapper);
      PredictRequest request = new PredictRequest("imagen", "A red square", Map.of());
      AtomicReference<PredictFailure> failed = new AtomicReference<>();
      Thread caller =
          Thread.ofPlatform()
              .start(() ->
                  failed.set(
                      assertThrows(
                          PredictFailure.class,
                          () ->
                              predictions.predict(
                                  request, Duration.ofSeconds(30), new CollectingSink()))));
      Thread.sleep(300);
      caller.interrupt();
      caller.join(Duration.ofSeconds(5));
      assertEquals(Outcome.UNAVAILABLE, failed.get().outcome());
      assertEquals("interrupted", failed.get().code());
      assertEquals(1, failed.get().attempts());
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
