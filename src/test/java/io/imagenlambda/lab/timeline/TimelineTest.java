package io.imagenlambda.lab.timeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.lab.timeline.LabEvent.Started;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TimelineTest {
  private final Timeline timeline = new Timeline();

  @Test
  void onlyTheLastEventsAreKept() throws Exception {
    IntStream.rangeClosed(1, Timeline.MAX_ENTRIES + 3)
        .forEach(pid -> timeline.add(new Started(pid, 1)));
    List<Timeline.Entry> kept = timeline.after(0, Duration.ZERO);
    assertEquals(Timeline.MAX_ENTRIES, kept.size());
    assertEquals(new Started(4, 1), kept.getFirst().event());
  }

  @Test
  void aWaitingReaderGetsTheNextEvent() throws Exception {
    timeline.add(new Started(1, 1));
    long known = timeline.after(0, Duration.ZERO).getFirst().number();
    var next =
        CompletableFuture.supplyAsync(() -> {
          try {
            return timeline.after(known, Duration.ofMinutes(1));
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    timeline.add(new Started(2, 1));
    assertEquals(new Started(2, 1), next.join().getFirst().event());
    assertEquals(1, next.join().size());
  }

  @Test
  void aLongEventIsCutToItsBeginning() {
    byte[] event = "x".repeat(LabEvent.MAX_BYTES + 1).getBytes(UTF_8);
    assertTrue(LabEvent.text(event).endsWith("x… (65537 bytes)"));
  }
}
