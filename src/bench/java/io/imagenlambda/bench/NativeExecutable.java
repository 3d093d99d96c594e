package io.imagenlambda.bench;

import io.imagenlambda.lab.http.LabException;
import io.imagenlambda.lab.runtime.PackagedFunction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The function's native executable: the one that exists, or one that is built now. */
final class NativeExecutable {
  private NativeExecutable() {}

  /**
   * Finds or builds the executable; empty where there is none.
   *
   * @param notes gets a line that says why there is none
   * @throws LabException where {@code -Dbench.native} does not name an executable
   */
  static Optional<Path> of(Path project, Consumer<String> notes) throws InterruptedException {
    String given = System.getProperty("bench.native");
    if (given != null) {
      Path executable = Path.of(given).toAbsolutePath();
      if (!Files.isExecutable(executable)) {
        throw new LabException("bench.native: %s is not an executable".formatted(given));
      }
      notes.accept("The native executable is the one that -Dbench.native names");
      return Optional.of(executable);
    }
    Path target = project.resolve("target");
    Optional<Path> fresh = PackagedFunction.executable(target);
    if (fresh.isPresent()) {
      return fresh;
    }
    if (System.getenv("GRAALVM_HOME") == null) {
      notes.accept(
          "There is no native executable of this code, and GRAALVM_HOME is not set to build one:"
              + " only the JVM form is measured");
      return Optional.empty();
    }
    System.err.println("bench: building the native executable, which takes some minutes");
    if (!build(project)) {
      notes.accept("The native build failed: only the JVM form is measured");
      return Optional.empty();
    }
    return PackagedFunction.executable(target);
  }

  /**
   * Builds the executable and then the JVM package again, because the native build overwrites that
   * package with one that has its own poll loop.
   */
  private static boolean build(Path project) throws InterruptedException {
    return packaged(project, "-Dnative") && packaged(project);
  }

  private static boolean packaged(Path project, String... more) throws InterruptedException {
    List<String> command = new ArrayList<>(List.of("./mvnw", "-q", "-B", "package", "-DskipTests"));
    command.addAll(List.of(more));
    try {
      return new ProcessBuilder(command).directory(project.toFile()).inheritIO().start().waitFor()
          == 0;
    } catch (IOException e) {
      throw new LabException("the native build does not start: " + e.getMessage(), e);
    }
  }
}
