package io.imagenlambda.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.imagenlambda.lab.http.LabException;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Builds function and lab with Maven where something has changed, and says how far it is. */
final class Build {
  private static final int SECONDS_BETWEEN_LINES = 10;

  private final Path project;
  private final Path directory;
  private final List<String> options;
  private final PrintStream out;

  /**
   * Prepares a build.
   *
   * @param options of the command line that are Maven's
   * @param out gets what is done and how far it is
   */
  Build(Path project, List<String> options, PrintStream out) {
    this.project = project;
    this.options = options;
    this.directory = project.resolve("target").resolve("lab");
    this.out = out;
  }

  /**
   * Builds what has changed since the last build.
   *
   * @throws LabException with Maven's own words, if it fails
   */
  void run() throws IOException, InterruptedException {
    Files.createDirectories(directory);
    try (FileChannel lockFile =
            FileChannel.open(
                directory.resolve("build.lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock lock = lock(lockFile)) {
      Built built = built();
      Built.Need need = built.need();
      if (need != Built.Need.NOTHING && lock.isValid()) {
        out.println(announcement(need, built.isFirst()));
        maven(need);
        built.keep();
      }
    }
  }

  /** Whether there is nothing to build. */
  boolean isCurrent() throws IOException {
    return built().need() == Built.Need.NOTHING;
  }

  private Built built() throws IOException {
    return new Built(project, options, System.getenv());
  }

  /** Two labs that start at the same time build one after the other. */
  private FileLock lock(FileChannel file) throws IOException {
    FileLock lock = file.tryLock();
    if (lock != null) {
      return lock;
    }
    out.println("Another start builds in this directory; waits for it.");
    return file.lock();
  }

  private static String announcement(Built.Need need, boolean first) {
    if (first) {
      return "Builds the function and the lab. The first time takes about four minutes, and"
          + " downloads the libraries that Maven does not have yet, about 270 MB. Later starts take"
          + " seconds.";
    }
    return need == Built.Need.LAB
        ? "Builds the lab, which has changed: about half a minute."
        : "Builds the function and the lab, as something has changed: about a minute.";
  }

  private void maven(Built.Need need) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of("mvn", "-f", project + "/pom.xml", "-B", "-Plab"));
    command.addAll(options);
    if (need == Built.Need.LAB) {
      command.addAll(List.of("-Dmaven.main.skip", "-Dquarkus.generate-code.skip"));
      command.add("process-test-classes");
    } else {
      command.add("package");
    }
    Process maven = new ProcessBuilder(command).redirectErrorStream(true).start();
    Thread ender = new Thread(maven::destroy);
    Runtime.getRuntime().addShutdownHook(ender);
    Progress progress = new Progress(out);
    Path log = directory.resolve("build.log");
    try (ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        BufferedReader lines = maven.inputReader(UTF_8);
        BufferedWriter all = Files.newBufferedWriter(log)) {
      ScheduledFuture<?> ticking =
          clock.scheduleAtFixedRate(
              progress::tick, SECONDS_BETWEEN_LINES, SECONDS_BETWEEN_LINES, TimeUnit.SECONDS);
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        all.write(line);
        all.newLine();
        progress.take(line);
      }
      ticking.cancel(false);
    }
    Runtime.getRuntime().removeShutdownHook(ender);
    if (maven.waitFor() != 0) {
      progress.errors().forEach(out::println);
      throw new LabException(
          progress.isDiskFull()
              ? "the disk is full: free some of it and start again"
              : "the build failed; all that Maven said is in " + log);
    }
    out.printf("  %3d s  built%n", progress.seconds());
  }
}
