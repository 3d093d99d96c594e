package io.imagenlambda.storage;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.imagenlambda.spool.ImageType;
import io.imagenlambda.storage.ImageStore.StoredImage;
import io.imagenlambda.storage.KeyLayout.S3Location;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/**
 * Makes a caller's pairs fit for S3's user metadata, which are HTTP headers: names of lower-case
 * letters, digits, '-' and '_'; values in one line; non-ASCII as RFC 2047 encoded words, which S3
 * understands. S3 takes 2 KB in all: long values are cut, and what still does not fit is left out.
 * The result object holds everything in full.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html">S3 user
 *     metadata</a>
 */
final class ObjectMetadata {
  private static final int LIMIT = 2048;
  private static final int VALUE_LIMIT = 512;
  private static final int NAME_LIMIT = 64;
  private static final int NAME_PREFIX = "x-amz-meta-".length();

  /** An encoded word has at most 75 characters: 60 of base64, that is 45 bytes. */
  private static final int WORD_BYTES = 45;

  // From these the result of a paid call is restored after a crash, without reading the image.
  private static final String WIDTH = "width";
  private static final String HEIGHT = "height";
  private static final String SHA256 = "sha256";
  private static final String REQUEST = "imagen-request-sha256";

  private ObjectMetadata() {}

  /** An image's own metadata, and as many of the others as fit. */
  static Map<String, String> of(StoredImage image, Map<String, String> others) {
    return of(
        Map.of(
            WIDTH, Integer.toString(image.width()),
            HEIGHT, Integer.toString(image.height()),
            SHA256, image.sha256(),
            REQUEST, image.requestDigest()),
        others);
  }

  /** The image with these metadata; empty if this function did not store it. */
  static Optional<StoredImage> image(S3Location object, HeadObjectResponse head) {
    return ImageType.ofMimeType(head.contentType())
        .flatMap(type -> image(object, type, head.contentLength(), head.metadata()));
  }

  private static Optional<StoredImage> image(
      S3Location object, ImageType type, long bytes, Map<String, String> metadata) {
    String width = metadata.get(WIDTH);
    String height = metadata.get(HEIGHT);
    String sha256 = metadata.get(SHA256);
    String requestDigest = metadata.get(REQUEST);
    if (width == null || height == null || sha256 == null || requestDigest == null) {
      return Optional.empty();
    }
    return Optional.of(
        new StoredImage(
            object.toString(),
            type,
            bytes,
            Integer.parseInt(width),
            Integer.parseInt(height),
            sha256,
            requestDigest));
  }

  /** The first pairs win, over later ones of the same name and over those that do not fit. */
  static Map<String, String> of(Map<String, String> ours, Map<String, String> theirs) {
    Map<String, String> fitting = new LinkedHashMap<>();
    int used = add(ours, fitting, 0);
    add(theirs, fitting, used);
    return fitting;
  }

  private static int add(Map<String, String> from, Map<String, String> to, int usedBefore) {
    int used = usedBefore;
    for (Map.Entry<String, String> pair : from.entrySet()) {
      String name = name(pair.getKey());
      String value = value(pair.getValue());
      int size = NAME_PREFIX + name.length() + value.length();
      if (!name.isEmpty() && used + size <= LIMIT && to.putIfAbsent(name, value) == null) {
        used += size;
      }
    }
    return used;
  }

  private static String name(String given) {
    String safe = given.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_-]", "-");
    return safe.substring(0, Math.min(NAME_LIMIT, safe.length()));
  }

  private static String value(String given) {
    String line = given.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
    // "=?" would be read as the start of an encoded word
    if (US_ASCII.newEncoder().canEncode(line) && !line.contains("=?")) {
      return line.length() <= VALUE_LIMIT ? line : line.substring(0, VALUE_LIMIT).strip();
    }
    return encodedWords(line);
  }

  private static String encodedWords(String line) {
    List<String> words = new ArrayList<>();
    int length = 0;
    for (String part : parts(line)) {
      String word = "=?UTF-8?B?" + Base64.getEncoder().encodeToString(part.getBytes(UTF_8)) + "?=";
      length += word.length() + 1;
      if (length > VALUE_LIMIT) {
        break;
      }
      words.add(word);
    }
    return String.join(" ", words);
  }

  /** No character is split between two words. */
  private static List<String> parts(String line) {
    List<String> parts = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    int bytes = 0;
    for (int codePoint : line.codePoints().toArray()) {
      String character = Character.toString(codePoint);
      int size = character.getBytes(UTF_8).length;
      if (bytes + size > WORD_BYTES) {
        parts.add(part.toString());
        part.setLength(0);
        bytes = 0;
      }
      part.append(character);
      bytes += size;
    }
    parts.add(part.toString());
    return parts;
  }
}
