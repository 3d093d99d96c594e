package io.imagenlambda.spool;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How the formats begin, also those that are only read.
 *
 * @see <a href="https://www.iana.org/assignments/media-types/image/heic">HEIC</a>
 */
public final class ImageSignature {
  static final String PNG = "\u0089PNG\r\n\u001a\n";
  static final String JPEG = "\u00ff\u00d8\u00ff";

  /** So many bytes show the type. */
  static final int BYTES = 12;

  private ImageSignature() {}

  /**
   * The type of an image by its first bytes: of PNG, JPEG, WebP, HEIC and HEIF.
   *
   * @param start 12 bytes are enough
   */
  public static Optional<String> mimeType(byte[] start) {
    if (has(start, 0, PNG)) {
      return Optional.of(ImageType.PNG.mimeType());
    }
    if (has(start, 0, JPEG)) {
      return Optional.of(ImageType.JPEG.mimeType());
    }
    if (isWebp(start)) {
      return Optional.of(ImageType.WEBP.mimeType());
    }
    if (!has(start, 4, "ftyp")) {
      return Optional.empty();
    }
    if (hasBrand(start, "heic", "heix", "heim", "heis", "hevc", "hevx")) {
      return Optional.of("image/heic");
    }
    return hasBrand(start, "mif1", "msf1") ? Optional.of("image/heif") : Optional.empty();
  }

  /** How the key of an image of such a type ends, without the dot. */
  public static String extension(String mimeType) {
    return ImageType.ofMimeType(mimeType)
        .map(ImageType::extension)
        .orElse(mimeType.substring(mimeType.indexOf('/') + 1));
  }

  static boolean isWebp(byte[] start) {
    return has(start, 0, "RIFF") && has(start, 8, "WEBP");
  }

  private static boolean hasBrand(byte[] start, String... brands) {
    return Stream.of(brands).anyMatch(brand -> has(start, 8, brand));
  }

  static boolean has(byte[] start, int at, String expected) {
    byte[] bytes = expected.getBytes(ISO_8859_1);
    return start.length >= at + bytes.length
        && Arrays.equals(start, at, at + bytes.length, bytes, 0, bytes.length);
  }
}
