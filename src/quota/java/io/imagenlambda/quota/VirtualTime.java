package io.imagenlambda.quota;

import io.imagenlambda.request.Deadline;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Time that passes only while every thread of the function waits for it. Then it jumps to what
 * comes next. All that does not belong to the function happens on the thread of {@link #run}, one
 * thing at a time.
 */
final class VirtualTime extends Clock implements Deadline.Sleeper {
  static final Instant START = Instant.parse("2026-11-29T10:00:00Z");

  /** A thread that ends does not say so: look again, soon at first. */
  private static final long FIRST_LOOK_NANOS = 20_000;

  private static final long LAST_LOOK_NANOS = 1_000_000;

  /**
   * A minute of looks, in which this process had the machine: it may have been stopped for long.
   */
  private static final int MOST_LOOKS = 60_000;

  /** Threads have the place of the thread that made them, one step down. */
  private static final InheritableThreadLocal<@Nullable Place> PLACE =
      new InheritableThreadLocal<>() {
        @Override
        protected @Nullable Place childValue(@Nullable Place parent) {
          return parent == null || parent.isMessage ? null : new Place(parent.work, true);
        }
      };

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparing(Event::at).thenComparingLong(Event::number));
  private final List<Work> working = new ArrayList<>();

  /** Of the invocations; a place comes with the work, and not with the thread. */
  private final ExecutorService threads = Executors.newCachedThreadPool();

  private volatile Instant now = START;
  private long number;
  private volatile @Nullable Thread runner;
  private @Nullable Throwable failure;

  private record Event(Instant at, long number, Runnable what) {}

  /** What a thread does: the invocation as a whole, or one of its messages. */
  private static final class Place {
    private final Work work;
    private final boolean isMessage;
    private boolean isKnown;

    private Place(Work work, boolean isMessage) {
      this.work = work;
      this.isMessage = isMessage;
    }
  }

  /** An invocation. Each of its messages has a thread; what else these start, they wait for. */
  private static final class Work {
    private final int messages;
    private final List<Thread> threads = new ArrayList<>();
    private int asleep;
    private boolean isOver;

    private Work(int messages) {
      this.messages = messages;
    }

    /** Whether nothing of it goes on until time passes. */
    private boolean isStill() {
      if (isOver) {
        return true;
      }
      return asleep > 0
          && threads.size() == messages
          && threads.stream().filter(Thread::isAlive).count() == asleep;
    }

    @Override
    public String toString() {
      return "%d messages, %d threads, %d asleep".formatted(messages, threads.size(), asleep);
    }
  }

  /** Has something happen at that time. */
  synchronized void at(Instant time, Runnable what) {
    events.add(new Event(time, number++, what));
  }

  /** Has something happen after that time. */
  void after(Duration time, Runnable what) {
    at(now.plus(time), what);
  }

  /** Has something happen now, on the thread of {@link #run}. */
  void next(Runnable what) {
    at(now, what);
  }

  /** Starts an invocation with so many messages. */
  void invoke(int messages, Runnable invocation) {
    Work work = new Work(messages);
    synchronized (this) {
      working.add(work);
    }
    threads.execute(() -> {
      PLACE.set(new Place(work, false));
      try {
        invocation.run();
      } catch (Throwable thrown) {
        fail(thrown);
      } finally {
        PLACE.remove();
        end(work);
      }
    });
  }

  private synchronized void fail(Throwable thrown) {
    failure = thrown;
  }

  private void end(Work work) {
    synchronized (this) {
      work.isOver = true;
    }
    LockSupport.unpark(runner);
  }

  /** Lets time pass until something is over. */
  void run(BooleanSupplier isOver) {
    runner = Thread.currentThread();
    try {
      awaitStillness();
      while (!isOver.getAsBoolean()) {
        due().forEach(event -> event.what.run());
        awaitStillness();
      }
    } finally {
      threads.shutdown();
    }
  }

  private synchronized List<Event> due() {
    List<Event> due = new ArrayList<>();
    Event first = events.poll();
    if (first != null) {
      now = first.at;
      due.add(first);
      for (Event next = events.peek(); next != null && next.at.equals(now); next = events.peek()) {
        due.add(events.remove());
      }
    }
    return due;
  }

  private void awaitStillness() {
    long wait = FIRST_LOOK_NANOS;
    for (int looks = 0; !isStill(); looks++) {
      if (looks > MOST_LOOKS) {
        throw stuck();
      }
      LockSupport.parkNanos(wait);
      wait = Math.min(wait * 2, LAST_LOOK_NANOS);
    }
  }

  private synchronized IllegalStateException stuck() {
    IllegalStateException stuck =
        new IllegalStateException("the function waits for something else than time: " + working);
    for (Work work : working) {
      for (Thread thread : work.threads) {
        Exception where = new IllegalStateException(thread + " is here");
        where.setStackTrace(thread.getStackTrace());
        stuck.addSuppressed(where);
      }
    }
    return stuck;
  }

  private synchronized boolean isStill() {
    if (failure != null) {
      throw new IllegalStateException("an invocation failed", failure);
    }
    working.removeIf(Work::isStill);
    return working.isEmpty();
  }

  @Override
  public void sleep(Duration duration) throws InterruptedException {
    Work work = known(PLACE.get());
    Semaphore woken = new Semaphore(0);
    synchronized (this) {
      work.asleep++;
      at(now.plus(duration), () -> wake(work, woken));
    }
    LockSupport.unpark(runner);
    woken.acquire();
  }

  private synchronized void wake(Work work, Semaphore thread) {
    work.asleep--;
    if (!working.contains(work)) {
      working.add(work);
    }
    thread.release();
  }

  @Override
  public Instant instant() {
    Place place = PLACE.get();
    if (place != null && place.isMessage) {
      var _ = known(place);
    }
    return now;
  }

  /** A message's thread asks for the time before it does anything else. */
  private Work known(@Nullable Place place) {
    if (place == null || !place.isMessage) {
      throw new IllegalStateException("only the thread of a message may wait");
    }
    if (!place.isKnown) {
      place.isKnown = true;
      synchronized (this) {
        place.work.threads.add(Thread.currentThread());
      }
    }
    return place.work;
  }

  /** How much has passed. */
  Duration passed() {
    return Duration.between(START, now);
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
