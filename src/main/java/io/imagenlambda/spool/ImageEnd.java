package io.imagenlambda.spool;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * Whether an image goes on to the end that its own format has. An answer can be whole JSON and its
 * image cut all the same, on the way to whoever wrote the JSON. What stands behind the end is not
 * looked at.
 *
 * @see <a href="https://www.w3.org/TR/png-3/#5Chunk-layout">PNG: chunk layout</a>
 * @see <a href="https://developers.google.com/speed/webp/docs/riff_container">WebP container</a>
 * @see <a href="https://www.w3.org/Graphics/JPEG/itu-t81.pdf">JPEG: ITU-T T.81, annex B</a>
 */
final class ImageEnd {
  private static final int PNG_SIGNATURE_BYTES = 8;
  private static final int PNG_END = 0x49454e44; // IEND
  private static final int PNG_CHECKSUM_BYTES = 4;

  /** {@code RIFF} and the size, which does not count itself. */
  private static final int RIFF_BYTES = 8;

  private static final int JPEG_END = 0xd9;

  private ImageEnd() {}

  static boolean isReached(ImageType type, Spool image) throws IOException {
    return switch (type) {
      case PNG -> reaches(image, ImageEnd::isReachedInPng);
      case JPEG -> endsAsJpeg(image) || reaches(image, ImageEnd::isReachedInJpeg);
      case WEBP -> reaches(image, in -> image.size() - RIFF_BYTES >= riffSize(in));
    };
  }

  private interface Reader {
    /** An {@link EOFException} is an answer, too: the end is not there. */
    boolean reaches(DataInputStream content) throws IOException;
  }

  private static boolean reaches(Spool image, Reader reader) throws IOException {
    try (InputStream content = image.content();
        DataInputStream in = new DataInputStream(content)) {
      return reader.reaches(in);
    } catch (EOFException cut) {
      return false;
    }
  }

  /** Goes from chunk to chunk. A checksum that is missing at the very end harms nobody. */
  private static boolean isReachedInPng(DataInputStream in) throws IOException {
    in.skipNBytes(PNG_SIGNATURE_BYTES);
    while (true) {
      long length = Integer.toUnsignedLong(in.readInt());
      if (in.readInt() == PNG_END) {
        return true;
      }
      in.skipNBytes(length + PNG_CHECKSUM_BYTES);
    }
  }

  private static long riffSize(DataInputStream in) throws IOException {
    in.skipNBytes(RIFF_BYTES - Integer.BYTES);
    return Integer.toUnsignedLong(Integer.reverseBytes(in.readInt()));
  }

  /** As nearly every JPEG does; the others are read. */
  private static boolean endsAsJpeg(Spool image) throws IOException {
    return image.size() > 2
        && reaches(
            image,
            in -> {
              in.skipNBytes(image.size() - 2);
              return in.readUnsignedShort() == (0xff00 | JPEG_END);
            });
  }

  /** Goes from segment to segment, and through the scans, where a zero follows an 0xff of data. */
  private static boolean isReachedInJpeg(DataInputStream content) throws IOException {
    DataInputStream in = new DataInputStream(new BufferedInputStream(content));
    in.skipNBytes(2); // the start of the image
    while (true) {
      if (in.readUnsignedByte() != 0xff) {
        continue;
      }
      int marker = in.readUnsignedByte();
      while (marker == 0xff) { // fill bytes
        marker = in.readUnsignedByte();
      }
      if (marker == JPEG_END) {
        return true;
      }
      if (marker != 0 && !ImageHeader.standsAlone(marker)) {
        in.skipNBytes(Math.max(0, in.readUnsignedShort() - 2)); // it counts its own two bytes
      }
    }
  }
}
