package io.imagenlambda.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpoolTest {
  private final Path directory;

  SpoolTest(@TempDir Path directory) {
    this.directory = directory;
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
    try (Spool spool = new Spool(directory)) {
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
    try (Spool spool = new Spool(directory)) {
      spool.write(content);
      InputStream first = spool.content();
      byte[] half = first.readNBytes(450_000);
      assertArrayEquals(content, spool.content().readAllBytes());
      assertArrayEquals(random(900_000), concat(half, first.readAllBytes()));
    }
  }

  @Test
  void takesSingleBytes() throws Exception {
    try (Spool spool = new Spool(directory)) {
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
    try (Spool spool = new Spool(directory)) {
      spool.write(SampleImages.png(3, 2));
      assertEquals(new ImageHeader(ImageType.PNG, 3, 2), spool.header().orElseThrow());
    }
  }

  @Test
  void leavesNoFileBehindNotEvenWhileItIsOpen() throws Exception {
    try (Spool spool = new Spool(directory)) {
      spool.write(random(2_000_000));
      assertEquals(0, files());
    }
    assertEquals(0, files());
  }

  @Test
  void survivesAnInterruptOfTheThreadThatReadsIt() throws Exception {
    byte[] content = random(600_000);
    try (Spool spool = new Spool(directory)) {
      spool.write(content);
      Thread.currentThread().interrupt();
      assertArrayEquals(content, spool.content().readAllBytes());
      assertTrue(Thread.interrupted());
    }
  }

  @Test
  void refusesMoreBytesOnceTheDigestIsMadeOrItIsClosed() throws Exception {
    Spool spool = new Spool(directory);
    spool.write(1);
    spool.sha256Hex();
    assertThrows(IllegalStateException.class, () -> spool.write(2));
    spool.close();
    assertThrows(IllegalStateException.class, spool::content);
    spool.close();
    assertEquals(1, spool.size());
  }

  private long files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.count();
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
