package io.imagenlambda.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The numbers of {@code /proc}. */
class ProcessStatsTest {
  private Path proc;

  @BeforeEach
  void start(@TempDir Path directory) {
    proc = directory;
  }

  @Test
  void theThreadsOwnSumIsTakenWhereTheTicksHaveCutSomeOff() throws IOException {
    process(5, 2);
    thread("41", 60_500_000);
    thread("42", 22_000_000);
    assertEquals(82.5, new ProcessStats(proc).cpuMillis());
  }

  @Test
  void theTicksAreTakenWhereThreadsHaveEnded() throws IOException {
    process(50, 20);
    thread("41", 60_500_000);
    assertEquals(700, new ProcessStats(proc).cpuMillis());
  }

  @Test
  void thePeakIsTheHighWaterMark() throws IOException {
    Files.writeString(proc.resolve("status"), "VmRSS:\t 1024 kB\nVmHWM:\t  2560 kB\n");
    assertEquals(2.5, new ProcessStats(proc).peakRssMebibytes());
  }

  @Test
  void aProcessThatIsGoneHasNone() throws IOException {
    Files.writeString(proc.resolve("status"), "State:\tZ (zombie)\n");
    assertThrows(IOException.class, () -> new ProcessStats(proc).peakRssMebibytes());
  }

  private void process(long userTicks, long systemTicks) throws IOException {
    Files.createDirectories(proc.resolve("task"));
    Files.writeString(
        proc.resolve("stat"),
        "41 (a (b) c) S 1 41 41 0 -1 4194560 9 0 0 0 %d %d 0 0 20 0 1 0 99 1 1"
            .formatted(userTicks, systemTicks));
  }

  private void thread(String id, long nanos) throws IOException {
    Path task = Files.createDirectories(proc.resolve("task").resolve(id));
    Files.writeString(task.resolve("schedstat"), nanos + " 12 3\n");
  }
}
