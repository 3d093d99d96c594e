package io.imagenlambda.spool;

import static io.imagenlambda.spool.ImageSignature.has;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * What an image says about itself in its first bytes. PNG and WebP do so within 30 bytes; a JPEG's
 * frame header may follow segments of any length (EXIF, ICC profiles, thumbnails).
 *
 * @param width in pixels, at least 1, as the image is shown: a JPEG's EXIF may turn it on its side
 * @param height in pixels, at least 1
 * @see <a href="https://www.w3.org/TR/png-3/#11IHDR">PNG: IHDR</a>
 * @see <a href="https://developers.google.com/speed/webp/docs/riff_container">WebP container</a>
 * @see <a href="https://www.w3.org/Graphics/JPEG/itu-t81.pdf">JPEG: ITU-T T.81, annex B</a>
 */
public record ImageHeader(ImageType type, int width, int height) {
  private static final String PNG = ImageSignature.PNG + "\0\0\0\rIHDR";
  private static final int PNG_BYTES = 24;
  private static final int WEBP_BYTES = 30;
  private static final int JPEG_START_BYTES = 2;

  /** The segment of EXIF, and of other things. */
  private static final int APP1 = 0xe1;

  /** In a JPEG's frame header: precision, height and width, of one byte, two and two. */
  private static final int FRAME_BYTES = 5;

  /**
   * Reads as much of an image as needed.
   *
   * @return empty if the content is not a PNG, JPEG or WebP image, or has no pixels
   */
  static Optional<ImageHeader> read(InputStream content) throws IOException {
    DataInputStream in = new DataInputStream(new BufferedInputStream(content));
    in.mark(WEBP_BYTES);
    byte[] start = in.readNBytes(WEBP_BYTES);
    if (has(start, 0, PNG) && start.length >= PNG_BYTES) {
      return of(ImageType.PNG, bigEndian(start, 16), bigEndian(start, 20));
    }
    if (ImageSignature.isWebp(start) && start.length == WEBP_BYTES) {
      return webp(start);
    }
    if (has(start, 0, ImageSignature.JPEG)) {
      in.reset();
      in.skipNBytes(JPEG_START_BYTES);
      return jpeg(in);
    }
    return Optional.empty();
  }

  private static Optional<ImageHeader> webp(byte[] start) {
    if (has(start, 12, "VP8X")) {
      return of(ImageType.WEBP, 1 + littleEndian(start, 24, 3), 1 + littleEndian(start, 27, 3));
    }
    if (has(start, 12, "VP8L") && start[20] == 0x2f) {
      int packed = littleEndian(start, 21, 4);
      return of(ImageType.WEBP, 1 + (packed & 0x3fff), 1 + ((packed >>> 14) & 0x3fff));
    }
    if (has(start, 12, "VP8 ") && (start[20] & 1) == 0 && has(start, 23, "\u009d\u0001*")) {
      return of(
          ImageType.WEBP, littleEndian(start, 26, 2) & 0x3fff, littleEndian(start, 28, 2) & 0x3fff);
    }
    return Optional.empty();
  }

  /** Skips segments until one is a frame. */
  private static Optional<ImageHeader> jpeg(DataInputStream in) throws IOException {
    boolean isOnItsSide = false;
    try {
      while (in.readUnsignedByte() == 0xff) {
        int marker = in.readUnsignedByte();
        while (marker == 0xff) { // fill bytes
          marker = in.readUnsignedByte();
        }
        if (standsAlone(marker)) {
          continue;
        }
        if (marker < 0xc0 || marker == 0xd8 || marker == 0xd9 || marker == 0xda) {
          return Optional.empty(); // no frame can follow
        }
        int length = in.readUnsignedShort() - 2; // the length counts its own two bytes
        if (length < (isFrame(marker) ? FRAME_BYTES : 0)) {
          return Optional.empty();
        }
        if (isFrame(marker)) {
          in.skipNBytes(1);
          int height = in.readUnsignedShort(); // 0 where the end of the scan has it
          int width = in.readUnsignedShort();
          return isOnItsSide
              ? of(ImageType.JPEG, height, width)
              : of(ImageType.JPEG, width, height);
        }
        if (marker == APP1) {
          isOnItsSide |= Exif.isOnItsSide(in.readNBytes(length));
        } else {
          in.skipNBytes(length);
        }
      }
    } catch (EOFException e) {
      // cut before its frame
    }
    return Optional.empty();
  }

  /** Whether no length and no content follow the marker. */
  static boolean standsAlone(int marker) {
    return marker == 0x01 || (marker >= 0xd0 && marker <= 0xd7);
  }

  /** SOF0 to SOF15; DHT, JPG and DAC have numbers in between. */
  private static boolean isFrame(int marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }

  private static Optional<ImageHeader> of(ImageType type, int width, int height) {
    return width > 0 && height > 0
        ? Optional.of(new ImageHeader(type, width, height))
        : Optional.empty();
  }

  private static int bigEndian(byte[] start, int at) {
    return Integer.reverseBytes(littleEndian(start, at, 4));
  }

  private static int littleEndian(byte[] start, int at, int bytes) {
    int value = 0;
    for (int i = bytes - 1; i >= 0; i--) {
      value = (value << 8) | (start[at + i] & 0xff);
    }
    return value;
  }
}
