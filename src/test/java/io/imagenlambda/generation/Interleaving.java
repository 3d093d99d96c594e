package io.imagenlambda.generation;

import io.imagenlambda.request.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs deliveries of a request side by side, one step of one of them at a time, in an order that a
 * test decides. A step is what another delivery can see: a call of S3 or of the provider, and its
 * answer. Between two steps a process may be killed, and time may pass; a process whose time is
 * over is killed, as Lambda does it.
 */
final class Interleaving {
  /** The process died here: nothing of it happens any more. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1;
  }

  /** What happens next: a step of one delivery, its death, or time that passes. */
  record Choice(int which, Kind kind) {
    enum Kind {
      STEP,
      KILL,
      WAIT,
      WAIT_LONG,
      /** The answer to the next write is lost. */
      LOSE,
      /** A lifecycle rule deletes an object. */
      EXPIRE
    }
  }

  private static final Duration SHORT = Duration.ofSeconds(7);
  private static final Duration LONG = Duration.ofMinutes(5);

  private final Iterator<Choice> choices;
  private final List<Delivery> deliveries = new ArrayList<>();
  private final TestClock clock = new TestClock();
  private final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
  private int killed;
  private IntConsumer rule = which -> {};
  private boolean loses;

  Interleaving(List<Choice> choices) {
    this.choices = choices.iterator();
  }

  /** One delivery: the threads of a process that handles it. */
  private static final class Delivery {
    private final ThreadGroup threads;
    private final Thread main;
    private final List<Semaphore> parked = new ArrayList<>();
    private Instant end = Instant.MAX;
    private boolean dead;

    private Delivery(String name, Runnable work) {
      this.threads = new ThreadGroup(name);
      this.main = new Thread(threads, work, name);
    }

    /** Whether all threads wait: for their next step, for one another, or are gone. */
    private boolean isStill() {
      Thread[] all = new Thread[16];
      int count = threads.enumerate(all);
      for (int i = 0; i < count; i++) {
        Thread.State state = all[i].getState();
        if (state != Thread.State.WAITING
            && state != Thread.State.TIMED_WAITING
            && state != Thread.State.TERMINATED) {
          return false;
        }
      }
      return true;
    }
  }

  /** The clock, which passes by choice only. */
  TestClock clock() {
    return clock;
  }

  /** What a lifecycle rule does, for any number. */
  void rule(IntConsumer deletes) {
    rule = deletes;
  }

  /** Whether the answer to the write that was just made is lost. */
  synchronized boolean isLost() {
    boolean lost = loses;
    loses = false;
    return lost;
  }

  /** Adds a delivery; its process is killed when so much time has passed since its first step. */
  void deliver(String name, Duration time, Runnable work) {
    deliveries.add(
        new Delivery(
            name,
            () -> {
              try {
                step();
                begin(time);
                work.run();
              } catch (Killed dead) {
                // as was chosen
              } catch (Throwable thrown) {
                failures.add(thrown);
              }
            }));
  }

  private synchronized void begin(Duration time) {
    Delivery delivery = current();
    if (delivery != null) {
      delivery.end = clock.instant().plus(time);
    }
  }

  /** How many deliveries were killed before they had ended. */
  int killed() {
    return killed;
  }

  /**
   * Runs all deliveries to their end; what is not chosen any more goes in turn.
   *
   * @throws AssertionError if one failed
   */
  void run() {
    deliveries.forEach(delivery -> delivery.main.start());
    int turn = 0;
    while (deliveries.stream().anyMatch(delivery -> delivery.main.isAlive())) {
      if (!deliveries.stream().allMatch(Delivery::isStill)) {
        Thread.onSpinWait();
        continue;
      }
      Choice choice = choices.hasNext() ? choices.next() : new Choice(turn++, Choice.Kind.STEP);
      synchronized (this) {
        make(choice);
      }
    }
    if (!failures.isEmpty()) {
      throw new AssertionError("a delivery failed", failures.getFirst());
    }
  }

  private void make(Choice choice) {
    Delivery chosen = deliveries.get(choice.which() % deliveries.size());
    switch (choice.kind()) {
      case STEP -> {
        if (!chosen.parked.isEmpty()) {
          chosen.parked.removeFirst().release();
        }
      }
      case KILL -> kill(chosen);
      case WAIT -> pass(SHORT);
      case WAIT_LONG -> pass(LONG);
      case LOSE -> loses = true;
      case EXPIRE -> rule.accept(choice.which());
    }
  }

  private void pass(Duration time) {
    clock.pass(time);
    deliveries.stream()
        .filter(delivery -> !clock.instant().isBefore(delivery.end))
        .forEach(this::kill);
  }

  private void kill(Delivery delivery) {
    if (!delivery.dead && delivery.main.isAlive()) {
      killed++;
    }
    delivery.dead = true;
    delivery.parked.forEach(Semaphore::release);
    delivery.parked.clear();
  }

  /** A thread waits: time passes, and others go on. */
  void sleep(Duration time) {
    synchronized (this) {
      pass(time);
    }
    step();
  }

  /** Waits for its turn. Does nothing on threads that belong to no delivery. */
  void step() {
    Delivery delivery = current();
    if (delivery == null) {
      return;
    }
    Semaphore turn = new Semaphore(0);
    synchronized (this) {
      if (delivery.dead) {
        throw new Killed();
      }
      delivery.parked.add(turn);
    }
    turn.acquireUninterruptibly();
    synchronized (this) {
      if (delivery.dead) {
        throw new Killed();
      }
    }
  }

  private @Nullable Delivery current() {
    ThreadGroup group = Thread.currentThread().getThreadGroup();
    return deliveries.stream()
        .filter(delivery -> delivery.threads.equals(group))
        .findFirst()
        .orElse(null);
  }
}
