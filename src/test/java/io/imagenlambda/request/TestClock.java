package io.imagenlambda.request;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** A clock that the test moves; waiting moves it, too. */
public final class TestClock extends Clock implements Deadline.Sleeper {
  private Instant now = Instant.parse("2026-11-28T10:00:00Z");
  private final List<Duration> waits = new ArrayList<>();

  /** A deadline by this clock. */
  public Deadline deadline(Duration total) {
    return Deadline.in(total, this, this);
  }

  /** Lets time pass. */
  public synchronized void pass(Duration time) {
    now = now.plus(time);
  }

  /** How long was waited, each time. */
  public synchronized List<Duration> waits() {
    return List.copyOf(waits);
  }

  @Override
  public synchronized void sleep(Duration duration) {
    waits.add(duration);
    pass(duration);
  }

  @Override
  public synchronized Instant instant() {
    return now;
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
