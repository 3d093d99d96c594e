package io.imagenlambda.provider.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.imagenlambda.provider.json.Base64Decoder.NotBase64;
import java.io.IOException;
import java.util.Arrays;

/** Reads the strings of a JSON document as text or as base64, or skips them. */
final class JsonStrings {
  private final JsonBytes bytes;

  private byte[] kept = new byte[256];
  private int keptLength;
  private int keptLimit;

  JsonStrings(JsonBytes bytes) {
    this.bytes = bytes;
  }

  String text(int limit) throws IOException {
    keptLength = 0;
    keptLimit = limit;
    boolean escaped = read();
    keptLimit = 0;
    String raw = new String(kept, 0, keptLength, UTF_8);
    return escaped ? resolve(raw) : raw;
  }

  void skip() throws IOException {
    read();
  }

  /** Returns whether the string is base64; it is read to its end in any case. */
  boolean base64(Base64Decoder decoder) throws IOException {
    bytes.take('"');
    boolean ended = false;
    try {
      decode(decoder);
      ended = true;
      decoder.finish();
      return true;
    } catch (NotBase64 e) {
      decoder.reset();
      if (!ended) {
        var _ = rest();
      }
      return false;
    }
  }

  private void decode(Base64Decoder decoder) throws IOException {
    while (true) {
      int b = bytes.nextAfter(decoder);
      switch (b) {
        case '"' -> {
          return;
        }
        case '\\' -> decoder.decode(escape());
        default -> {
          check(b);
          decoder.decode((char) b);
        }
      }
    }
  }

  /** Keeps what {@link #keptLimit} allows, and returns whether the string has an escape. */
  private boolean read() throws IOException {
    bytes.take('"');
    return rest();
  }

  private boolean rest() throws IOException {
    boolean escaped = false;
    while (true) {
      int b = bytes.next();
      if (b == '"') {
        return escaped;
      }
      check(b);
      keep(b);
      if (b == '\\') {
        escaped = true;
        escape();
      }
    }
  }

  private void check(int b) throws UnusableAnswer {
    if (b < 0x20) {
      throw bytes.malformed("a control character in a string");
    }
  }

  /** Reads an escape whose backslash has been read. */
  private char escape() throws IOException {
    int b = bytes.next();
    keep(b);
    if (b == 'u') {
      return unicode();
    }
    char c = character((char) b);
    if (c == 0) {
      throw bytes.malformed("an unknown escape");
    }
    return c;
  }

  private char unicode() throws IOException {
    int unit = 0;
    for (int i = 0; i < 4; i++) {
      int hex = bytes.next();
      keep(hex);
      int digit = Character.digit(hex, 16);
      if (digit < 0) {
        throw bytes.malformed("a \\u without four hexadecimal digits");
      }
      unit = (unit << 4) | digit;
    }
    return (char) unit;
  }

  private void keep(int b) {
    if (keptLength < keptLimit) {
      if (keptLength == kept.length) {
        kept = Arrays.copyOf(kept, keptLength * 2);
      }
      kept[keptLength++] = (byte) b;
    }
  }

  /** What an escape of one letter stands for; 0 if there is no such escape. */
  private static char character(char letter) {
    return switch (letter) {
      case '"', '\\', '/' -> letter;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> 0;
    };
  }

  /**
   * Replaces escapes by their characters.
   *
   * @param raw the checked text between the quotes; an escape that is cut at its end is left out
   */
  private static String resolve(String raw) {
    StringBuilder text = new StringBuilder(raw.length());
    int from = 0;
    int escape;
    while ((escape = raw.indexOf('\\', from)) >= 0) {
      text.append(raw, from, escape);
      boolean unicode = raw.startsWith("u", escape + 1);
      from = escape + (unicode ? 6 : 2);
      if (from > raw.length()) {
        return text.toString();
      }
      text.append(
          unicode
              ? (char) Integer.parseInt(raw, escape + 2, from, 16)
              : character(raw.charAt(escape + 1)));
    }
    return text.append(raw, from, raw.length()).toString();
  }
}
