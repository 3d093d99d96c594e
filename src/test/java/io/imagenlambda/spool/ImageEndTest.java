package io.imagenlambda.spool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.request.Deadline;
import io.imagenlambda.settings.TestSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** In memory, and as a file on the disk where the image is larger. */
class ImageEndTest {
  /** Of a PNG, the checksum of its last chunk may be missing. */
  private static final int PNG_CHECKSUM = 4;

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final SpoolFiles spools;

  ImageEndTest(@TempDir Path directory) {
    spools = new SpoolFiles(new SpoolDirectory(directory), TestSettings.of());
  }

  static Stream<byte[]> images() {
    return Stream.of(
        SampleImages.png(31, 17),
        SampleImages.jpeg(300, 200),
        SampleImages.jpegWithLongSegments(64, 48),
        SampleImages.webpLossy(),
        SampleImages.webpLossless(),
        SampleImages.webpExtended());
  }

  @ParameterizedTest
  @MethodSource("images")
  void isThereInAWholeImage(byte[] image) throws IOException {
    assertFalse(isCut(image));
  }

  @ParameterizedTest
  @MethodSource("images")
  void isThereWhateverStandsBehindIt(byte[] image) throws IOException {
    ByteArrayOutputStream longer = new ByteArrayOutputStream();
    longer.writeBytes(image);
    longer.writeBytes(new byte[] {-1, 0, 'x', '\n'});
    assertFalse(isCut(longer.toByteArray()));
  }

  @ParameterizedTest
  @MethodSource("images")
  void isMissingWhereverTheImageIsCut(byte[] image) throws IOException {
    int step = Math.max(1, image.length / 500);
    for (int length = ImageSignature.BYTES; length < image.length - PNG_CHECKSUM; length += step) {
      assertTrue(isCut(Arrays.copyOf(image, length)), "cut after " + length);
    }
  }

  @Test
  void ofAPreviewInAJpegIsNotItsOwn() throws IOException {
    byte[] image = SampleImages.jpeg(300, 200);
    byte[] preview = SampleImages.jpeg(8, 8);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(image, 0, 2);
    out.writeBytes(new byte[] {-1, (byte) 0xe1});
    out.write((preview.length + 2) >> 8);
    out.write(preview.length + 2);
    out.writeBytes(preview);
    out.write(image, 2, image.length - 2);

    byte[] whole = out.toByteArray();
    assertFalse(isCut(whole));
    assertTrue(isCut(Arrays.copyOf(whole, whole.length - 1)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "plain text", "<html><body>Bad Gateway</body></html>", "GIF89a\0\0"})
  void isNotLookedForWhereThereIsNoImage(String content) throws IOException {
    assertFalse(isCut(content.getBytes(UTF_8)));
  }

  private boolean isCut(byte[] content) throws IOException {
    try (Admission room = spools.admit(1, Deadline.in(PATIENCE)).orElseThrow();
        Spool spool = room.spool()) {
      spool.write(content, 0, content.length);
      return spool.isCut();
    }
  }
}
