package io.imagenlambda.provider.json;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** Reads a stream of JSON through one buffer, by the byte or by the piece. */
final class JsonBytes {
  static final int END = -1;

  private static final int BUFFER = 64 * 1024;

  private final InputStream in;
  private final byte[] buffer = new byte[BUFFER];
  private int at;
  private int end;
  private long before;

  JsonBytes(InputStream in) {
    this.in = in;
  }

  /** The next byte, without taking it; {@link #END} at the end. */
  int look() throws IOException {
    return at < end || fill() ? buffer[at] & 0xFF : END;
  }

  int lookPastSpace() throws IOException {
    while (true) {
      int b = look();
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        return b;
      }
      at++;
    }
  }

  /** Takes the byte that {@link #look} has shown. */
  void advance() {
    at++;
  }

  int next() throws IOException {
    int b = look();
    if (b == END) {
      throw cut();
    }
    at++;
    return b;
  }

  void take(int expected) throws IOException {
    if (look() != expected) {
      throw look() == END ? cut() : malformed("an unexpected character");
    }
    at++;
  }

  /** Feeds {@code decoder} up to the first byte outside its alphabet, and takes that byte. */
  int nextAfter(Base64Decoder decoder) throws IOException {
    while (at < end || fill()) {
      at = decoder.decode(buffer, at, end);
      if (at < end) {
        return next();
      }
    }
    throw cut();
  }

  UnusableAnswer malformed(String how) {
    return UnusableAnswer.malformed(
        "the answer is not what the API promises: %s at byte %d".formatted(how, before + at));
  }

  EOFException cut() {
    return new EOFException("the answer ends early, after %d bytes".formatted(before + end));
  }

  private boolean fill() throws IOException {
    before += end;
    at = 0;
    end = 0;
    end = Math.max(in.read(buffer, 0, BUFFER), 0);
    return end > 0;
  }
}
