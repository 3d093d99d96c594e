package io.imagenlambda.provider;

import static io.imagenlambda.provider.FakeUpstream.answer;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.imagenlambda.provider.Provider.Reference;
import io.imagenlambda.provider.ProviderAnswer.Failed;
import io.imagenlambda.provider.net.Body;
import io.imagenlambda.request.GenerationRequest;
import io.imagenlambda.request.Outcome;
import io.imagenlambda.request.TestRequests;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** References are read while they are sent. A request without its end costs nothing. */
@QuarkusTest
@NullUnmarked
@Timeout(60) // what does not end in time hangs
class SentReferencesTest extends UpstreamCase {
  private static final Duration WITHIN = Duration.ofSeconds(20);
  private static final GenerationRequest GEMINI =
      TestRequests.of(
          "gemini-nano-banana-2.1",
          "like this",
          Map.of("sampleCount", JsonNodeFactory.instance.numberNode(1)));

  /** What happens while a reference is read. */
  @FunctionalInterface
  private interface Happening {
    void happens() throws IOException;
  }

  private record OneReference(long bytes, Body.Content content) implements Reference {
    @Override
    public String mimeType() {
      return "image/webp";
    }

    @Override
    public InputStream open() throws IOException {
      return content.open();
    }
  }

  private static Reference whole(byte[] content) {
    return new OneReference(content.length, () -> new ByteArrayInputStream(content));
  }

  /** A content of which only the beginning comes before it is closed. */
  private static final class Stuck extends InputStream {
    private static final int BEGINNING = 300_000;

    private final CountDownLatch closed = new CountDownLatch(1);
    private final Happening beforeItIsStuck;
    private int given;

    Stuck(Happening beforeItIsStuck) {
      this.beforeItIsStuck = beforeItIsStuck;
    }

    @Override
    public int read() throws IOException {
      if (given++ < BEGINNING) {
        return 0;
      }
      beforeItIsStuck.happens();
      try {
        closed.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      throw new IOException("it was closed");
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
      int one = read();
      to[offset] = (byte) one;
      return 1;
    }

    @Override
    public void close() {
      closed.countDown();
    }
  }

  private ProviderAnswer sent(Duration within, Reference... references) {
    sink.wanted = 1;
    try (Provider.Call call = provider.call(GEMINI, () -> List.of(references))) {
      call.awaitConnection();
      return call.send(GEMINI, within, sink);
    }
  }

  private static void assertCostsNothing(String detail, ProviderAnswer answer) {
    Failed failed = assertInstanceOf(Failed.class, answer);
    assertEquals(Outcome.UNAVAILABLE, failed.failure().outcome(), failed::toString);
    assertEquals("not_sent", failed.failure().code());
    assertTrue(failed.failure().message().contains(detail), failed::toString);
    assertEquals(0, failed.images());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 48 * 1024 - 1, 48 * 1024, 48 * 1024 + 1, 3_000_001})
  void whatIsSentIsWhatWasReadWhateverItsLength(int length) throws IOException {
    byte[] first = new byte[length];
    new Random(length).nextBytes(first);
    byte[] second = "another".getBytes(UTF_8);
    upstream.will(answer(200, "{}"));

    var _ = sent(WITHIN, whole(first), whole(second));

    FakeUpstream.Request request = upstream.requests().getFirst();
    var parts = new ObjectMapper().readTree(request.body()).at("/contents/0/parts");
    assertEquals(
        List.of(
            Base64.getEncoder().encodeToString(first), Base64.getEncoder().encodeToString(second)),
        IntStream.range(0, 2).mapToObj(i -> parts.get(i).at("/inlineData/data").asText()).toList());
    assertEquals("image/webp", parts.get(0).at("/inlineData/mimeType").asText());
    assertEquals("like this", parts.get(2).path("text").asText());
  }

  @Test
  void nothingIsReadOrSentBeforeTheCallIs() {
    upstream.will(answer(200, "{}"));
    AtomicBoolean opened = new AtomicBoolean();
    Reference watched =
        new OneReference(
            3,
            () -> {
              opened.set(true);
              return new ByteArrayInputStream(new byte[3]);
            });
    sink.wanted = 1;
    try (Provider.Call call = provider.call(GEMINI, () -> List.of(watched))) {
      call.awaitConnection();
      assertFalse(opened.get());

      ProviderAnswer answer = call.send(GEMINI, WITHIN, sink);
      assertTrue(opened.get(), answer::toString);
    }
  }

  @Test
  void aReferenceThatCannotBeReadCostsNothing() {
    upstream.will(answer(200, "{}"));

    assertCostsNothing(
        "it has changed",
        sent(
            WITHIN,
            whole(new byte[100_000]),
            new OneReference(
                9,
                () -> {
                  throw new IOException("it has changed");
                })));
    assertNothingWhole();
  }

  @Test
  void theConnectionOfACallThatCouldNotBeSentIsNotTheNextOnes() {
    for (int call = 0; call < 3; call++) {
      upstream.will(answer(200, "{}"));
      assertCostsNothing(
          "it has changed",
          sent(
              WITHIN,
              new OneReference(
                  9,
                  () -> {
                    throw new IOException("it has changed");
                  })));
      upstream.will(answer(200, "{}"));
      var _ = sent(WITHIN, whole(new byte[9]));
      assertEquals(1, upstream.requests().size());
    }
  }

  @Test
  void aCallThatIsGivenUpBeforeItIsSentLeavesNoConnection() {
    upstream.will(answer(200, "{}"));
    sink.wanted = 1;
    try (Provider.Call call = provider.call(GEMINI, () -> List.of(whole(new byte[9])))) {
      call.awaitConnection();
    }

    var _ = sent(WITHIN, whole(new byte[9]));
    assertEquals(1, upstream.requests().size());
  }

  @Test
  void aReferenceThatIsShorterThanItWasCostsNothing() {
    upstream.will(answer(200, "{}"));

    assertCostsNothing(
        "shorter", sent(WITHIN, new OneReference(9, () -> new ByteArrayInputStream(new byte[5]))));
    assertNothingWhole();
  }

  @Test
  void aConnectionThatBreaksBeforeTheRequestsEndCostsNothing() {
    upstream.will(answer(200, "{}"));
    Stuck stuck =
        new Stuck(() -> {
          connection().setSoLinger(true, 0);
          connection().close();
        });

    assertCostsNothing("", sent(WITHIN, new OneReference(1_000_000, () -> stuck)));
  }

  @Test
  void aReferenceThatDoesNotComeIsGivenUpInTime() throws InterruptedException {
    upstream.will(answer(200, "{}"));
    Stuck stuck = new Stuck(() -> {});

    assertCostsNothing(
        "the time is over", sent(Duration.ofMillis(500), new OneReference(1_000_000, () -> stuck)));
    stuck.closed.await();
  }

  @Test
  void aRefusalThatComesBeforeTheRequestsEndIsRead() throws InterruptedException {
    upstream.will(answer(200, "{}"));
    Stuck stuck =
        new Stuck(() ->
            connection()
                .getOutputStream()
                .write((FakeUpstream.head(429, 2) + "{}").getBytes(UTF_8)));

    ProviderAnswer answer = sent(WITHIN, new OneReference(1_000_000, () -> stuck));

    Failed failed = assertInstanceOf(Failed.class, answer);
    assertEquals(429, failed.failure().httpStatus(), failed::toString);
    assertEquals(Outcome.UNAVAILABLE, failed.failure().outcome());
    stuck.closed.await();
  }

  private void assertNothingWhole() {
    for (FakeUpstream.Request request : upstream.requests()) {
      int length = Integer.parseInt(request.headers().get("content-length"));
      assertTrue(request.body().length() < length, request.line());
    }
  }

  private Socket connection() {
    return upstream.accepted().getFirst();
  }
}
