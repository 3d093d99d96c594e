package io.imagenlambda.bench;

import io.imagenlambda.bench.Condition.MemoryLimit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** The control groups (cgroups) of this machine, version 2 or 1, that can limit a process. */
final class Cgroups {
  private static final AtomicInteger MADE = new AtomicInteger();

  private final boolean unified;
  private final Path memory;
  private final Path cpu;

  private Cgroups(boolean unified, Path memory, Path cpu) {
    this.unified = unified;
    this.memory = memory;
    this.cpu = cpu;
  }

  /** The control groups; empty where there are none that we may write to. */
  static Optional<Cgroups> here() {
    try {
      return in(Path.of("/sys/fs/cgroup"), Files.readAllLines(Path.of("/proc/self/cgroup")));
    } catch (IOException noLinux) {
      return Optional.empty();
    }
  }

  /**
   * Looks for the control groups.
   *
   * @param mount where they are mounted
   * @param own the lines of {@code /proc/self/cgroup}
   */
  static Optional<Cgroups> in(Path mount, List<String> own) throws IOException {
    Path controllers = mount.resolve("cgroup.controllers");
    if (Files.exists(controllers)) {
      // Beside our own group: in version 2 a group with processes cannot have limited subgroups.
      List<String> offered = List.of(Files.readString(controllers).strip().split(" ", -1));
      boolean usable = offered.containsAll(List.of("cpu", "memory")) && Files.isWritable(mount);
      return usable ? Optional.of(new Cgroups(true, mount, mount)) : Optional.empty();
    }
    // Below our own group, so that our limits hold for the process too.
    Path memory = below(mount, own, "memory");
    Path cpu = below(mount, own, "cpu");
    boolean usable =
        Files.exists(memory.resolve("memory.limit_in_bytes"))
            && Files.isDirectory(cpu)
            && Files.isWritable(memory)
            && Files.isWritable(cpu);
    return usable ? Optional.of(new Cgroups(false, memory, cpu)) : Optional.empty();
  }

  private static Path below(Path mount, List<String> own, String controller) {
    Path root = mount.resolve(controller);
    for (String line : own) {
      String[] parts = line.split(":", 3);
      if (parts.length == 3 && List.of(parts[1].split(",", -1)).contains(controller)) {
        Path group = root.resolve(parts[2].substring(1));
        // in a container this path is one of the host
        return Files.isDirectory(group) ? group : root;
      }
    }
    return root;
  }

  /** Makes a group for one process, with this limit. */
  Cgroup create(MemoryLimit limit) throws IOException {
    String name =
        "imagen-bench-%d-%d".formatted(ProcessHandle.current().pid(), MADE.incrementAndGet());
    Map<String, String> cpuLimits;
    Map<String, String> memoryLimits;
    if (unified) {
      Path offered = memory.resolve("cgroup.subtree_control");
      if (!List.of(Files.readString(offered).strip().split(" ", -1))
          .containsAll(List.of("cpu", "memory"))) {
        Files.writeString(offered, "+cpu +memory");
      }
      cpuLimits = Map.of("cpu.max", limit.quotaMicros() + " " + MemoryLimit.PERIOD_MICROS);
      memoryLimits = Map.of("memory.max", Long.toString(limit.bytes()), "memory.swap.max", "0");
    } else {
      cpuLimits =
          Map.of(
              "cpu.cfs_period_us", Integer.toString(MemoryLimit.PERIOD_MICROS),
              "cpu.cfs_quota_us", Long.toString(limit.quotaMicros()));
      String bytes = Long.toString(limit.bytes());
      memoryLimits = Map.of("memory.limit_in_bytes", bytes, "memory.memsw.limit_in_bytes", bytes);
    }
    return Cgroup.create(
        Map.of(memory.resolve(name), memoryLimits), Map.of(cpu.resolve(name), cpuLimits));
  }
}
