package io.imagenlambda.spool;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.request.Deadline;
import io.imagenlambda.settings.TestSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** What holds for requests and images of any number and size, however their threads meet. */
final class SpoolPropertiesTest {
  private static final int LARGEST = 400_000;
  private static final int BLOCK = 48 * 1024;

  // Kept, because a logger that nobody holds forgets its level: a line for each try else.
  private static final Logger LOG = Logger.getLogger("io.imagenlambda.spool");

  static {
    LOG.setLevel(Level.SEVERE);
  }

  /** Sizes of images as parts of the largest that the disk can hold, in thousandths. */
  @Provide
  Arbitrary<List<List<Integer>>> requests() {
    return Arbitraries.integers()
        .between(0, 1000)
        .list()
        .ofMinSize(1)
        .ofMaxSize(4)
        .list()
        .ofMinSize(1)
        .ofMaxSize(8);
  }

  @Property(tries = 150)
  void everyImageIsStoredAndNobodyWaitsForEver(
      @ForAll("requests") List<List<Integer>> requests,
      @ForAll @IntRange(min = 200_000, max = 1_700_000) int size)
      throws Exception {
    Path directory = Files.createTempDirectory("small-disk-");
    SpoolFiles files =
        new SmallDisk(directory, size)
            .files(TestSettings.of("IMAGEN_MAX_IMAGE_BYTES", "" + LARGEST));
    int largest = Math.min(LARGEST, size - size / 64 - 1);
    List<Future<Boolean>> running = new ArrayList<>();
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      for (List<Integer> request : requests) {
        running.add(threads.submit(() -> run(request, largest, files, threads)));
      }
      for (Future<Boolean> each : running) {
        assertTrue(each.get(60, TimeUnit.SECONDS));
      }
    } finally {
      Files.delete(directory);
    }
  }

  /** Images arrive one after another, and each is uploaded while the next arrives. */
  private static boolean run(
      List<Integer> request, int largest, SpoolFiles files, ExecutorService threads)
      throws Exception {
    try (Admission room = files.admit(1, Deadline.in(Duration.ofMinutes(10))).orElseThrow()) {
      List<Future<Boolean>> uploads = new ArrayList<>();
      for (int thousandths : request) {
        byte[] image = random((int) ((long) largest * thousandths / 1000));
        Spool spool = room.spool();
        for (int at = 0; at < image.length; at += BLOCK) {
          spool.write(image, at, Math.min(BLOCK, image.length - at));
        }
        uploads.add(threads.submit(() -> isUploaded(spool, image)));
      }
      for (Future<Boolean> each : uploads) {
        assertTrue(each.get(60, TimeUnit.SECONDS));
      }
      return true;
    }
  }

  private static boolean isUploaded(Spool spool, byte[] image) throws IOException {
    try (spool) {
      return Arrays.equals(image, spool.content().readAllBytes());
    }
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }
}
