package io.imagenlambda.provider.json;

import static io.imagenlambda.provider.json.JsonBytes.END;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Pulls one JSON document out of a stream, in one pass and with one buffer. The caller walks the
 * document in order and takes each value as text, as base64, or not at all. The syntax is checked,
 * also of skipped values; only invalid UTF-8 is accepted, as U+FFFD.
 *
 * <p>Every method throws {@link UnusableAnswer} if the document is not JSON, {@link
 * java.io.EOFException} if it ends early, and whatever the stream throws.
 */
public final class JsonScanner {
  /** The kinds of values that readers must distinguish. */
  public enum Kind {
    OBJECT,
    ARRAY,
    STRING,
    NULL,
    OTHER
  }

  private static final int MOST_DEPTH = 64;
  private static final long MOST_COUNTED = 1_000_000_000_000_000L;

  private final JsonBytes bytes;
  private final JsonStrings strings;
  private int depth;
  // The one bit of state between members or elements: after a container closes nothing is first.
  private boolean first;

  public JsonScanner(InputStream in) {
    this.bytes = new JsonBytes(in);
    this.strings = new JsonStrings(bytes);
  }

  /** Skips a byte order mark, which some proxies put before a document and JSON does not allow. */
  public void begin() throws IOException {
    if (bytes.look() == 0xEF) {
      bytes.advance();
      bytes.take(0xBB);
      bytes.take(0xBF);
    }
  }

  /** The kind of the next value, without taking it. */
  public Kind peek() throws IOException {
    return switch (bytes.lookPastSpace()) {
      case '{' -> Kind.OBJECT;
      case '[' -> Kind.ARRAY;
      case '"' -> Kind.STRING;
      case 'n' -> Kind.NULL;
      case END -> throw bytes.cut();
      default -> Kind.OTHER;
    };
  }

  /** Enters an object. */
  public void object() throws IOException {
    open('{');
  }

  /** The next member's name, whose value comes next; null at the end of the object. */
  public @Nullable String name(int limit) throws IOException {
    if (!another('}')) {
      return null;
    }
    String name = text(limit);
    colon();
    return name;
  }

  /** Enters an array. */
  public void array() throws IOException {
    open('[');
  }

  /** Whether there is another element, which comes next; false at the end of the array. */
  public boolean element() throws IOException {
    return another(']');
  }

  /**
   * Reads a string.
   *
   * @param limit how many of its raw bytes are kept; the rest is dropped
   */
  public String text(int limit) throws IOException {
    bytes.lookPastSpace();
    return strings.text(limit);
  }

  /**
   * Reads a string of base64, as it arrives, into {@code decoder}.
   *
   * @return false if it is not base64: then the decoder has passed on what came before, and no more
   */
  public boolean base64(Base64Decoder decoder) throws IOException {
    bytes.lookPastSpace();
    return strings.base64(decoder);
  }

  /** Reads a value of any kind, and says whether it is {@code true}. */
  public boolean isTrue() throws IOException {
    boolean isTrue = bytes.lookPastSpace() == 't';
    skip();
    return isTrue;
  }

  /** Reads a value of any kind; one that is not a whole number from 0 to 10^15 counts as 0. */
  public long count() throws IOException {
    int first = bytes.lookPastSpace();
    if (!isDigit(first) || first == '0') {
      skip();
      return 0;
    }
    long count = 0;
    while (isDigit(bytes.look())) {
      count = Math.min(count * 10 + bytes.look() - '0', MOST_COUNTED + 1);
      bytes.advance();
    }
    boolean isWhole = bytes.look() != '.' && (bytes.look() | 0x20) != 'e';
    fraction();
    return isWhole && count <= MOST_COUNTED ? count : 0;
  }

  /** Reads a value of any kind and drops it. */
  public void skip() throws IOException {
    switch (bytes.lookPastSpace()) {
      case '{' -> {
        object();
        while (another('}')) {
          bytes.lookPastSpace();
          strings.skip();
          colon();
          skip();
        }
      }
      case '[' -> {
        array();
        while (element()) {
          skip();
        }
      }
      case '"' -> strings.skip();
      case 't' -> word("true");
      case 'f' -> word("false");
      case 'n' -> word("null");
      default -> number();
    }
  }

  /** Reads to the end of the stream; only space may follow the document. */
  public void end() throws IOException {
    if (bytes.lookPastSpace() != END) {
      throw bytes.malformed("something follows the document");
    }
  }

  /** The exception for a document that is wrong, with the position. */
  public UnusableAnswer malformed(String how) {
    return bytes.malformed(how);
  }

  private void open(char bracket) throws IOException {
    bytes.lookPastSpace();
    bytes.take(bracket);
    if (++depth > MOST_DEPTH) {
      throw bytes.malformed("it is nested too deeply");
    }
    first = true;
  }

  private boolean another(char closing) throws IOException {
    if (bytes.lookPastSpace() == closing) {
      bytes.advance();
      depth--;
      first = false;
      return false;
    }
    if (first) {
      first = false;
    } else {
      bytes.take(',');
    }
    return true;
  }

  private void colon() throws IOException {
    bytes.lookPastSpace();
    bytes.take(':');
  }

  private void word(String word) throws IOException {
    for (int i = 0; i < word.length(); i++) {
      bytes.take(word.charAt(i));
    }
  }

  private void number() throws IOException {
    if (bytes.look() == '-') {
      bytes.advance();
    }
    if (bytes.look() == '0') {
      bytes.advance();
    } else {
      digits();
    }
    fraction();
  }

  private void fraction() throws IOException {
    if (bytes.look() == '.') {
      bytes.advance();
      digits();
    }
    if ((bytes.look() | 0x20) == 'e') {
      bytes.advance();
      if (bytes.look() == '+' || bytes.look() == '-') {
        bytes.advance();
      }
      digits();
    }
  }

  private void digits() throws IOException {
    if (!isDigit(bytes.look())) {
      throw bytes.look() == END ? bytes.cut() : bytes.malformed("an unexpected character");
    }
    while (isDigit(bytes.look())) {
      bytes.advance();
    }
  }

  private static boolean isDigit(int b) {
    return b >= '0' && b <= '9';
  }
}
