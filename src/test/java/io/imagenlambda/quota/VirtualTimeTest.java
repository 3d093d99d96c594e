package io.imagenlambda.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.imagenlambda.concurrent.Parallel;
import io.imagenlambda.request.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class VirtualTimeTest {
  private final VirtualTime time = new VirtualTime();

  /** How much time had passed when each message of an invocation had waited and worked. */
  private List<Duration> ends(List<Duration> waits) {
    AtomicReference<List<Duration>> ends = new AtomicReference<>(List.of());
    Deadline deadline = Deadline.in(Duration.ofHours(2), time, time);
    time.invoke(
        waits.size(),
        () -> ends.set(Parallel.map(waits, waits.size(), wait -> worked(deadline, wait))));
    time.run(() -> !ends.get().isEmpty());
    return ends.get();
  }

  private Duration worked(Deadline deadline, Duration wait) {
    var _ = deadline.remaining();
    if (wait.isPositive()) {
      var _ = deadline.sleep(wait);
    }
    Duration here = time.passed();
    for (int i = 0; i < 10; i++) {
      assertEquals(1, Parallel.<Integer>beside(() -> {}, () -> 1));
    }
    assertEquals(here, time.passed());
    return here;
  }

  @Test
  void timePassesWhileEveryThreadWaitsAndNotWhileOneWorks() {
    List<Duration> waits =
        List.of(Duration.ofHours(1), Duration.ZERO, Duration.ofSeconds(10), Duration.ofSeconds(10));

    assertEquals(waits, ends(waits));
  }

  @Test
  void whatHappensHasItsTimeAndItsOrder() {
    StringBuilder happened = new StringBuilder();
    time.after(Duration.ofSeconds(2), () -> happened.append("c").append(time.passed()));
    time.after(Duration.ofSeconds(1), () -> happened.append("a"));
    time.after(Duration.ofSeconds(1), () -> happened.append("b"));

    time.run(() -> happened.indexOf("c") >= 0);

    assertEquals("abcPT2S", happened.toString());
  }

  @Test
  void anInvocationThatFailsEndsTheRun() {
    time.invoke(
        1,
        () -> {
          throw new IllegalArgumentException("not today");
        });

    assertThrows(IllegalStateException.class, () -> time.run(() -> false));
  }
}
