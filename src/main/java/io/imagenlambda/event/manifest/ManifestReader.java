package io.imagenlambda.event.manifest;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.imagenlambda.request.InvalidRequest;
import io.imagenlambda.request.RequestJson;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The requests of an object, by the end of its name: {@code .jsonl} has one per line, {@code .json}
 * values and arrays of them, {@code .txt} is a prompt.
 */
final class ManifestReader {
  /** One of an object's requests. */
  sealed interface Item {
    /** Where it stands, from 1: the line, or the element of an array. */
    int line();

    /** JSON, whether or not it is a valid request. */
    record Json(int line, JsonNode json) implements Item {}

    /** What cannot be read, or is over a limit. */
    record Broken(int line, InvalidRequest why) implements Item {}
  }

  private static final Set<String> KINDS = Set.of("jsonl", "ndjson", "json", "txt");

  private final RequestJson json;
  private final int most;

  /**
   * Makes a reader.
   *
   * @param most how many requests an object may have; one broken item stands for the rest
   */
  ManifestReader(RequestJson json, int most) {
    this.json = json;
    this.most = most;
  }

  /** What stands for all of an object that is not text. */
  static Item.Broken notText() {
    return new Item.Broken(
        1,
        new InvalidRequest(
            "the object is not text in UTF-8, nor in UTF-16 with a byte order mark: none of it is"
                + " run"));
  }

  static boolean reads(String name) {
    return KINDS.contains(ending(name));
  }

  /**
   * The requests in order, read on demand.
   *
   * @param content text, as {@link TextStream#isText} says
   */
  Iterator<Item> read(String name, InputStream content) throws IOException {
    return new AtMost(items(name, new TextStream(content)), most);
  }

  private Iterator<Item> items(String name, InputStream content) throws IOException {
    return switch (ending(name)) {
      case "jsonl", "ndjson" -> new Lines(content, this::item);
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
      return new Elements(json, content);
    } catch (InvalidRequest invalid) {
      return List.<Item>of(new Item.Broken(1, invalid)).iterator();
    }
  }

  /** One byte more than allowed shows that it is too long. */
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
    String prompt = new String(text, UTF_8).strip();
    if (prompt.indexOf('\0') >= 0 || prompt.startsWith("%PDF-")) {
      return notText();
    }
    return new Item.Json(1, JsonNodeFactory.instance.objectNode().put("prompt", prompt));
  }

  /** The lines of a {@code .jsonl} object, without blank ones; one that is too long is cut. */
  private static final class Lines implements Iterator<Item> {
    /** Makes an item from a line's number, from 1, and its bytes. */
    interface LineReader {
      Item item(int line, byte[] text);
    }

    private final InputStream content;
    private final LineReader reader;
    private int line;
    private boolean ended;
    private @Nullable Item next;

    Lines(InputStream content, LineReader reader) {
      this.content = new BufferedInputStream(content, 64 * 1024);
      this.reader = reader;
    }

    @Override
    public boolean hasNext() {
      while (next == null && !ended) {
        byte[] text = line();
        if (!isBlank(text)) {
          next = reader.item(line, text);
        }
      }
      return next != null;
    }

    @Override
    public Item next() {
      if (!hasNext() || next == null) {
        throw new NoSuchElementException();
      }
      Item item = next;
      next = null;
      return item;
    }

    private byte[] line() {
      line++;
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      try {
        int each = content.read();
        while (each != '\n' && each != -1) {
          // One byte more than allowed shows that it is too long; the rest is dropped.
          if (text.size() <= RequestJson.LONGEST) {
            text.write(each);
          }
          each = content.read();
        }
        ended = each == -1;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return text.toByteArray();
    }

    private static boolean isBlank(byte[] text) {
      for (byte each : text) {
        if (each != ' ' && each != '\t' && each != '\r') {
          return false;
        }
      }
      return true;
    }
  }

  /** The requests of a {@code .json} object. */
  private static final class Elements implements Iterator<Item> {
    private final ElementBound bounded;
    private final RequestJson.Elements elements;
    private int element;
    private boolean ended;
    private @Nullable Item next;

    Elements(RequestJson json, InputStream content) throws IOException {
      bounded = new ElementBound(content);
      elements = json.elements(bounded);
    }

    @Override
    public boolean hasNext() {
      if (next == null && !ended) {
        next = element();
        ended = next == null;
      }
      return next != null;
    }

    @Override
    public Item next() {
      if (!hasNext() || next == null) {
        throw new NoSuchElementException();
      }
      Item item = next;
      next = null;
      return item;
    }

    private @Nullable Item element() {
      element++;
      bounded.nextElement();
      try {
        return elements.next().map(json -> new Item.Json(element, json)).orElse(null);
      } catch (InvalidRequest invalid) {
        return new Item.Broken(element, invalid);
      } catch (ElementBound.TooLong e) {
        return new Item.Broken(
            element,
            new InvalidRequest(
                "the request has more than %d bytes".formatted(RequestJson.LONGEST)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Limits the bytes of each element, because the parser holds an element as a whole. */
  private static final class ElementBound extends FilterInputStream {
    /** An element is longer than a request may be. */
    static final class TooLong extends IOException {
      private static final long serialVersionUID = 1;
    }

    /** The parser may have read so much of the next element already. */
    private static final int READ_AHEAD = 64 * 1024;

    private int left = RequestJson.LONGEST + READ_AHEAD;

    ElementBound(InputStream in) {
      super(in);
    }

    void nextElement() {
      left = RequestJson.LONGEST + READ_AHEAD;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
      if (left <= 0) {
        throw new TooLong();
      }
      int count = super.read(to, offset, Math.min(length, left));
      left -= Math.max(count, 0);
      return count;
    }
  }

  /** The first of an object's requests; if there are more, the last item says so. */
  private static final class AtMost implements Iterator<Item> {
    private final Iterator<Item> all;
    private final int most;
    private int count;

    AtMost(Iterator<Item> all, int most) {
      this.all = all;
      this.most = most;
    }

    @Override
    public boolean hasNext() {
      return count <= most && all.hasNext();
    }

    @Override
    public Item next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Item item = all.next();
      count++;
      return count <= most
          ? item
          : new Item.Broken(
              item.line(),
              new InvalidRequest(
                  ("the object has more than %d requests, see IMAGEN_MAX_REQUESTS: the rest is not"
                          + " run")
                      .formatted(most)));
    }
  }
}
