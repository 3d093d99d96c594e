package io.imagenlambda.lab.runtime;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** How many processes are at work, for tests that wait for it instead of sleeping. */
final class Busy {
  private int count;

  synchronized void change(int by) {
    count += by;
    notifyAll();
  }

  synchronized void await(int wanted, Duration atMost) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    while (count != wanted) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        throw new IllegalStateException("%d are busy, not %d".formatted(count, wanted));
      }
      wait(left);
    }
  }
}
