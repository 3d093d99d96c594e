package io.imagenlambda.event;

import io.imagenlambda.generation.RequestParser;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * Ids for requests that name none, made of what stays the same when AWS delivers an event again.
 */
final class EventId {
  private EventId() {}

  /**
   * An id made of the event's own: that one where it can serve as it is, else a readable form of it
   * with a digest, so that two different ones stay different.
   */
  static String of(String eventsOwn) {
    return RequestParser.isId(eventsOwn) ? eventsOwn : readable(eventsOwn, eventsOwn);
  }

  /**
   * What the ids of an object's requests begin with; short enough for a line number to follow.
   *
   * @param version the object's version id or ETag: other content is another request
   */
  static String ofObject(String bucket, String key, String version) {
    return readable(
        key.substring(key.lastIndexOf('/') + 1), String.join("\n", bucket, key, version));
  }

  private static String readable(String name, String whole) {
    String plain =
        name.replaceAll("[^A-Za-z0-9._]+", "-")
            .replaceAll("^[^A-Za-z0-9]+|(?<=[A-Za-z0-9])[^A-Za-z0-9]+$", "");
    String digest = UUID.nameUUIDFromBytes(whole.getBytes(StandardCharsets.UTF_8)).toString();
    return plain.isEmpty()
        ? digest
        : plain.substring(0, Math.min(60, plain.length())) + "-" + digest;
  }
}
