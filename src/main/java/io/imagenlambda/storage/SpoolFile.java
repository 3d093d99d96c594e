package io.imagenlambda.storage;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;

/** One content in a file that held others before: what is behind its end is theirs. */
final class SpoolFile implements Closeable {
  private final RandomAccessFile file;
  private final SpoolFiles owner;
  private long length;
  private boolean closed;

  SpoolFile(RandomAccessFile file, SpoolFiles owner) {
    this.file = file;
    this.owner = owner;
  }

  synchronized long length() {
    return length;
  }

  synchronized void append(byte[] block, int offset, int count) throws IOException {
    checkOpen();
    file.seek(length);
    file.write(block, offset, count);
    length += count;
  }

  /** Up to {@code count} bytes, and none of what is behind the end. */
  synchronized int read(long position, byte[] block, int offset, int count) throws IOException {
    checkOpen();
    file.seek(position);
    return file.read(block, offset, (int) Math.min(count, length - position));
  }

  /** The file may be another content's from now on. */
  private void checkOpen() throws IOException {
    if (closed) {
      throw new IOException("the spool's file is closed");
    }
  }

  @Override
  public synchronized void close() throws IOException {
    if (!closed) {
      closed = true;
      owner.takeBack(file);
    }
  }
}
