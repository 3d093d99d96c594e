package io.imagenlambda.lab.timeline;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The last events, with numbers. Thread-safe. */
public final class Timeline {
  static final int MAX_ENTRIES = 2_000;

  /** A event, when it ended, and its number, which only grows, even from one lab to the next. */
  public record Entry(long number, Instant at, LabEvent event) {}

  private final Deque<Entry> entries = new ArrayDeque<>();
  private long number = System.currentTimeMillis();

  public synchronized void add(LabEvent event) {
    entries.add(new Entry(++number, Instant.now(), event));
    if (entries.size() > MAX_ENTRIES) {
      entries.remove();
    }
    notifyAll();
  }

  /** The number of the last event. */
  public synchronized long last() {
    return number;
  }

  /**
   * What happened after the one with that number, as far as it is still known; waits for it where
   * nothing did.
   *
   * @return empty where nothing happened within the time
   */
  public synchronized List<Entry> after(long known, Duration atMost) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    while (number <= known || entries.isEmpty()) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        return List.of();
      }
      wait(left);
    }
    return entries.stream().filter(entry -> entry.number() > known).toList();
  }
}
