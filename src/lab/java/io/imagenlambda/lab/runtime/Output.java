package io.imagenlambda.lab.runtime;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/** What the processes of a function have written, the last lines of it; safe to share. */
public final class Output {
  private static final int MOST_LINES = 20_000;

  private final Deque<String> lines = new ArrayDeque<>();
  private final Consumer<String> sink;

  Output(Consumer<String> sink) {
    this.sink = sink;
  }

  void add(String line) {
    synchronized (lines) {
      lines.add(line);
      if (lines.size() > MOST_LINES) {
        lines.remove();
      }
    }
    sink.accept(line);
  }

  /** Standard output and error of all processes so far, in the order of their arrival. */
  public List<String> lines() {
    synchronized (lines) {
      return List.copyOf(lines);
    }
  }
}
