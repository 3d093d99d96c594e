package io.imagenlambda.request;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * When an invocation, or a part of it, ends. Lambda then stops the process. See {@link Budgets}.
 *
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/java-context.html">Lambda context</a>
 */
public final class Deadline {
  /** How a thread waits. In tests, waiting moves the clock. */
  @FunctionalInterface
  public interface Sleeper {
    void sleep(Duration duration) throws InterruptedException;
  }

  private final Clock clock;
  private final Sleeper sleeper;
  private final Duration total;
  private final Instant end;

  private Deadline(Duration total, Clock clock, Sleeper sleeper) {
    this.clock = clock;
    this.sleeper = sleeper;
    this.total = total;
    this.end = clock.instant().plus(total);
  }

  /** The deadline {@code total} from now. */
  public static Deadline in(Duration total) {
    return in(total, Clock.systemUTC(), Thread::sleep);
  }

  /** The same, with another clock. */
  public static Deadline in(Duration total, Clock clock, Sleeper sleeper) {
    return new Deadline(total, clock, sleeper);
  }

  /** A deadline by the same clock, {@code within} from now and not after this one. */
  public Deadline within(Duration within) {
    return new Deadline(shorter(within, remaining()), clock, sleeper);
  }

  /** The time that is left; never negative. */
  public Duration remaining() {
    Duration left = Duration.between(clock.instant(), end);
    return left.isNegative() ? Duration.ZERO : left;
  }

  /** Whether at least {@code needed} is left. */
  public boolean leaves(Duration needed) {
    return remaining().compareTo(needed) >= 0;
  }

  /** The time at the beginning. */
  public Duration total() {
    return total;
  }

  /**
   * Waits.
   *
   * @return false if the thread was interrupted; it stays interrupted
   */
  public boolean sleep(Duration wait) {
    try {
      sleeper.sleep(wait);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  public static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
