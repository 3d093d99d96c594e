package io.imagenlambda.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.imagenlambda.generation.InvalidRequest;
import io.imagenlambda.generation.RequestJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

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

  private final RequestJson json;

  RequestFile(RequestJson json) {
    this.json = json;
  }

  /**
   * The requests in their order, read while they are asked for.
   *
   * @return empty where the name does not end as a request object's does
   */
  Optional<Iterator<Item>> read(String key, InputStream content) throws IOException {
    return switch (key.substring(key.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT)) {
      case "jsonl", "ndjson" -> Optional.of(new RequestLines(content, this::item));
      case "json" -> Optional.of(elements(item(1, whole(content))).iterator());
      case "txt" -> Optional.of(List.of(prompt(whole(content))).iterator());
      default -> Optional.empty();
    };
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

  private static List<Item> elements(Item item) {
    if (!(item instanceof Item.Json one) || !one.json().isArray()) {
      return List.of(item);
    }
    List<Item> items = new ArrayList<>();
    one.json().forEach(element -> items.add(new Item.Json(items.size() + 1, element)));
    return items;
  }

  private static Item prompt(byte[] text) {
    if (text.length > RequestJson.LONGEST) {
      return new Item.Broken(
          1,
          new InvalidRequest("the prompt has more than %d bytes".formatted(RequestJson.LONGEST)));
    }
    String prompt = new String(text, StandardCharsets.UTF_8).strip();
    return new Item.Json(1, JsonNodeFactory.instance.objectNode().put("prompt", prompt));
  }
}
