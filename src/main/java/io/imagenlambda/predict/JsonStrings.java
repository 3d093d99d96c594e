package io.imagenlambda.predict;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Arrays;

/** The strings of a JSON document: as text, as the bytes behind base64, or passed over. */
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
    return escaped ? JsonEscapes.resolve(raw) : raw;
  }

  void skip() throws IOException {
    read();
  }

  void base64(Base64Decoder decoder) throws IOException {
    bytes.take('"');
    while (true) {
      int b = bytes.nextAfter(decoder);
      switch (b) {
        case '"' -> {
          decoder.finish();
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

  /** Reads a string, keeping what {@link #keptLimit} allows; whether it holds an escape. */
  private boolean read() throws IOException {
    bytes.take('"');
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

  private void check(int b) throws MalformedAnswer {
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
    char c = JsonEscapes.character((char) b);
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
}
