package io.imagenlambda.bench;

import io.imagenlambda.lab.runtime.TemporaryFiles;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Where the lab's S3 keeps its objects while it is measured: in memory, where Linux has a place for
 * files there. S3's disks are elsewhere, so this machine's should be nobody's time.
 */
final class ObjectsDirectory implements AutoCloseable {
  private static final Path IN_MEMORY = Path.of("/dev/shm");

  /** Several times what is there at once. */
  private static final long ENOUGH_BYTES = 1L << 30;

  private final Path path;

  private ObjectsDirectory(Path path) {
    this.path = path;
  }

  static ObjectsDirectory create(Consumer<String> notes) throws IOException {
    if (isOfUse()) {
      return new ObjectsDirectory(Files.createTempDirectory(IN_MEMORY, "imagen-bench"));
    }
    notes.accept(
        "The lab's S3 is on this machine's disk: %s is no place for it".formatted(IN_MEMORY));
    return new ObjectsDirectory(TemporaryFiles.create());
  }

  /** S3Proxy keeps an object's metadata in extended attributes. */
  private static boolean isOfUse() throws IOException {
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
