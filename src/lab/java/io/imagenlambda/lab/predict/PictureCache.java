package io.imagenlambda.lab.predict;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** A cache of the last pictures, so that a benchmark does not measure their drawing. */
final class PictureCache {
  /** Four 4K images with two thoughts each are 288 MB. */
  private static final long MAX_BYTES = Math.max(128L << 20, Runtime.getRuntime().maxMemory() / 8);

  /** The file of a picture. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  record EncodedImage(byte[] bytes, String sha256) {}

  private final Map<Picture, EncodedImage> drawn = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  EncodedImage get(Picture picture) {
    synchronized (drawn) {
      EncodedImage encoded = drawn.get(picture);
      if (encoded != null) {
        return encoded;
      }
    }
    byte[] file = Painter.paint(picture);
    EncodedImage encoded = new EncodedImage(file, sha256(file));
    synchronized (drawn) {
      if (drawn.put(picture, encoded) == null) {
        bytes += file.length;
      }
      var oldest = drawn.values().iterator();
      while (bytes > MAX_BYTES && drawn.size() > 1) {
        bytes -= oldest.next().bytes.length;
        oldest.remove();
      }
    }
    return encoded;
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e); // every JDK has it
    }
  }
}
