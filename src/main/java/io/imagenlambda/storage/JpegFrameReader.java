package io.imagenlambda.storage;

/**
 * Walks the segments of a JPEG, from behind its first two bytes, to the frame header that has the
 * size. Segments before it (EXIF, ICC profiles, thumbnails) are skipped in blocks, however long
 * they are and wherever the stream is split.
 *
 * @see <a href="https://www.w3.org/Graphics/JPEG/itu-t81.pdf">ITU-T T.81, annex B</a>
 */
final class JpegFrameReader {
  /** Precision, height and width: one byte, two, two. */
  private static final int FRAME_HEADER_BYTES = 5;

  private enum Expecting {
    MARKER_PREFIX,
    MARKER,
    LENGTH,
    LENGTH_LOW,
    SEGMENT_END,
    FRAME_HEADER,
    NOTHING
  }

  private Expecting expecting = Expecting.MARKER_PREFIX;
  private int marker;
  private int segmentLeft;
  private int frameRead;
  private int height;
  private int width;

  boolean finished() {
    return expecting == Expecting.NOTHING;
  }

  /** 0 where there is no frame header. */
  int width() {
    return width;
  }

  /** 0 where there is no frame header, or where it leaves the height to the end of the scan. */
  int height() {
    return height;
  }

  void read(byte[] block, int offset, int length) {
    int end = offset + length;
    for (int at = offset; at < end && !finished(); ) {
      if (expecting == Expecting.SEGMENT_END) {
        int skipped = Math.min(segmentLeft, end - at);
        at += skipped;
        segmentLeft -= skipped;
        if (segmentLeft == 0) {
          expecting = Expecting.MARKER_PREFIX;
        }
      } else {
        expecting = next(block[at++] & 0xff);
      }
    }
  }

  private Expecting next(int b) {
    return switch (expecting) {
      case MARKER_PREFIX -> b == 0xff ? Expecting.MARKER : Expecting.NOTHING;
      case MARKER -> afterMarker(b);
      case LENGTH -> {
        segmentLeft = b << 8;
        yield Expecting.LENGTH_LOW;
      }
      case LENGTH_LOW -> afterLength(b);
      case FRAME_HEADER -> frameHeader(b);
      case SEGMENT_END, NOTHING -> expecting;
    };
  }

  private Expecting afterMarker(int b) {
    marker = b;
    if (b == 0xff) {
      return Expecting.MARKER; // a fill byte
    }
    if (b == 0x01 || (b >= 0xd0 && b <= 0xd7)) {
      return Expecting.MARKER_PREFIX; // stands alone, has no length
    }
    boolean frameCanFollow = b >= 0xc0 && b != 0xd8 && b != 0xd9 && b != 0xda;
    return frameCanFollow ? Expecting.LENGTH : Expecting.NOTHING;
  }

  private Expecting afterLength(int b) {
    segmentLeft = (segmentLeft | b) - 2; // the length counts its own two bytes
    if (isFrame()) {
      return segmentLeft >= FRAME_HEADER_BYTES ? Expecting.FRAME_HEADER : Expecting.NOTHING;
    }
    if (segmentLeft < 0) {
      return Expecting.NOTHING;
    }
    return segmentLeft == 0 ? Expecting.MARKER_PREFIX : Expecting.SEGMENT_END;
  }

  /** SOF0 to SOF15; DHT, JPG and DAC have numbers in between. */
  private boolean isFrame() {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }

  private Expecting frameHeader(int b) {
    switch (frameRead++) {
      case 0 -> {}
      case 1, 2 -> height = (height << 8) | b;
      default -> width = (width << 8) | b;
    }
    return frameRead == FRAME_HEADER_BYTES ? Expecting.NOTHING : Expecting.FRAME_HEADER;
  }
}
