package io.imagenlambda.storage;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads a spool from its beginning: first what is in the file, then what is still in memory. The
 * SDK copies in steps of 4 KB, so the file is read in larger blocks.
 */
final class SpoolStream extends InputStream {
  private static final int BLOCK = 64 * 1024;

  private final @Nullable SpoolFile file;
  private final byte[] memory;
  private final int memoryLength;
  private final byte[] block;
  private int blockLength;
  private int blockRead;
  private long filePosition;
  private int memoryPosition;

  SpoolStream(@Nullable SpoolFile file, byte[] memory, int memoryLength) {
    this.file = file;
    this.memory = memory;
    this.memoryLength = memoryLength;
    this.block = file == null ? new byte[0] : new byte[BLOCK];
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, to.length);
    if (length == 0) {
      return 0;
    }
    if (blockRead == blockLength) {
      fillBlock();
    }
    if (blockRead < blockLength) {
      int count = Math.min(length, blockLength - blockRead);
      System.arraycopy(block, blockRead, to, offset, count);
      blockRead += count;
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

  private void fillBlock() throws IOException {
    if (file == null || filePosition == file.length()) {
      return;
    }
    int count = file.read(filePosition, block, 0, block.length);
    if (count < 0) {
      throw new EOFException("the spool's file was cut short");
    }
    filePosition += count;
    blockLength = count;
    blockRead = 0;
  }
}
