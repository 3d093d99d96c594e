package io.imagenlambda.storage;

import static io.imagenlambda.storage.ImageType.JPEG;
import static io.imagenlambda.storage.ImageType.PNG;
import static io.imagenlambda.storage.ImageType.WEBP;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads type, width and height out of an image that comes by in blocks of any size. PNG and WebP
 * tell within 30 bytes; a JPEG's frame header comes after segments of any length, so its reading is
 * handed on.
 *
 * @see <a href="https://www.w3.org/TR/png-3/#11IHDR">PNG: IHDR</a>
 * @see <a href="https://developers.google.com/speed/webp/docs/riff_container">WebP container</a>
 */
final class HeaderReader {
  private static final byte[] PNG_START =
      "\u0089PNG\r\n\u001a\n\0\0\0\rIHDR".getBytes(StandardCharsets.ISO_8859_1);
  private static final int PNG_BYTES = 24;
  private static final int WEBP_BYTES = 30;

  private final byte[] start = new byte[WEBP_BYTES];
  private int started;
  private @Nullable JpegFrameReader jpeg;
  private @Nullable ImageHeader header;
  private boolean finished;

  /** Whether further bytes can add nothing. */
  boolean finished() {
    return finished;
  }

  /** Empty while undecided, and for good where the bytes are no image. */
  Optional<ImageHeader> header() {
    return Optional.ofNullable(header);
  }

  void read(byte[] block, int offset, int length) {
    if (finished) {
      return;
    }
    int from = offset;
    if (jpeg == null) {
      int taken = Math.min(length, WEBP_BYTES - started);
      System.arraycopy(block, offset, start, started, taken);
      started += taken;
      decide();
      if (jpeg == null) {
        return;
      }
      jpeg.read(start, 2, started - 2);
      from += taken;
    }
    jpeg.read(block, from, offset + length - from);
    if (jpeg.finished()) {
      found(JPEG, jpeg.width(), jpeg.height());
    }
  }

  private void decide() {
    if (begins(0, PNG_START)) {
      if (started >= PNG_BYTES) {
        found(PNG, bigEndian(16), bigEndian(20));
      }
    } else if (begins(0, "RIFF") && begins(8, "WEBP")) {
      if (started == WEBP_BYTES) {
        decideWebp();
      }
    } else if (begins(0, "\u00ff\u00d8\u00ff")) {
      if (started >= 3) {
        jpeg = new JpegFrameReader();
      }
    } else {
      finished = true;
    }
  }

  private void decideWebp() {
    if (begins(12, "VP8X")) {
      found(WEBP, 1 + littleEndian(24, 3), 1 + littleEndian(27, 3));
    } else if (begins(12, "VP8L") && start[20] == 0x2f) {
      int packed = littleEndian(21, 4);
      found(WEBP, 1 + (packed & 0x3fff), 1 + ((packed >>> 14) & 0x3fff));
    } else if (begins(12, "VP8 ") && (start[20] & 1) == 0 && littleEndian(23, 3) == 0x2a019d) {
      found(WEBP, littleEndian(26, 2) & 0x3fff, littleEndian(28, 2) & 0x3fff);
    } else {
      finished = true;
    }
  }

  private void found(ImageType type, int width, int height) {
    finished = true;
    if (width > 0 && height > 0) {
      header = new ImageHeader(type, width, height);
    }
  }

  /** Whether the bytes that are there do not contradict {@code expected}. */
  private boolean begins(int at, byte[] expected) {
    for (int i = 0; i < expected.length && at + i < started; i++) {
      if (start[at + i] != expected[i]) {
        return false;
      }
    }
    return true;
  }

  private boolean begins(int at, String expected) {
    return begins(at, expected.getBytes(StandardCharsets.ISO_8859_1));
  }

  private int bigEndian(int at) {
    return Integer.reverseBytes(littleEndian(at, 4));
  }

  private int littleEndian(int at, int bytes) {
    int value = 0;
    for (int i = bytes - 1; i >= 0; i--) {
      value = (value << 8) | (start[at + i] & 0xff);
    }
    return value;
  }
}
