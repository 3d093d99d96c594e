package io.imagenlambda.predict;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Pulls one JSON document out of a stream, in one pass and with one buffer. Its caller walks the
 * document in order and says of each value what it wants: text, the bytes behind base64, or
 * nothing. The syntax is checked throughout, values that are skipped included.
 *
 * <p>Every method throws {@link MalformedAnswer} where the document is not JSON, {@link
 * EOFException} where it ends early, and whatever the stream throws.
 */
final class JsonScanner {
  /** What a value begins with, as far as its reader must know. */
  enum Kind {
    OBJECT,
    ARRAY,
    STRING,
    NULL,
    OTHER
  }

  private static final int BUFFER = 64 * 1024;
  private static final int MOST_DEPTH = 64;
  private static final int END = -1;

  private final InputStream in;
  private final byte[] buffer = new byte[BUFFER];
  private int at;
  private int end;
  private long before;
  private int depth;
  // The one bit of state between members or elements: a container that closes is never the first.
  private boolean first;

  private byte[] kept = new byte[256];
  private int keptLength;
  private int keptLimit;

  JsonScanner(InputStream in) {
    this.in = in;
  }

  /** Skips a byte order mark, which some proxies put before a document and JSON does not allow. */
  void begin() throws IOException {
    if (look() == 0xEF) {
      at++;
      take(0xBB);
      take(0xBF);
    }
  }

  Kind peek() throws IOException {
    return switch (lookPastSpace()) {
      case '{' -> Kind.OBJECT;
      case '[' -> Kind.ARRAY;
      case '"' -> Kind.STRING;
      case 'n' -> Kind.NULL;
      case END -> throw cut();
      default -> Kind.OTHER;
    };
  }

  void object() throws IOException {
    open('{');
  }

  /** The next member's name, its value being next; null where the object ends. */
  @Nullable String name(int limit) throws IOException {
    if (!another('}')) {
      return null;
    }
    lookPastSpace();
    String name = text(limit);
    lookPastSpace();
    take(':');
    return name;
  }

  void array() throws IOException {
    open('[');
  }

  /** Whether there is another element, which is next; false where the array ends. */
  boolean element() throws IOException {
    return another(']');
  }

  /**
   * Reads a string.
   *
   * @param limit how many bytes of it, as they are written, are kept; the rest is dropped
   */
  String text(int limit) throws IOException {
    keptLength = 0;
    keptLimit = limit;
    boolean escaped = string();
    keptLimit = 0;
    String raw = new String(kept, 0, keptLength, UTF_8);
    return escaped ? JsonEscapes.resolve(raw) : raw;
  }

  /** Reads a string of base64, as it arrives, into {@code decoder}. */
  void base64(Base64Decoder decoder) throws IOException {
    lookPastSpace();
    take('"');
    while (true) {
      if (at == end && !fill()) {
        throw cut();
      }
      at = decoder.decode(buffer, at, end);
      if (at == end) {
        continue;
      }
      byte b = buffer[at++];
      if (b == '"') {
        decoder.finish();
        return;
      }
      if (b >= 0 && b < 0x20) {
        throw malformed("a control character in a string");
      }
      decoder.decode(b == '\\' ? escape() : (char) (b & 0xFF));
    }
  }

  /** Reads a value of any kind and drops it. */
  void skip() throws IOException {
    switch (lookPastSpace()) {
      case '{' -> {
        object();
        while (another('}')) {
          lookPastSpace();
          string();
          lookPastSpace();
          take(':');
          skip();
        }
      }
      case '[' -> {
        array();
        while (element()) {
          skip();
        }
      }
      case '"' -> string();
      case 't' -> word("true");
      case 'f' -> word("false");
      case 'n' -> word("null");
      default -> number();
    }
  }

  /** Reads what may follow the document, which is nothing but space, to the stream's end. */
  void end() throws IOException {
    if (lookPastSpace() != END) {
      throw malformed("something follows the document");
    }
  }

  MalformedAnswer malformed(String how) {
    return new MalformedAnswer(
        "the answer is not what the API promises: %s at byte %d".formatted(how, before + at));
  }

  private void open(char bracket) throws IOException {
    lookPastSpace();
    take(bracket);
    if (++depth > MOST_DEPTH) {
      throw malformed("it is nested too deeply");
    }
    first = true;
  }

  private boolean another(char closing) throws IOException {
    int next = lookPastSpace();
    if (next == closing) {
      at++;
      depth--;
      first = false;
      return false;
    }
    if (first) {
      first = false;
    } else {
      take(',');
    }
    return true;
  }

  /** Reads a string, keeping what {@link #keptLimit} allows; whether it holds an escape. */
  private boolean string() throws IOException {
    take('"');
    boolean escaped = false;
    while (true) {
      int b = next();
      if (b == '"') {
        return escaped;
      }
      if (b < 0x20) {
        throw malformed("a control character in a string");
      }
      keep(b);
      if (b == '\\') {
        escaped = true;
        escape();
      }
    }
  }

  /** Reads an escape whose backslash has been read. */
  private char escape() throws IOException {
    int b = next();
    keep(b);
    return switch (b) {
      case '"', '\\', '/' -> (char) b;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        int unit = 0;
        for (int i = 0; i < 4; i++) {
          int hex = next();
          keep(hex);
          int digit = Character.digit(hex, 16);
          if (digit < 0) {
            throw malformed("a \\u without four hexadecimal digits");
          }
          unit = (unit << 4) | digit;
        }
        yield (char) unit;
      }
      default -> throw malformed("an unknown escape");
    };
  }

  private void keep(int b) {
    if (keptLength < keptLimit) {
      if (keptLength == kept.length) {
        kept = Arrays.copyOf(kept, keptLength * 2);
      }
      kept[keptLength++] = (byte) b;
    }
  }

  private void number() throws IOException {
    if (look() == '-') {
      at++;
    }
    if (look() == '0') {
      at++;
    } else {
      digits();
    }
    if (look() == '.') {
      at++;
      digits();
    }
    if ((look() | 0x20) == 'e') {
      at++;
      if (look() == '+' || look() == '-') {
        at++;
      }
      digits();
    }
  }

  private void digits() throws IOException {
    if (!isDigit(look())) {
      throw look() == END ? cut() : malformed("an unexpected character");
    }
    while (isDigit(look())) {
      at++;
    }
  }

  private static boolean isDigit(int b) {
    return b >= '0' && b <= '9';
  }

  private void word(String word) throws IOException {
    for (int i = 0; i < word.length(); i++) {
      take(word.charAt(i));
    }
  }

  private void take(int expected) throws IOException {
    if (next() != expected) {
      at--;
      throw malformed("an unexpected character");
    }
  }

  private int lookPastSpace() throws IOException {
    while (true) {
      int b = look();
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        return b;
      }
      at++;
    }
  }

  private int next() throws IOException {
    int b = look();
    if (b == END) {
      throw cut();
    }
    at++;
    return b;
  }

  private int look() throws IOException {
    return at < end || fill() ? buffer[at] & 0xFF : END;
  }

  private boolean fill() throws IOException {
    before += end;
    at = 0;
    end = Math.max(in.read(buffer, 0, BUFFER), 0);
    return end > 0;
  }

  private EOFException cut() {
    return new EOFException("the answer ends early, after %d bytes".formatted(before + end));
  }
}
