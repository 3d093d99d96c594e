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

/** Finds the programs, and says of each that is missing why. */
final class Candidates {
  private final Path project;
  private final Path work;
  private final LabTls tls;
  private final Consumer<String> notes;

  /**
   * Nothing is looked for yet.
   *
   * @param work where what is needed beside the build's own output is put
   * @param notes gets a line for each program that is left out
   */
  Candidates(Path project, Path work, LabTls tls, Consumer<String> notes) {
    this.project = project;
    this.work = work;
    this.tls = tls;
    this.notes = notes;
  }

  /** Ours first, the native form before the JVM's. */
  List<Candidate> all(Optional<Path> executable) {
    List<Candidate> all = new ArrayList<>();
    List<String> trust = List.of("-Djavax.net.ssl.trustStore=" + tls.trustStore());
    executable.ifPresent(
        file ->
            all.add(
                new Candidate(
                    Candidate.NATIVE,
                    PackagedFunction.nativeForm(file, List.of()),
                    PackagedFunction.nativeForm(file, trust))));
    Path target = project.resolve("target");
    all.add(
        new Candidate(
            Candidate.JVM,
            PackagedFunction.jvmForm(target, work, List.of()),
            PackagedFunction.jvmForm(target, work, trust)));
    python().ifPresent(all::add);
    node().ifPresent(all::add);
    return all;
  }

  private Optional<Candidate> python() {
    // The interpreter itself: what is on the path may be a script that looks for it.
    Optional<String> interpreter =
        Command.output(
            project, "python3", "-c", "import sys, boto3, requests; print(sys.executable)");
    if (interpreter.isEmpty()) {
      notes.accept("Python is left out: python3 with boto3 and requests is not here");
      return Optional.empty();
    }
    Path script = project.resolve("src/bench/python/bootstrap.py");
    Program plain = new Program("Python", List.of(interpreter.get(), script.toString()), Map.of());
    String certificate = tls.certificate().toString();
    return Optional.of(
        new Candidate(
            "Python",
            plain,
            plain.with(Map.of("REQUESTS_CA_BUNDLE", certificate, "AWS_CA_BUNDLE", certificate))));
  }

  private Optional<Candidate> node() {
    Optional<String> interpreter = Command.output(project, "node", "-p", "process.execPath");
    if (interpreter.isEmpty()) {
      notes.accept("Node is left out: node is not here");
      return Optional.empty();
    }
    Path installed = work.resolve("node");
    if (!install(installed)) {
      notes.accept("Node is left out: npm is not here or cannot install @aws-sdk/client-s3");
      return Optional.empty();
    }
    Path script = installed.resolve("bootstrap.mjs");
    Program plain = new Program("Node", List.of(interpreter.get(), script.toString()), Map.of());
    return Optional.of(
        new Candidate(
            "Node",
            plain,
            plain.with(Map.of("NODE_EXTRA_CA_CERTS", tls.certificate().toString()))));
  }

  /** The SDK, by the lock file; nothing is fetched where it is there already. */
  private boolean install(Path directory) {
    Path source = project.resolve("src/bench/node");
    Path lock = directory.resolve("package-lock.json");
    try {
      Files.createDirectories(directory);
      boolean same =
          Files.exists(directory.resolve("node_modules/@aws-sdk/client-s3"))
              && Files.exists(lock)
              && Files.mismatch(lock, source.resolve("package-lock.json")) == -1;
      for (String name :
          List.of("package.json", "package-lock.json", "handler.mjs", "bootstrap.mjs")) {
        Files.copy(
            source.resolve(name), directory.resolve(name), StandardCopyOption.REPLACE_EXISTING);
      }
      return same || Command.output(directory, "npm", "ci", "--no-audit", "--no-fund").isPresent();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
