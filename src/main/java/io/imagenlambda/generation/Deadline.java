package io.imagenlambda.generation;

import java.time.Duration;

/**
 * When an invocation ends: Lambda stops the process at that moment, whatever it is doing.
 *
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/java-context.html">Lambda context</a>
 */
public final class Deadline {
  private final long startNanos = System.nanoTime();
  private final Duration total;

  private Deadline(Duration total) {
    this.total = total;
  }

  /** The deadline that is {@code total} from now. */
  public static Deadline in(Duration total) {
    return new Deadline(total);
  }

  /** The time that is left; never negative. */
  public Duration remaining() {
    Duration left = total.minusNanos(System.nanoTime() - startNanos);
    return left.isNegative() ? Duration.ZERO : left;
  }

  /** Whether at least {@code needed} is left. */
  public boolean leaves(Duration needed) {
    return remaining().compareTo(needed) >= 0;
  }

  /** What there was at the beginning. */
  public Duration total() {
    return total;
  }
}
