package io.imagenlambda.event.manifest;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.HexFormat;

/**
 * Text as UTF-8 without a byte order mark, whether it came in UTF-8 or, as its mark says, in
 * UTF-16. Where it stops being such text, reading ends in a {@link CharacterCodingException}.
 */
final class TextStream extends InputStream {
  private final Reader text;

  /** With room for the second half of a character whose first half is the last that was read. */
  private final char[] characters = new char[8 * 1024 + 1];

  private byte[] bytes = {};
  private int next;

  TextStream(InputStream content) throws IOException {
    PushbackInputStream marked = new PushbackInputStream(content, 4);
    String start = HexFormat.of().formatHex(peek(marked, 4));
    Charset charset = UTF_8;
    int mark = 0;
    if (start.startsWith("efbbbf")) {
      mark = 3;
    } else if (start.startsWith("feff") || start.startsWith("fffe")) {
      charset = start.startsWith("feff") ? UTF_16BE : UTF_16LE;
      mark = 2;
    }
    if (start.matches("fffe0000|00.*|..00.*")) {
      throw new CharacterCodingException(); // UTF-32, or UTF-16 without a mark
    }
    marked.skipNBytes(mark);
    text = new InputStreamReader(marked, charset.newDecoder()); // which reports what is malformed
  }

  private static byte[] peek(PushbackInputStream content, int count) throws IOException {
    byte[] start = content.readNBytes(count);
    content.unread(start);
    return start;
  }

  /** Reads all of a content to learn whether it is text. */
  static boolean isText(InputStream content) throws IOException {
    try {
      new TextStream(content).transferTo(OutputStream.nullOutputStream());
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (next == bytes.length && !fill()) {
      return -1;
    }
    int count = Math.min(length, bytes.length - next);
    System.arraycopy(bytes, next, to, offset, count);
    next += count;
    return count;
  }

  private boolean fill() throws IOException {
    int count = text.read(characters, 0, characters.length - 1);
    if (count < 0) {
      return false;
    }
    if (Character.isHighSurrogate(characters[count - 1])) {
      characters[count] = (char) text.read();
      count++;
    }
    bytes = new String(characters, 0, count).getBytes(UTF_8);
    next = 0;
    return true;
  }
}
