package io.imagenlambda.lab.runtime;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Temporary directories, which the lab deletes at its end. */
public final class TemporaryFiles {
  private TemporaryFiles() {}

  public static Path create() {
    try {
      return Files.createTempDirectory("imagen-lab");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes a directory and its content, and ignores files that cannot be deleted. */
  public static void delete(Path directory) {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
    } catch (IOException | UncheckedIOException e) {
      // another thread deletes it too, which is fine
    }
  }
}
