package io.imagenlambda.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.imagenlambda.generation.InvalidRequest;
import io.imagenlambda.generation.RequestJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The requests of an object, by the end of its name: {@code .jsonl} has one a line, {@code .json}
 * one or an array, {@code .txt} is a prompt.
 */
final class RequestFile {
  /** One of an object's requests. */
  sealed interface Item {
    /** Where it stands, from 1: the line, or the element of an array. */
    int line();

    /** JSON, be it a valid request or not. */
    record Json(int line, JsonNode json) implements Item {}

    /** No JSON at all. */
    record Broken(int line, InvalidRequest why) implements Item {}
  }

  private static final Set<String> KINDS = Set.of("jsonl", "ndjson", "json", "txt");

  /** In bytes; ten thousand requests of some kilobytes each. */
  static final long LARGEST = 100L * 1024 * 1024;

  private final RequestJson json;
  private final int most;

  /**
   * A reader of objects.
   *
   * @param most how many requests an object may have; what follows is one broken item
   */
  RequestFile(RequestJson json, int most) {
    this.json = json;
    this.most = most;
  }

  /** Whether an object of that name is one. */
  static boolean isOne(String name) {
    return KINDS.contains(ending(name));
  }

  /**
   * The requests in their order, read while they are asked for.
   *
   * @param bytes the object's size, of which one that is too large is not read at all
   */
  Iterator<Item> read(String name, long bytes, InputStream content) throws IOException {
    if (bytes > LARGEST) {
      return List.<Item>of(
              new Item.Broken(
                  1,
                  new InvalidRequest(
                      "the object has %d bytes but may have %d".formatted(bytes, LARGEST))))
          .iterator();
    }
    return new FirstRequests(items(name, content), most);
  }

  private Iterator<Item> items(String name, InputStream content) throws IOException {
    return switch (ending(name)) {
      case "jsonl", "ndjson" -> new RequestLines(content, this::item);
      case "json" -> elements(content);
      case "txt" -> List.of(prompt(whole(content))).iterator();
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static String ending(String name) {
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  private Iterator<Item> elements(InputStream content) throws IOException {
    try {
      return new RequestElements(json, content);
    } catch (InvalidRequest invalid) {
      return List.<Item>of(new Item.Broken(1, invalid)).iterator();
    }
  }

  /** One byte more than is allowed tells that it is too long. */
  private static byte[] whole(InputStream content) throws IOException {
    return content.readNBytes(RequestJson.LONGEST + 1);
  }

  private Item item(int line, byte[] text) {
    try {
      return new Item.Json(line, json.read(text));
    } catch (InvalidRequest invalid) {
      return new Item.Broken(line, invalid);
    }
  }

  private static Item prompt(byte[] text) {
    if (text.length > RequestJson.LONGEST) {
      return new Item.Broken(
          1,
          new InvalidRequest("the prompt has more than %d bytes".formatted(RequestJson.LONGEST)));
    }
    // Some editors begin a file with a byte order mark.
    String prompt = new String(text, StandardCharsets.UTF_8).replaceFirst("^\uFEFF", "").strip();
    return new Item.Json(1, JsonNodeFactory.instance.objectNode().put("prompt", prompt));
  }
}
