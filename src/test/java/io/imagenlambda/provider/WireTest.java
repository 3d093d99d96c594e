package io.imagenlambda.provider;

import static io.imagenlambda.provider.FakeUpstream.answer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.imagenlambda.request.TestRequests;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes over the wire, and how the answer may come back. */
@QuarkusTest
class WireTest extends UpstreamCase {
  private static final Duration WITHIN = Duration.ofSeconds(10);

  @Test
  void theRequestIsSentAsTheApiWantsIt() throws IOException {
    upstream.will(answer(200, "{}"));
    Map<String, JsonNode> parameters = new LinkedHashMap<>();
    parameters.put("sampleCount", JsonNodeFactory.instance.numberNode(2));
    parameters.put("aspectRatio", JsonNodeFactory.instance.textNode("16:9"));
    parameters.put("labels", JsonNodeFactory.instance.objectNode().put("a", "ü"));
    var _ =
        Calls.make(
            provider,
            TestRequests.of("imagen-4.0-fast-generate-001", "Ein \"Bär\" 🐻", parameters),
            WITHIN,
            sink);
    FakeUpstream.Request sent = upstream.requests().getFirst();
    assertEquals("POST /v1beta/models/imagen-4.0-fast-generate-001:predict HTTP/1.1", sent.line());
    assertEquals("Bearer " + FakeUpstreamResource.KEY, sent.headers().get("authorization"));
    assertEquals("application/json", sent.headers().get("content-type"));
    assertEquals("application/json", sent.headers().get("accept"));
    assertNull(sent.headers().get("accept-encoding"));
    assertEquals("close", sent.headers().get("connection"));
    JsonNode body = new ObjectMapper().readTree(sent.body());
    assertEquals("Ein \"Bär\" 🐻", body.at("/instances/0/prompt").asText());
    assertEquals(
        "{\"sampleCount\":2,\"aspectRatio\":\"16:9\",\"labels\":{\"a\":\"ü\"}}",
        body.path("parameters").toString());
    assertEquals(2, body.size());
  }

  @Test
  void anAnswerThatAProxyCompressedIsReadAllTheSame() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(Recorded.bytes("two-images.json"));
    }
    upstream.will(answer(200, packed.toByteArray(), "Content-Encoding: gzip"));
    assertEquals(2, call(WITHIN, sink).images());
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "UTF-8", " identity "})
  void anEncodingThatIsNoneIsIgnored(String encoding) {
    upstream.will(answer(200, Recorded.bytes("two-images.json"), "Content-Encoding: " + encoding));
    assertEquals(2, call(WITHIN, sink).images());
  }

  @Test
  void anAnswerIsReadHoweverMuchAProxyPutsIntoItsHead() {
    upstream.will(
        answer(
            200,
            Recorded.bytes("two-images.json"),
            "X-Long: " + "a".repeat(100_000),
            "Set-Cookie: " + "b".repeat(100_000)));
    assertEquals(2, call(WITHIN, sink).images());
  }

  @Test
  void chunksAndAnEndByTheConnectionsCloseAreUnderstood() {
    byte[] body = Recorded.bytes("two-images.json");
    upstream.will(
        connection -> {
          connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
          for (byte b : body) {
            connection.send("1\r\n" + (char) (b & 0xFF) + "\r\n");
          }
          connection.send("0\r\n\r\n");
        },
        connection -> {
          connection.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
          connection.send(body);
        });
    assertEquals(2, call(WITHIN, sink).images());
    assertEquals(2, call(WITHIN, sink).images());
    assertEquals(4, sink.images.size());
  }

  @Test
  void callsMayRunSideBySide() throws InterruptedException {
    FakeUpstream.Script[] scripts = new FakeUpstream.Script[16];
    Arrays.fill(scripts, answer(200, Recorded.bytes("two-images.json")));
    upstream.will(scripts);
    AtomicInteger images = new AtomicInteger();
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < scripts.length; i++) {
      callers.add(
          Thread.ofVirtual()
              .start(() -> images.addAndGet(call(WITHIN, new CollectingSink()).images())));
    }
    for (Thread caller : callers) {
      caller.join();
    }
    assertEquals(32, images.get());
  }

  @Test
  void anAnswerIsKeptThoughItsThreadIsInterruptedMeanwhile() {
    upstream.will(answer(200, Recorded.bytes("two-images.json")));
    ImageSink interrupting =
        new ImageSink() {
          @Override
          public int wanted() {
            return 4;
          }

          @Override
          public OutputStream next() {
            return sink.next();
          }

          @Override
          public void unreadable(String why) {
            throw new AssertionError(why);
          }

          @Override
          public void image(OutputStream written, @Nullable String type, @Nullable String prompt) {
            sink.image(written, type, prompt);
            if (sink.images.size() == 2) {
              Thread.currentThread().interrupt();
            }
          }
        };
    ProviderAnswer answer = call(WITHIN, interrupting);
    assertTrue(Thread.interrupted(), "the thread stays interrupted");
    assertEquals(2, answer.images());
  }

  @Test
  void aSlowSinkGetsAllOfALargeAnswerThoughTheServerHasGone() {
    String image = "A".repeat(16 * 1024 * 1024);
    upstream.will(answer(200, "{\"predictions\":[{\"bytesBase64Encoded\":\"" + image + "\"}]}"));
    CountingSink slow = new CountingSink(1_000_000);
    assertEquals(1, call(WITHIN, slow).images());
    assertEquals(12L * 1024 * 1024, slow.bytes());
  }

  @Test
  void aSinkThatFailsIsNotTakenForTheUpstreamAndEndsTheCall() throws InterruptedException {
    byte[] body = Recorded.bytes("two-images.json");
    upstream.will(connection -> {
      connection.send(FakeUpstream.head(200, 1_000_000));
      connection.send(body);
      connection.awaitClose();
    });
    IOException full = new IOException("no space left on device");
    ImageSink failing =
        new ImageSink() {
          @Override
          public int wanted() {
            return 4;
          }

          @Override
          public OutputStream next() throws IOException {
            throw full;
          }

          @Override
          public void unreadable(String why) {
            throw new AssertionError(why);
          }

          @Override
          public void image(OutputStream written, @Nullable String type, @Nullable String prompt) {}
        };
    UncheckedIOException thrown =
        assertThrows(UncheckedIOException.class, () -> call(WITHIN, failing));
    assertEquals(full, thrown.getCause());
    assertTrue(upstream.lastConnection().closedByClient());
    assertFalse(Thread.currentThread().isInterrupted());
  }
}
