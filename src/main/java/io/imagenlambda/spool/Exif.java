package io.imagenlambda.spool;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What a JPEG's EXIF segment says about how the image is to be turned when it is shown.
 *
 * @see <a href="https://www.cipa.jp/std/documents/e/DC-008-2012_E.pdf">EXIF 2.3, 4.6.4 and 4.7</a>
 */
final class Exif {
  private static final String START = "Exif\0\0";
  private static final int START_BYTES = 6;
  private static final int FIRST_DIRECTORY = 4;
  private static final int ENTRY_BYTES = 12;
  private static final int ORIENTATION = 0x0112;
  private static final int FIRST_ON_ITS_SIDE = 5;
  private static final int LAST_ON_ITS_SIDE = 8;

  private Exif() {}

  /**
   * Whether the image is shown on its side, so that width and height change places.
   *
   * @param segment the content of an APP1 segment, which may be of another kind, or broken
   */
  static boolean isOnItsSide(byte[] segment) {
    if (!ImageSignature.has(segment, 0, START)) {
      return false;
    }
    try {
      int orientation =
          orientation(ByteBuffer.wrap(segment, START_BYTES, segment.length - START_BYTES).slice());
      return orientation >= FIRST_ON_ITS_SIDE && orientation <= LAST_ON_ITS_SIDE;
    } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException e) {
      return false; // it points out of itself
    }
  }

  /** 0 for none. */
  private static int orientation(ByteBuffer tiff) {
    tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    int directory = tiff.getInt(FIRST_DIRECTORY);
    int entries = Short.toUnsignedInt(tiff.getShort(directory));
    for (int i = 0; i < entries; i++) {
      int entry = directory + Short.BYTES + i * ENTRY_BYTES;
      if (Short.toUnsignedInt(tiff.getShort(entry)) == ORIENTATION) {
        return Short.toUnsignedInt(tiff.getShort(entry + ENTRY_BYTES - Integer.BYTES));
      }
    }
    return 0;
  }
}
