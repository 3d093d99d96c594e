package io.imagenlambda.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The numbers of a process are what it has used. */
@EnabledOnOs(OS.LINUX)
class ProcessStatsTest {
  private final ProcessStats ours = new ProcessStats(ProcessHandle.current().pid());

  @Test
  void theTimeOfThreadsThatHaveEndedIsIncluded() throws Exception {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    double before = ours.cpuMillis();
    Thread.ofPlatform()
        .start(() -> {
          while (threads.getCurrentThreadCpuTime() < 60_000_000) {
            Thread.onSpinWait();
          }
        })
        .join();
    double used = ours.cpuMillis() - before;
    assertTrue(used >= 60, used + " ms");
  }

  @Test
  void theTimeIsThatOfTheProcessAndNotOfThisOne() throws IOException {
    Process idle = new ProcessBuilder("sleep", "60").start();
    try {
      double used = new ProcessStats(idle.pid()).cpuMillis();
      assertTrue(used < ours.cpuMillis(), used + " ms");
    } finally {
      idle.destroyForcibly();
    }
  }

  @Test
  void thePeakIsTheHighWaterMark() throws IOException {
    String peak =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("VmHWM:"))
            .findFirst()
            .orElseThrow();
    assertEquals(
        Double.parseDouble(peak.replaceAll("\\D", "")) / 1024, ours.peakRssMebibytes(), 10);
  }

  @Test
  void aProcessThatIsGoneHasNone() throws Exception {
    Process gone = new ProcessBuilder("true").start();
    gone.waitFor();
    ProcessStats stats = new ProcessStats(gone.pid());
    assertThrows(IOException.class, stats::cpuMillis);
    assertThrows(IOException.class, stats::peakRssMebibytes);
  }
}
