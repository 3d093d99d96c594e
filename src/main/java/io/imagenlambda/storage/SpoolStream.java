package io.imagenlambda.storage;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/**
 * Reads a spool's file from its beginning. Has no buffer: who reads brings one of many kilobytes,
 * as {@link BlockwiseHttpClient} does.
 */
final class SpoolStream extends InputStream {
  private final SpoolFile file;
  private long position;

  SpoolStream(SpoolFile file) {
    this.file = file;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, to.length);
    if (length == 0) {
      return 0;
    }
    if (position == file.length()) {
      return -1;
    }
    int count = file.read(position, to, offset, length);
    if (count < 0) {
      throw new EOFException("the spool's file was cut short");
    }
    position += count;
    return count;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }
}
