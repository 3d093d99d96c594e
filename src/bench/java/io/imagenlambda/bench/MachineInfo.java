package io.imagenlambda.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** The lines below the tables: the machine, the versions, and what the columns mean. */
final class MachineInfo {
  private final Instant start = Instant.now().truncatedTo(ChronoUnit.SECONDS);
  private final double loadBefore = load();

  /** The lines, for the end of the report. */
  List<String> lines(int rounds, Optional<Path> executable, Path project) {
    String size =
        executable
            .map(file -> "; the executable has %.1f MB".formatted(file.toFile().length() / 1e6))
            .orElse("");
    return List.of(
        "Medians of %d fresh processes each, in turn; %s%s".formatted(rounds, start, size),
        "cold and warm: one 1K image of 1.5 MB; 4×2K: four images of 8 MB, in a warm process",
        "4×4K: four images of 24 MB, each from a call of its own with two thoughts of 24 MB before it",
        "The lab's S3 and simulator run on the same CPUs, in the benchmark's process",
        "%d CPUs, %s; load %.1f before, %.1f at the end (the benchmark's own is in it)"
            .formatted(Runtime.getRuntime().availableProcessors(), cpu(), loadBefore, load()),
        "Java %s, %s, Node %s"
            .formatted(
                Runtime.version(),
                Command.output(project, "python3", "--version").orElse("no Python"),
                Command.output(project, "node", "--version").orElse("none")));
  }

  private static double load() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }

  private static String cpu() {
    try {
      return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    } catch (IOException e) {
      return System.getProperty("os.arch");
    }
  }
}
