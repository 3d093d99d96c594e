package io.imagenlambda.bench;

import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.runtime.Program;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How a program is run: over HTTP or HTTPS, with or without a memory limit of Lambda's. */
record Condition(
    String name, boolean secure, @Nullable MemoryLimit limit, int warmCalls, Duration patience) {
  static final Condition PLAIN = new Condition("HTTP", false, null, 7, Duration.ofSeconds(60));
  static final Condition SECURE = new Condition("HTTPS", true, null, 7, Duration.ofSeconds(60));

  static Condition within(MemoryLimit limit) {
    return new Condition(limit.toString(), false, limit, 3, Duration.ofMinutes(2));
  }

  /** The program as it is started under this condition, without the limit. */
  Program command(MeasuredProgram program, Lab lab) {
    return secure ? program.trusting().with(lab.secureEnvironment()) : program.plain();
  }

  /** Lambda's memory setting, and the share of a CPU that comes with it. */
  record MemoryLimit(int mebibytes) {
    /** The memory, in MiB, at which a function gets one whole CPU. */
    private static final int MEBIBYTES_PER_CPU = 1769;

    /** Lambda's CPU period, in microseconds, as measured from inside a function. */
    static final int PERIOD_MICROS = 20_000;

    private static final Pattern NUMBER = Pattern.compile("[1-9]\\d{1,4}");

    MemoryLimit {
      if (mebibytes < 64 || mebibytes > 10_240) {
        throw new IllegalArgumentException(mebibytes + " MiB is not between 64 and 10240");
      }
    }

    /**
     * Reads a list such as {@code "128,512"}, in MiB. An empty list means no limits.
     *
     * @throws IllegalArgumentException where an entry is not a number from 64 to 10240
     */
    static List<MemoryLimit> parse(String list) {
      return Stream.of(list.split(",", -1))
          .map(String::strip)
          .filter(item -> !item.isEmpty())
          .map(MemoryLimit::one)
          .toList();
    }

    private static MemoryLimit one(String item) {
      if (!NUMBER.matcher(item).matches()) {
        throw new IllegalArgumentException("\"%s\" is not a number of MiB".formatted(item));
      }
      return new MemoryLimit(Integer.parseInt(item));
    }

    long bytes() {
      return (long) mebibytes << 20;
    }

    /** The CPU time that it may use in each period, in microseconds. */
    long quotaMicros() {
      return Math.round((double) PERIOD_MICROS * mebibytes / MEBIBYTES_PER_CPU);
    }

    @Override
    public String toString() {
      return "%d MiB, %.1f %% of a CPU".formatted(mebibytes, 100.0 * mebibytes / MEBIBYTES_PER_CPU);
    }
  }
}
