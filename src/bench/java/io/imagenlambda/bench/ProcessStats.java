package io.imagenlambda.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What Linux knows of a process. */
final class ProcessStats {
  /** {@code USER_HZ}, which is part of the kernel's interface. */
  private static final double MILLIS_PER_TICK = 10;

  private final Path proc;

  ProcessStats(long pid) {
    this(Path.of("/proc", Long.toString(pid)));
  }

  ProcessStats(Path proc) {
    this.proc = proc;
  }

  /**
   * User and system time. The process's own sum is cut off to ticks of 10 ms, twice; that of its
   * threads is exact but lacks those that have ended; so the larger one is nearer.
   */
  double cpuMillis() throws IOException {
    String stat = Files.readString(proc.resolve("stat"));
    // the name, in brackets, may hold blanks
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    double ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    return Math.max(ticks * MILLIS_PER_TICK, threadsMillis());
  }

  private double threadsMillis() throws IOException {
    List<Path> threads;
    try (Stream<Path> tasks = Files.list(proc.resolve("task"))) {
      threads = tasks.toList();
    }
    double nanos = 0;
    for (Path thread : threads) {
      try {
        nanos += Long.parseLong(Files.readString(thread.resolve("schedstat")).split(" ", 2)[0]);
      } catch (IOException e) {
        // it has ended meanwhile, or the kernel does not count
      }
    }
    return nanos / 1e6;
  }

  /** The most that was ever resident. */
  double peakRssMebibytes() throws IOException {
    for (String line : Files.readAllLines(proc.resolve("status"))) {
      if (line.startsWith("VmHWM:")) {
        return Double.parseDouble(line.replaceAll("\\D", "")) / 1024;
      }
    }
    throw new IOException(proc + " has no VmHWM: the process is gone");
  }
}
