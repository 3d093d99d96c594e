package io.imagenlambda.spool;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where temporary files are made. They are unlinked as soon as they are open, so that even a killed
 * process leaves nothing in {@code /tmp}, which a Lambda sandbox keeps between invocations.
 */
class SpoolDirectory {
  private final Path path;

  SpoolDirectory(Path path) {
    this.path = path;
  }

  RandomAccessFile create() throws IOException {
    Path made = Files.createTempFile(path, "imagen-", ".spool");
    RandomAccessFile file = new RandomAccessFile(made.toFile(), "rw");
    if (!made.toFile().delete()) {
      made.toFile().deleteOnExit(); // Windows refuses while it is open
    }
    return file;
  }

  /**
   * How many bytes can be written now. One system call, where a {@code FileStore} reads a table.
   */
  long free() {
    return path.toFile().getUsableSpace();
  }

  /** Whether a write failed because the disk is full; Java knows it by the system's words only. */
  static boolean isFull(IOException failed) {
    String why = String.valueOf(failed.getMessage());
    return why.endsWith("No space left on device") || why.endsWith("Disk quota exceeded");
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
