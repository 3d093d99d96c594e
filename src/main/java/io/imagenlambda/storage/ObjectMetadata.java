package io.imagenlambda.storage;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Makes caller-given pairs fit for S3's user metadata, which travels in HTTP headers: names of
 * lower-case letters, digits, '-' and '_'; values in one line; what is not ASCII as RFC 2047
 * encoded words, which S3 itself understands. S3 takes 2 KB in all: long values are cut, and what
 * then does not fit is left out. The result object holds everything in full.
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

  private ObjectMetadata() {}

  /**
   * The first pairs win: over later ones that get the same name, and over those that no longer fit.
   */
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
