package io.imagenlambda.provider.imagen;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.imagenlambda.provider.CountingSink;
import io.imagenlambda.provider.ImageDelivery;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The largest answer there is takes no more memory than the smallest. */
class ReaderMemoryTest {
  @Test
  void memoryDoesNotGrowWithTheImages() throws IOException {
    byte[] image = new byte[13 * 1024 * 1024];
    new Random(1).nextBytes(image);
    byte[] entry =
        ("{\"bytesBase64Encoded\":\"" + Base64.getEncoder().encodeToString(image) + "\"}")
            .getBytes(ISO_8859_1);
    List<InputStream> parts = new ArrayList<>();
    parts.add(new ByteArrayInputStream("{\"predictions\":[".getBytes(UTF_8)));
    for (int i = 0; i < 4; i++) {
      parts.add(new ByteArrayInputStream((i == 0 ? "" : ",").getBytes(UTF_8)));
      parts.add(new ByteArrayInputStream(entry));
    }
    parts.add(new ByteArrayInputStream("]}".getBytes(UTF_8)));
    InputStream answer = new SequenceInputStream(Collections.enumeration(parts));
    CountingSink counted = new CountingSink(0);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    try (ImageDelivery delivery = new ImageDelivery(counted, Integer.MAX_VALUE, Long.MAX_VALUE)) {
      new PredictAnswerReader(answer, delivery).read();
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertEquals(4, counted.images());
    assertEquals(4L * image.length, counted.bytes());
    assertTrue(allocated < 300_000, allocated + " bytes");
  }
}
