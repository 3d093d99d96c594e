package io.imagenlambda.spool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageHeaderTest {
  static Stream<Arguments> images() {
    return Stream.of(
        Arguments.of(SampleImages.png(31, 17), new ImageHeader(ImageType.PNG, 31, 17)),
        Arguments.of(SampleImages.jpeg(300, 200), new ImageHeader(ImageType.JPEG, 300, 200)),
        Arguments.of(SampleImages.webpLossy(), new ImageHeader(ImageType.WEBP, 176, 144)),
        Arguments.of(SampleImages.webpLossless(), new ImageHeader(ImageType.WEBP, 386, 395)),
        Arguments.of(SampleImages.webpExtended(), new ImageHeader(ImageType.WEBP, 2048, 1152)));
  }

  @ParameterizedTest
  @MethodSource("images")
  void isReadWhereverTheImageIsSplitInTwo(byte[] image, ImageHeader expected) throws IOException {
    for (int split = 0; split <= image.length; split++) {
      InputStream twoParts =
          new SequenceInputStream(
              new ByteArrayInputStream(image, 0, split),
              new ByteArrayInputStream(image, split, image.length - split));
      assertEquals(Optional.of(expected), ImageHeader.read(twoParts), "split at " + split);
    }
  }

  @ParameterizedTest
  @MethodSource("images")
  void isReadFromBlocksOfAnySize(byte[] image, ImageHeader expected) throws IOException {
    for (int size = 1; size < 40; size++) {
      assertEquals(Optional.of(expected), readInBlocks(image, size), "blocks of " + size);
    }
  }

  @Test
  void ofAJpegIsFoundBehindLongSegments() throws IOException {
    byte[] image = SampleImages.jpegWithLongSegments(640, 480);
    for (int size : new int[] {1, 2, 3, 7, 1000, 65_536, image.length}) {
      assertEquals(
          Optional.of(new ImageHeader(ImageType.JPEG, 640, 480)), readInBlocks(image, size));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, I, 300, 200",
    "4, M, 300, 200",
    "5, I, 200, 300",
    "6, M, 200, 300",
    "8, I, 200, 300",
    "9, I, 300, 200"
  })
  void ofAJpegHasTheWidthAndHeightThatAreShown(int turn, char order, int width, int height)
      throws IOException {
    byte[] image = SampleImages.jpegWithOrientation(300, 200, turn, order);
    assertEquals(
        Optional.of(new ImageHeader(ImageType.JPEG, width, height)), readInBlocks(image, 7));
  }

  @Test
  void ofAJpegIsReadWhateverIsWrongWithItsExif() throws IOException {
    byte[] image = SampleImages.jpegWithOrientation(300, 200, 6, 'M');
    for (int at = 10; at < 48; at++) {
      for (int value = 0; value < 256; value += 51) {
        byte[] broken = image.clone();
        broken[at + 2] = (byte) value;
        ImageHeader header = readInBlocks(broken, broken.length).orElseThrow();
        assertEquals(500, header.width() + header.height());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("images")
  void isMissingWhereTheImageIsCutBeforeItsEnd(byte[] image, ImageHeader expected)
      throws IOException {
    assertEquals(Optional.empty(), readInBlocks(Arrays.copyOf(image, 20), 20));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<svg xmlns='http://www.w3.org/2000/svg' width='10' height='10'></svg>",
        "<!DOCTYPE html><html><body>Bad Gateway</body></html>",
        "GIF89a\n\0\n\0 and more that a GIF would have here",
        "RIFF....WAVEfmt and thirty bytes of sound",
        "RIFF....WEBPVP9 and thirty bytes of who knows",
        "plain text, long enough to hold any header"
      })
  void isMissingWhereThereIsNoImage(String content) throws IOException {
    assertEquals(Optional.empty(), readInBlocks(content.getBytes(UTF_8), 5));
  }

  @Test
  void isMissingWhereAnImageHasNoPixels() throws IOException {
    byte[] png = SampleImages.png(5, 5);
    Arrays.fill(png, 16, 20, (byte) 0);
    assertEquals(Optional.empty(), readInBlocks(png, png.length));
  }

  @Test
  void isMissingWhereAJpegEndsOrScansWithoutAFrame() throws IOException {
    assertEquals(Optional.empty(), readInBlocks(new byte[] {-1, -40, -1, -39}, 4));
    byte[] scan = new byte[100];
    System.arraycopy(new byte[] {-1, -40, -1, -38, 0, 8}, 0, scan, 0, 6);
    assertEquals(Optional.empty(), readInBlocks(scan, 100));
  }

  /** As from a stream that gives at most {@code size} bytes at a time. */
  private static Optional<ImageHeader> readInBlocks(byte[] image, int size) throws IOException {
    InputStream blocks =
        new ByteArrayInputStream(image) {
          @Override
          public synchronized int read(byte[] to, int offset, int length) {
            return super.read(to, offset, Math.min(size, length));
          }
        };
    return ImageHeader.read(blocks);
  }
}
