package io.imagenlambda.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.bench.Condition.MemoryLimit;
import io.imagenlambda.lab.runtime.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lambda's limits, and the files that set them in Linux. These are not real control groups. */
class MemoryLimitTest {
  private static final MemoryLimit SMALL = new MemoryLimit(128);

  private Path mount;

  @BeforeEach
  void start(@TempDir Path directory) {
    mount = directory;
  }

  @Test
  void memoryBringsItsShareOfACpu() {
    assertEquals(List.of(SMALL, new MemoryLimit(1769)), MemoryLimit.parse(" 128, 1769 "));
    assertEquals(134_217_728, SMALL.bytes());
    assertEquals(1447, SMALL.quotaMicros());
    assertEquals(MemoryLimit.PERIOD_MICROS, new MemoryLimit(1769).quotaMicros());
    assertEquals("128 MiB, 7.2 % of a CPU", SMALL.toString());
    assertEquals(List.of(), MemoryLimit.parse(""));
  }

  @Test
  void anInvalidLimitIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> MemoryLimit.parse("128MB"));
    assertThrows(IllegalArgumentException.class, () -> MemoryLimit.parse("128,12"));
    assertThrows(IllegalArgumentException.class, () -> MemoryLimit.parse("20000"));
  }

  @Test
  void versionTwoHasOneDirectoryForBothLimits() throws IOException {
    Files.writeString(mount.resolve("cgroup.controllers"), "cpuset cpu io memory pids\n");
    Files.writeString(mount.resolve("cgroup.subtree_control"), "memory\n");
    Cgroups cgroups = Cgroups.in(mount, List.of("0::/user.slice")).orElseThrow();
    cgroups.create(SMALL);
    assertEquals("+cpu +memory", Files.readString(mount.resolve("cgroup.subtree_control")));
    Path group = onlyGroup(mount);
    assertEquals("1447 20000", Files.readString(group.resolve("cpu.max")));
    assertEquals("134217728", Files.readString(group.resolve("memory.max")));
    assertFalse(Files.exists(group.resolve("memory.swap.max")), "this kernel has no swap");
  }

  @Test
  void versionOneHasThemBelowTheProcessesOwnGroups() throws IOException {
    Path memory = Files.createDirectories(mount.resolve("memory/some/group"));
    Files.createFile(memory.resolve("memory.limit_in_bytes"));
    Path cpu = Files.createDirectories(mount.resolve("cpu"));
    List<String> own = List.of("8:memory:/some/group", "2:cpuacct,cpu:/not/seen/from/here");
    Cgroups.in(mount, own).orElseThrow().create(SMALL);
    Path cpuGroup = onlyGroup(cpu);
    assertEquals("1447", Files.readString(cpuGroup.resolve("cpu.cfs_quota_us")));
    assertEquals("20000", Files.readString(cpuGroup.resolve("cpu.cfs_period_us")));
    assertEquals("134217728", Files.readString(onlyGroup(memory).resolve("memory.limit_in_bytes")));
  }

  @Test
  void aMachineWithoutControlGroupsIsNotLimited() throws IOException {
    assertEquals(Optional.empty(), Cgroups.in(mount, List.of()));
  }

  @Test
  void theProcessJoinsItsGroupBeforeItBecomesTheProgram() throws Exception {
    Path group = mount.resolve("group");
    Program plain = new Program("it", List.of("/bin/sh", "-c", "echo $$ \"$0\"", "a b"), Map.of());
    Program limited = Cgroup.create(Map.of(group, Map.of())).around(plain);
    Process process = new ProcessBuilder(limited.command()).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    assertEquals(process.pid() + " a b", output);
    assertEquals(
        Long.toString(process.pid()), Files.readString(group.resolve("cgroup.procs")).strip());
    assertTrue(process.waitFor() == 0);
  }

  private static Path onlyGroup(Path parent) throws IOException {
    try (var entries = Files.newDirectoryStream(parent, "imagen-bench-*")) {
      return entries.iterator().next();
    }
  }
}
