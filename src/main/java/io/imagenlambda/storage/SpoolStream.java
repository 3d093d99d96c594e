package io.imagenlambda.storage;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads a spool from its beginning: first what is in the file, then what is still in memory. Has no
 * buffer: who reads brings one of many kilobytes, as {@link BlockwiseHttpClient} does.
 */
final class SpoolStream extends InputStream {
  private final @Nullable SpoolFile file;
  private final byte[] memory;
  private final int memoryLength;
  private long filePosition;
  private int memoryPosition;

  SpoolStream(@Nullable SpoolFile file, byte[] memory, int memoryLength) {
    this.file = file;
    this.memory = memory;
    this.memoryLength = memoryLength;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, to.length);
    if (length == 0) {
      return 0;
    }
    if (file != null && filePosition < file.length()) {
      int count = file.read(filePosition, to, offset, length);
      if (count < 0) {
        throw new EOFException("the spool's file was cut short");
      }
      filePosition += count;
      return count;
    }
    int count = Math.min(length, memoryLength - memoryPosition);
    System.arraycopy(memory, memoryPosition, to, offset, count);
    memoryPosition += count;
    return count == 0 ? -1 : count;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }
}
