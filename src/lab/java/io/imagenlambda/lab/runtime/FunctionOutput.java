package io.imagenlambda.lab.runtime;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The last lines of output of all processes of a function. Thread-safe. */
public final class FunctionOutput {
  private static final int MAX_LINES = 20_000;

  private final Deque<String> lines = new ArrayDeque<>();
  private final Consumer<String> sink;

  FunctionOutput(Consumer<String> sink) {
    this.sink = sink;
  }

  void add(String line) {
    synchronized (lines) {
      lines.add(line);
      if (lines.size() > MAX_LINES) {
        lines.remove();
      }
      lines.notifyAll();
    }
    sink.accept(line);
  }

  /** Standard output and error of all processes so far, in the order of their arrival. */
  public List<String> lines() {
    synchronized (lines) {
      return List.copyOf(lines);
    }
  }

  /**
   * Waits for a line, because output that a process wrote before its answer may arrive after it.
   *
   * @throws IllegalStateException with all lines, where there is none within the time
   */
  public String awaitLine(Predicate<String> wanted, Duration atMost) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    synchronized (lines) {
      while (true) {
        Optional<String> found = lines.stream().filter(wanted).findFirst();
        if (found.isPresent()) {
          return found.get();
        }
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (left <= 0) {
          throw new IllegalStateException("no such line in:\n" + String.join("\n", lines));
        }
        lines.wait(left);
      }
    }
  }
}
