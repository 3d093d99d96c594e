package io.imagenlambda.bench;

import io.imagenlambda.lab.runtime.TemporaryFiles;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * The directory of the lab's S3 during a measurement, in memory where Linux has a file system for
 * that. The disk of this machine is not part of what is measured, because the real S3 has its own.
 */
final class ObjectsDirectory implements AutoCloseable {
  private static final Path IN_MEMORY = Path.of("/dev/shm");

  /** Several times the size of all objects that exist at one time. */
  private static final long ENOUGH_BYTES = 1L << 30;

  private final Path path;

  private ObjectsDirectory(Path path) {
    this.path = path;
  }

  static ObjectsDirectory create(Consumer<String> notes) throws IOException {
    if (isUsable()) {
      return new ObjectsDirectory(Files.createTempDirectory(IN_MEMORY, "imagen-bench"));
    }
    notes.accept("The lab's S3 is on this machine's disk: %s cannot be used".formatted(IN_MEMORY));
    return new ObjectsDirectory(TemporaryFiles.create());
  }

  /** Needed, because S3Proxy keeps an object's metadata in extended attributes. */
  private static boolean isUsable() throws IOException {
    if (!Files.isWritable(IN_MEMORY)) {
      return false;
    }
    FileStore store = Files.getFileStore(IN_MEMORY);
    return store.supportsFileAttributeView("user") && store.getUsableSpace() > ENOUGH_BYTES;
  }

  Path path() {
    return path;
  }

  @Override
  public void close() {
    TemporaryFiles.delete(path);
  }
}
