package io.imagenlambda.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.imagenlambda.spool.SampleImages;
import io.imagenlambda.spool.Spool;
import io.imagenlambda.storage.ImageStore.StoredImage;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A 2K image can have 13 MB; none of it may pile up in memory. */
class LargeImageTest {
  private static final int SIZE = 13_000_000;
  private static final int BLOCK = 48 * 1024;
  @AutoClose private static final TestS3 s3 = TestS3.start();
  private final ImageStore store = s3.store();
  private final byte[] image = image();

  @Test
  void takesLittleHeapOnItsWayToS3() throws Exception {
    store("warm-up");
    long before = allocated();
    StoredImage stored = store("large");
    long allocated = allocated() - before;

    assertTrue(allocated < 2_000_000, () -> allocated + " bytes allocated");
    assertEquals(SIZE, stored.bytes());
    assertArrayEquals(
        image,
        s3.client()
            .getObjectAsBytes(get -> get.bucket(TestS3.BUCKET).key("images/large/0.png"))
            .asByteArrayUnsafe());
  }

  private StoredImage store(String id) throws Exception {
    try (Spool spool = TestS3.spool()) {
      for (int at = 0; at < SIZE; at += BLOCK) {
        spool.write(image, at, Math.min(BLOCK, SIZE - at));
      }
      return store.putImage(id, "0", spool, "a-digest", Map.of());
    }
  }

  private static byte[] image() {
    byte[] image = new byte[SIZE];
    new Random(1).nextBytes(image);
    byte[] png = SampleImages.png(2048, 1152);
    System.arraycopy(png, 0, image, 0, 100);
    return image;
  }

  /** By this thread, which is the one that spools and uploads. */
  private static long allocated() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    return threads.getCurrentThreadAllocatedBytes();
  }
}
