package io.imagenlambda.storage;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A temporary file that is unlinked as soon as it is open, so that even a killed process leaves
 * nothing in {@code /tmp}, which a Lambda sandbox keeps between invocations.
 *
 * <p>{@link RandomAccessFile} because an interrupt closes a {@code FileChannel}, and the SDK
 * interrupts the thread of an attempt that takes too long before it tries again.
 */
final class SpoolFile implements Closeable {
  private final Path path;
  private final RandomAccessFile file;
  private final boolean unlinked;
  private long length;

  SpoolFile(Path directory) throws IOException {
    path = Files.createTempFile(directory, "imagen-", ".spool");
    file = new RandomAccessFile(path.toFile(), "rw");
    unlinked = path.toFile().delete(); // Windows refuses while it is open; close() does it there
  }

  long length() {
    return length;
  }

  synchronized void append(byte[] block, int offset, int count) throws IOException {
    file.seek(length);
    file.write(block, offset, count);
    length += count;
  }

  synchronized int read(long position, byte[] block, int offset, int count) throws IOException {
    file.seek(position);
    return file.read(block, offset, count);
  }

  @Override
  public void close() throws IOException {
    file.close();
    if (!unlinked) {
      Files.deleteIfExists(path);
    }
  }
}
