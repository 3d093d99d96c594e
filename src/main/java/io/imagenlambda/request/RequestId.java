package io.imagenlambda.request;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.UUID;
import java.util.regex.Pattern;

/** The rule for ids, and ids made of what stays the same when AWS delivers an event again. */
public final class RequestId {
  /** The rule in words. */
  public static final String RULE =
      "1 to 128 letters, digits, '.', '_' or '-', beginning with a letter or digit";

  /** The rule as a regular expression: without a slash, and never only dots. */
  public static final String PATTERN = "[A-Za-z0-9][A-Za-z0-9._-]{0,127}";

  private static final Pattern ID = Pattern.compile(PATTERN);

  private RequestId() {}

  public static boolean isValid(String id) {
    return ID.matcher(id).matches();
  }

  /**
   * The event's own id if it is valid, else a readable form of it with a digest, so that different
   * ids stay different.
   */
  public static String ofEvent(String eventsOwn) {
    return isValid(eventsOwn) ? eventsOwn : readable(eventsOwn, eventsOwn);
  }

  /**
   * The beginning of the ids of an object's requests, with room for a line number.
   *
   * @param version the object's version id or ETag: other content is another request
   */
  public static String ofObject(String bucket, String key, String version) {
    return readable(
        key.substring(key.lastIndexOf('/') + 1), String.join("\n", bucket, key, version));
  }

  private static String readable(String name, String whole) {
    String plain =
        name.replaceAll("[^A-Za-z0-9._]+", "-")
            .replaceAll("^[^A-Za-z0-9]+|(?<=[A-Za-z0-9])[^A-Za-z0-9]+$", "");
    String digest = UUID.nameUUIDFromBytes(whole.getBytes(UTF_8)).toString();
    return plain.isEmpty()
        ? digest
        : plain.substring(0, Math.min(60, plain.length())) + "-" + digest;
  }
}
