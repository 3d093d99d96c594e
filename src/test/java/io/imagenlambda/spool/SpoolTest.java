package io.imagenlambda.spool;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.request.Deadline;
import io.imagenlambda.settings.TestSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpoolTest {
  private final Path directory;
  private final Admission room;

  SpoolTest(@TempDir Path directory) {
    this.directory = directory;
    this.room =
        new SpoolFiles(new SpoolDirectory(directory), TestSettings.of())
            .admit(1, Deadline.in(Duration.ofMinutes(1)))
            .orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1",
    "1, 1",
    "32768, 32768",
    "32768, 4096",
    "32769, 4096",
    "32769, 32769",
    "65536, 32768",
    "1000003, 49152",
    "1000003, 1000003"
  })
  void givesBackWhatWasWrittenAsOftenAsAsked(int size, int block) throws Exception {
    byte[] content = random(size);
    try (Spool spool = room.spool()) {
      for (int at = 0; at < size; at += block) {
        spool.write(content, at, Math.min(block, size - at));
      }
      assertEquals(size, spool.size());
      assertEquals(sha256(content), spool.sha256Hex());
      for (int time = 0; time < 2; time++) {
        assertArrayEquals(content, spool.content().readAllBytes());
      }
    }
  }

  @Test
  void givesIndependentStreams() throws Exception {
    byte[] content = random(900_000);
    try (Spool spool = room.spool()) {
      spool.write(content);
      InputStream first = spool.content();
      byte[] half = first.readNBytes(450_000);
      assertArrayEquals(content, spool.content().readAllBytes());
      assertArrayEquals(random(900_000), concat(half, first.readAllBytes()));
    }
  }

  @Test
  void takesSingleBytes() throws Exception {
    try (Spool spool = room.spool()) {
      spool.write('a');
      spool.write(0x1ff);
      InputStream content = spool.content();
      assertEquals('a', content.read());
      assertEquals(0xff, content.read());
      assertEquals(-1, content.read());
    }
  }

  @Test
  void readsTheImageHeaderOnTheWay() throws Exception {
    try (Spool spool = room.spool()) {
      spool.write(SampleImages.png(3, 2));
      assertEquals(new ImageHeader(ImageType.PNG, 3, 2), spool.header().orElseThrow());
    }
  }

  @Test
  void givesBackNothingOfALongerContentThatItsFileHeldBefore() throws Exception {
    try (Spool longer = room.spool()) {
      longer.write(random(2_000_000));
    }
    byte[] content = random(600_000);
    try (Spool spool = room.spool()) {
      spool.write(content);
      assertArrayEquals(content, spool.content().readAllBytes());
    }
  }

  @Test
  void aStreamOfAClosedSpoolReadsNothingOfTheNextOne() throws Exception {
    Spool closed = room.spool();
    closed.write(random(600_000));
    InputStream stream = closed.content();
    closed.close();
    try (Spool next = room.spool()) {
      next.write(random(700_000));
      assertThrows(IOException.class, stream::read);
    }
  }

  @Test
  void manySpoolsAtATimeKeepTheirContentsApart() throws Exception {
    for (int round = 0; round < 2; round++) {
      List<Spool> spools = new ArrayList<>();
      for (int n = 0; n < 6; n++) {
        Spool spool = room.spool();
        spool.write(random(600_000 + n));
        spools.add(spool);
      }
      for (int n = 0; n < 6; n++) {
        try (Spool spool = spools.get(n)) {
          assertArrayEquals(random(600_000 + n), spool.content().readAllBytes());
        }
      }
    }
  }

  @Test
  void leavesNoFileBehindNotEvenWhileItIsOpen() throws Exception {
    try (Spool spool = room.spool()) {
      spool.write(random(2_000_000));
      assertEquals(0, filesLeft());
    }
    assertEquals(0, filesLeft());
  }

  @Test
  void survivesAnInterruptOfTheThreadThatReadsIt() throws Exception {
    byte[] content = random(600_000);
    try (Spool spool = room.spool()) {
      spool.write(content);
      Thread.currentThread().interrupt();
      assertArrayEquals(content, spool.content().readAllBytes());
      assertTrue(Thread.interrupted());
    }
  }

  @Test
  void refusesMoreBytesOnceTheDigestIsMadeOrItIsClosed() throws Exception {
    Spool spool = room.spool();
    spool.write(1);
    spool.sha256Hex();
    assertThrows(IllegalStateException.class, () -> spool.write(2));
    spool.close();
    assertThrows(IllegalStateException.class, spool::content);
    spool.close();
    assertEquals(1, spool.size());
  }

  private long filesLeft() throws IOException {
    try (Stream<Path> left = Files.list(directory)) {
      return left.count();
    }
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

  private static String sha256(byte[] content) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
  }
}
