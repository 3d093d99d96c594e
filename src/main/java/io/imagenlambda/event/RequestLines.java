package io.imagenlambda.event;

import io.imagenlambda.generation.RequestJson;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a {@code .jsonl} object that are not blank; of a line too long only a part is held.
 */
final class RequestLines implements Iterator<RequestFile.Item> {
  /** Makes an item of a line's number, from 1, and its bytes. */
  interface LineReader {
    RequestFile.Item item(int line, byte[] text);
  }

  private final InputStream content;
  private final LineReader reader;
  private int line;
  private boolean ended;
  private RequestFile.@Nullable Item next;

  RequestLines(InputStream content, LineReader reader) {
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
  public RequestFile.Item next() {
    if (!hasNext() || next == null) {
      throw new NoSuchElementException();
    }
    RequestFile.Item item = next;
    next = null;
    return item;
  }

  private byte[] line() {
    line++;
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try {
      int each = content.read();
      while (each != '\n' && each != -1) {
        // One byte more than is allowed tells that it is too long; the rest is let go.
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
