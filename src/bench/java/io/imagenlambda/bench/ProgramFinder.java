package io.imagenlambda.bench;

import io.imagenlambda.lab.LabTls;
import io.imagenlambda.lab.runtime.PackagedFunction;
import io.imagenlambda.lab.runtime.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Finds the programs to measure, and reports why one is missing. */
final class ProgramFinder {
  private final Path project;
  private final Path work;
  private final LabTls tls;
  private final Consumer<String> notes;

  /**
   * Looks for nothing yet.
   *
   * @param work a directory for copies and downloads
   * @param notes gets a line for each program that is left out
   */
  ProgramFinder(Path project, Path work, LabTls tls, Consumer<String> notes) {
    this.project = project;
    this.work = work;
    this.tls = tls;
    this.notes = notes;
  }

  /**
   * The programs in the order of the tables: the native function, the executables of {@code
   * bench.other} (named after their files), the JVM function, Python, Node.
   */
  List<MeasuredProgram> all(Optional<Path> executable) {
    List<MeasuredProgram> all = new ArrayList<>();
    List<String> trust = List.of(tls.javaArgument());
    executable.ifPresent(file -> all.add(nativeForm(MeasuredProgram.NATIVE, file, trust)));
    for (String other : System.getProperty("bench.other", "").split(",", -1)) {
      if (!other.isEmpty()) {
        Path file = Path.of(other);
        all.add(nativeForm(file.getFileName().toString(), file, trust));
      }
    }
    Path target = project.resolve("target");
    all.add(
        new MeasuredProgram(
            MeasuredProgram.JVM,
            PackagedFunction.jvmForm(target, work, List.of()),
            PackagedFunction.jvmForm(target, work, trust)));
    python().ifPresent(all::add);
    node().ifPresent(all::add);
    return all;
  }

  private static MeasuredProgram nativeForm(String name, Path file, List<String> trust) {
    return new MeasuredProgram(
        name,
        PackagedFunction.nativeForm(file, List.of()),
        PackagedFunction.nativeForm(file, trust));
  }

  private Optional<MeasuredProgram> python() {
    // The interpreter itself, because python3 on the path may be a script that starts it.
    Optional<String> interpreter =
        Command.output(
            project, "python3", "-c", "import sys, boto3, requests; print(sys.executable)");
    if (interpreter.isEmpty()) {
      notes.accept("Python is left out: python3 with boto3 and requests is not here");
      return Optional.empty();
    }
    // A copy, because Python writes its byte code beside the source.
    Path script = copy("python", "handler.py", "bootstrap.py").resolve("bootstrap.py");
    Program plain = new Program("Python", List.of(interpreter.get(), script.toString()), Map.of());
    String certificate = tls.certificate().toString();
    return Optional.of(
        new MeasuredProgram(
            "Python",
            plain,
            plain.with(Map.of("REQUESTS_CA_BUNDLE", certificate, "AWS_CA_BUNDLE", certificate))));
  }

  private Optional<MeasuredProgram> node() {
    Optional<String> interpreter = Command.output(project, "node", "-p", "process.execPath");
    if (interpreter.isEmpty()) {
      notes.accept("Node is left out: node is not here");
      return Optional.empty();
    }
    Optional<Path> installed = installed();
    if (installed.isEmpty()) {
      notes.accept("Node is left out: npm is not here or cannot install @aws-sdk/client-s3");
      return Optional.empty();
    }
    Path script = installed.get().resolve("bootstrap.mjs");
    Program plain = new Program("Node", List.of(interpreter.get(), script.toString()), Map.of());
    return Optional.of(
        new MeasuredProgram(
            "Node",
            plain,
            plain.with(Map.of("NODE_EXTRA_CA_CERTS", tls.certificate().toString()))));
  }

  /** The directory with the SDK that the lock file names; npm runs only where it is missing. */
  private Optional<Path> installed() {
    Path lock = work.resolve("node/package-lock.json");
    try {
      boolean same =
          Files.exists(work.resolve("node/node_modules/.package-lock.json")) // npm's last file
              && Files.exists(lock)
              && Files.mismatch(lock, project.resolve("src/bench/node/package-lock.json")) == -1;
      Path directory =
          copy("node", "package.json", "package-lock.json", "handler.mjs", "bootstrap.mjs");
      return same || Command.output(directory, "npm", "ci", "--no-audit", "--no-fund").isPresent()
          ? Optional.of(directory)
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path copy(String language, String... names) {
    Path source = project.resolve("src/bench").resolve(language);
    Path directory = work.resolve(language);
    try {
      Files.createDirectories(directory);
      for (String name : names) {
        Files.copy(
            source.resolve(name), directory.resolve(name), StandardCopyOption.REPLACE_EXISTING);
      }
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
