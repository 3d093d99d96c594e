package io.imagenlambda.spool;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.request.Deadline;
import io.imagenlambda.settings.TestSettings;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.Thread.State;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images on a disk that is too small for all of them at a time. */
final class FullDiskTest {
  private static final int MB = 1_000_000;
  private static final int BLOCK = 48 * 1024;

  // Kept, because a logger that nobody holds forgets its handlers.
  private static final Logger LOGGER = Logger.getLogger("io.imagenlambda.spool");

  private final SmallDisk disk;
  private final SpoolFiles files;

  FullDiskTest(@TempDir Path directory) {
    disk = new SmallDisk(directory, 10 * MB);
    files = files("2", "4000000");
  }

  @Test
  void anImageThatMeetsAFullDiskGoesOnWhenAnotherIsUploaded() throws Exception {
    try (Admission room = admitted()) {
      Spool uploaded = room.spool();
      write(uploaded, 4 * MB);
      try (Spool arriving = room.spool()) {
        write(arriving, 3 * MB);
        disk.takenByOthers(5 * MB / 2); // so that it is the disk that says no
        FutureTask<Boolean> waits = started(() -> write(arriving, 4 * MB));

        assertTrue(disk.refused() > 0);
        assertEquals(4 * MB, uploaded.content().readAllBytes().length);
        uploaded.close();
        assertTrue(ended(waits));
        assertArrayEquals(
            concat(random(3 * MB), random(4 * MB)), arriving.content().readAllBytes());
      }
    }
  }

  @Test
  void thePartOfABlockThatWasWrittenBelongsToItsImage() throws Exception {
    try (Admission room = admitted();
        Spool arriving = room.spool()) {
      disk.takenByOthers(165_000); // the last block, and only that, does not fit
      FutureTask<Boolean> waits = started(() -> write(arriving, 9_840_000));

      assertEquals(1, disk.refused());
      disk.takenByOthers(-165_000);
      assertTrue(ended(waits));
    }
  }

  @Test
  void anImageWaitsForItsOwnRequestsUploadsBeforeTheDiskIsFullAndLeavesTheOthersTheirs()
      throws Exception {
    try (Admission greedy = admitted();
        Admission modest = admitted();
        Spool arriving = greedy.spool();
        Spool other = modest.spool()) {
      Spool uploaded = greedy.spool();
      write(uploaded, 4 * MB);
      FutureTask<Boolean> waits = started(() -> write(arriving, 4 * MB));

      write(other, 4 * MB - BLOCK);
      assertEquals(0, disk.refused());
      uploaded.close();
      assertTrue(ended(waits));
    }
  }

  @Test
  void filesThatWaitForTheirNextImageAreFreedForOneThatIsLarger() throws IOException {
    try (Admission room = admitted()) {
      List<Spool> four = new ArrayList<>();
      for (int n = 0; n < 4; n++) {
        Spool spool = room.spool();
        write(spool, 2 * MB);
        four.add(spool);
      }
      for (Spool spool : four) {
        spool.close();
      }
      assertEquals(2 * MB, disk.free(), "they are kept");
      try (Spool large = room.spool()) {
        write(large, 9 * MB);
        assertArrayEquals(random(9 * MB), large.content().readAllBytes());
      }
    }
  }

  @Test
  void anImageThatIsLargerThanTheDiskIsGivenUpAndItsSpaceIsFreed() throws IOException {
    try (Admission room = admitted()) {
      Spool larger = room.spool();
      IOException failed = assertThrows(IOException.class, () -> write(larger, 11 * MB));
      larger.close();

      assertEquals("it has room for 9843750 bytes, and none can be freed", failed.getMessage());
      try (Spool next = room.spool()) {
        write(next, 9 * MB);
      }
    }
  }

  @Test
  void aFullDiskOfOthersIsWaitedForOnlyOnce() throws IOException {
    try (Admission room = admitted()) {
      disk.takenByOthers(10 * MB);
      try (Spool spool = room.spool()) {
        assertThrows(IOException.class, () -> write(spool, MB));
      }
      disk.takenByOthers(-10 * MB);
      try (Spool spool = room.spool()) {
        write(spool, MB);
      }
    }
  }

  @Test
  void anInterruptEndsTheWait() throws Exception {
    try (Admission room = admitted();
        Spool uploaded = room.spool();
        Spool arriving = room.spool()) {
      write(uploaded, 9 * MB);
      Thread.currentThread().interrupt();
      assertThrows(InterruptedIOException.class, () -> write(arriving, MB));
      assertTrue(Thread.interrupted());
    }
  }

  @Test
  void anotherFailureIsNotWaitedFor(@TempDir Path directory) throws IOException {
    SpoolFiles nowhere =
        new SpoolFiles(new SpoolDirectory(directory.resolve("missing")), TestSettings.of());
    try (Admission room = nowhere.admit(1, Deadline.in(Duration.ofMinutes(5))).orElseThrow();
        Spool spool = room.spool()) {
      IOException failed = assertThrows(IOException.class, () -> write(spool, MB));
      assertTrue(failed.toString().contains("missing"), failed.toString());
    }
  }

  @Test
  void aStartSaysWhichSettingsDoNotFit() {
    assertEquals(List.of(), warnings("2", "4900000"));
    assertEquals(
        List.of(
            "DISK has room for 9843750 bytes (EphemeralStorage), and not for an image of 4000000"
                + " (IMAGEN_MAX_IMAGE_BYTES) of each of 3 calls (IMAGEN_CONCURRENCY): at a time"
                + " 2 will run"),
        warnings("3", "4000000"));
    assertEquals(
        List.of(
            "DISK has room for 9843750 bytes (EphemeralStorage), and not for an image of 33554432"
                + " (IMAGEN_MAX_IMAGE_BYTES) of each of 1 calls (IMAGEN_CONCURRENCY): at a time"
                + " 1 will run, and an image that does not fit is lost"),
        warnings("1", "33554432"));
  }

  private List<String> warnings(String concurrency, String largest) {
    List<String> lines = new ArrayList<>();
    Handler log =
        new Handler() {
          @Override
          public void publish(LogRecord line) {
            lines.add(line.getMessage().replace(disk.toString(), "DISK"));
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    LOGGER.addHandler(log);
    try {
      assertTrue(files(concurrency, largest).admit(1, Deadline.in(Duration.ZERO)).isPresent());
    } finally {
      LOGGER.removeHandler(log);
    }
    return lines;
  }

  private SpoolFiles files(String concurrency, String largest) {
    return disk.files(
        TestSettings.of("IMAGEN_CONCURRENCY", concurrency, "IMAGEN_MAX_IMAGE_BYTES", largest));
  }

  private Admission admitted() {
    return files.admit(1, Deadline.in(Duration.ofMinutes(5))).orElseThrow();
  }

  private static boolean write(Spool spool, int size) throws IOException {
    byte[] content = random(size);
    for (int at = 0; at < size; at += BLOCK) {
      spool.write(content, at, Math.min(BLOCK, size - at));
    }
    return true;
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private static byte[] concat(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  /** Runs on a thread of its own, until it has ended or waits. */
  private static FutureTask<Boolean> started(Callable<Boolean> work) {
    FutureTask<Boolean> task = new FutureTask<>(work);
    Thread thread = Thread.ofPlatform().daemon().start(task);
    while (thread.getState() != State.TIMED_WAITING && thread.getState() != State.TERMINATED) {
      Thread.onSpinWait();
    }
    return task;
  }

  private static boolean ended(FutureTask<Boolean> task) throws Exception {
    return task.get(60, TimeUnit.SECONDS);
  }
}
