package io.imagenlambda.storage;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Temporary files for spools, each of which serves one image after another: to write into memory
 * that a file has already takes less than half as long as to get it for a new one, which has to
 * give it back besides.
 *
 * <p>They are unlinked as soon as they are open, so that even a killed process leaves nothing in
 * {@code /tmp}, which a Lambda sandbox keeps between invocations.
 *
 * <p>{@link RandomAccessFile} because an interrupt closes a {@code FileChannel}, and the SDK
 * interrupts the thread of an attempt that takes too long before it tries again.
 */
final class SpoolFiles {
  /** The images of one request. What more were needed at a time are not kept. */
  private static final int MOST_KEPT = 4;

  private final Path directory;
  private final Deque<RandomAccessFile> kept = new ArrayDeque<>();

  SpoolFiles(Path directory) {
    this.directory = directory;
  }

  /** An empty one, which whoever asked for it closes. */
  SpoolFile open() throws IOException {
    RandomAccessFile used = used();
    return new SpoolFile(used == null ? unlinked() : used, this);
  }

  private synchronized @Nullable RandomAccessFile used() {
    return kept.poll();
  }

  private RandomAccessFile unlinked() throws IOException {
    Path path = Files.createTempFile(directory, "imagen-", ".spool");
    RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
    if (!path.toFile().delete()) {
      path.toFile().deleteOnExit(); // Windows refuses while it is open
    }
    return file;
  }

  void takeBack(RandomAccessFile file) throws IOException {
    synchronized (this) {
      if (kept.size() < MOST_KEPT) {
        kept.push(file);
        return;
      }
    }
    file.close();
  }
}
