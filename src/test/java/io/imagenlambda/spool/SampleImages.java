package io.imagenlambda.spool;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Random;
import javax.imageio.ImageIO;

/** Small images: PNG and JPEG as the JDK writes them, the three WebP headers by hand. */
public final class SampleImages {
  private SampleImages() {}

  public static byte[] png(int width, int height) {
    return written("png", width, height);
  }

  public static byte[] jpeg(int width, int height) {
    return written("jpeg", width, height);
  }

  /** With a segment of 60 KB and one of 40 KB before the frame, as cameras and editors write. */
  public static byte[] jpegWithLongSegments(int width, int height) {
    byte[] plain = jpeg(width, height);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(plain, 0, 2);
    segment(out, 0xe1, 60_000);
    out.write(0xff); // a fill byte
    segment(out, 0xe2, 40_000);
    out.write(plain, 2, plain.length - 2);
    return out.toByteArray();
  }

  /**
   * With an EXIF segment.
   *
   * @param orientation 1 to 8
   * @param letter of the byte order: {@code I} or {@code M}
   */
  public static byte[] jpegWithOrientation(int width, int height, int orientation, char letter) {
    ByteBuffer tiff = ByteBuffer.allocate(38);
    tiff.order(letter == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    tiff.put((byte) letter).put((byte) letter).putShort((short) 42).putInt(8).putShort((short) 2);
    tiff.putShort((short) 0x0103).putShort((short) 3).putInt(1).putShort((short) 6);
    tiff.putShort((short) 0);
    tiff.putShort((short) 0x0112).putShort((short) 3).putInt(1).putShort((short) orientation);
    byte[] plain = jpeg(width, height);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(plain, 0, 2);
    out.writeBytes(new byte[] {-1, (byte) 0xe1, 0, (byte) (2 + 6 + tiff.capacity())});
    out.writeBytes("Exif\0\0".getBytes(ISO_8859_1));
    out.writeBytes(tiff.array());
    out.write(plain, 2, plain.length - 2);
    return out.toByteArray();
  }

  private static void segment(ByteArrayOutputStream out, int marker, int length) {
    out.write(0xff);
    out.write(marker);
    out.write(length >> 8);
    out.write(length);
    byte[] content = new byte[length - 2];
    new Random(marker).nextBytes(content);
    out.writeBytes(content);
  }

  /** Lossy, 176 x 144: frame tag, start code, 14 bits each. */
  public static byte[] webpLossy() {
    return webp("VP8 ", "d0 12 00 9d 01 2a b0 00 90 00");
  }

  /** Lossless, 386 x 395: signature, then 14 bits each, less one. */
  public static byte[] webpLossless() {
    return webp("VP8L", "2f 81 81 62 10 8d 5c 01 00 00");
  }

  /** Extended, 2048 x 1152: flags, then 24 bits each, less one. */
  public static byte[] webpExtended() {
    return webp("VP8X", "10 00 00 00 ff 07 00 7f 04 00");
  }

  private static byte[] webp(String chunk, String hex) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes("RIFF*\0\0\0WEBP".getBytes(ISO_8859_1));
    out.writeBytes(chunk.getBytes(ISO_8859_1));
    out.writeBytes(new byte[] {0x0a, 0, 0, 0});
    out.writeBytes(HexFormat.ofDelimiter(" ").parseHex(hex));
    out.writeBytes(new byte[20]);
    return out.toByteArray();
  }

  private static byte[] written(String format, int width, int height) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), format, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
