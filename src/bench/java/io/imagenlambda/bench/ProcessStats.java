package io.imagenlambda.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What Linux knows of a process. */
final class ProcessStats {
  private final long pid;

  ProcessStats(long pid) {
    this.pid = pid;
  }

  /** User and system time. */
  double cpuMillis() throws IOException {
    return CpuClock.millis(pid);
  }

  /** The most that was ever resident. */
  double peakRssMebibytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
      if (line.startsWith("VmHWM:")) {
        return Double.parseDouble(line.replaceAll("\\D", "")) / 1024;
      }
    }
    throw new IOException("process %d has no VmHWM: it is gone".formatted(pid));
  }
}
