package io.imagenlambda.provider;

import static io.imagenlambda.provider.FakeUpstream.answer;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.provider.ProviderAnswer.Failed;
import io.imagenlambda.request.Outcome;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** An answer that is more than was asked for is not read on; what came before is kept. */
@QuarkusTest
class AnswerLimitsTest extends UpstreamCase {
  private static final Duration WITHIN = Duration.ofSeconds(30);
  private static final String IMAGE = "{\"predictions\":[{\"bytesBase64Encoded\":\"";

  @Test
  void moreImagesThanWereAskedForAreNotTaken() {
    CollectingSink sink = new CollectingSink();
    sink.wanted = 1;
    Failed failure = failure(sink, Recorded.bytes("two-images.json"));
    assertEquals("an answer may have 1 images, and more came", what(failure));
    assertEquals(1, failure.images());
    assertEquals(1, sink.images.size());
    assertTrue(sink.everythingClosed());
  }

  @Test
  void anImageIsReadUpToItsLimit() throws IOException {
    CountingSink sink = new CountingSink(0);
    byte[] bomb = packed(IMAGE, 'A', 48 * 1024 * 1024);
    Failed failure = failure(sink, bomb, "Content-Encoding: gzip");
    assertEquals(
        "an image has more than 33554432 bytes, see IMAGEN_MAX_IMAGE_BYTES", what(failure));
    assertTrue(sink.bytes() <= 32 * 1024 * 1024, sink.bytes() + " bytes");
    assertEquals(0, failure.images());
  }

  @Test
  void aSmallAnswerThatUnpacksWithoutEndIsNotReadToItsEnd() throws IOException {
    byte[] bomb = packed("{", ' ', 256 * 1024 * 1024);
    assertTrue(bomb.length < 512 * 1024, bomb.length + " bytes");
    Failed failure = failure(new CollectingSink(), bomb, "Content-Encoding: gzip");
    assertTrue(what(failure).startsWith("it has more than 20"), what(failure));
  }

  private Failed failure(ImageSink sink, byte[] body, String... headers) {
    upstream.will(answer(200, body, headers));
    Failed failure = assertInstanceOf(Failed.class, call(WITHIN, sink));
    assertEquals(Outcome.UNKNOWN, failure.failure().outcome());
    assertEquals("answer_too_large", failure.failure().code());
    assertTrue(failure.maybeCharged());
    assertEquals(1, failure.attempts());
    return failure;
  }

  private static String what(Failed failure) {
    return failure.failure().message().replace("the answer is larger than it may be: ", "");
  }

  private static byte[] packed(String start, char more, int count) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] block = new byte[64 * 1024];
    Arrays.fill(block, (byte) more);
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(start.getBytes(US_ASCII));
      for (int written = 0; written < count; written += block.length) {
        out.write(block);
      }
    }
    return bytes.toByteArray();
  }
}
