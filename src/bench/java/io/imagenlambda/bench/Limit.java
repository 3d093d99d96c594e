package io.imagenlambda.bench;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Lambda's memory setting, with the share of a CPU that comes with it. */
record Limit(int mebibytes) {
  /** With so many MiB a function has one whole CPU. */
  private static final int MEBIBYTES_PER_CPU = 1769;

  /** Lambda hands the CPU out in such slices, as far as can be seen from within. */
  static final int PERIOD_MICROS = 20_000;

  private static final Pattern NUMBER = Pattern.compile("[1-9]\\d{1,4}");

  Limit {
    if (mebibytes < 64 || mebibytes > 10_240) {
      throw new IllegalArgumentException(mebibytes + " MiB is not between 64 and 10240");
    }
  }

  /** Reads {@code "128,512"}; nothing in it is no limit. */
  static List<Limit> parse(String list) {
    return Stream.of(list.split(",", -1))
        .map(String::strip)
        .filter(item -> !item.isEmpty())
        .map(Limit::one)
        .toList();
  }

  private static Limit one(String item) {
    if (!NUMBER.matcher(item).matches()) {
      throw new IllegalArgumentException("\"%s\" is not a number of MiB".formatted(item));
    }
    return new Limit(Integer.parseInt(item));
  }

  long bytes() {
    return (long) mebibytes << 20;
  }

  /** How much of each period it may run. */
  long quotaMicros() {
    return Math.round((double) PERIOD_MICROS * mebibytes / MEBIBYTES_PER_CPU);
  }

  @Override
  public String toString() {
    return "%d MiB, %.1f %% of a CPU".formatted(mebibytes, 100.0 * mebibytes / MEBIBYTES_PER_CPU);
  }
}
