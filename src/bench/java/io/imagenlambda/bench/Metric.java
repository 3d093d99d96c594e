package io.imagenlambda.bench;

import java.util.List;
import java.util.Locale;

/** What is measured for each process: a column of the tables, in milliseconds or MiB. */
enum Metric {
  /** From the start of the process until it asks for its first event. */
  INIT("init ms", 0),
  /** From the start of the process until its first answer, for one 1K image. */
  COLD("cold ms", 0),
  /** User and system time until then. */
  COLD_CPU("cold CPU ms", 0),
  /** The median of further calls for one 1K image. */
  WARM("warm ms", 1),
  /** One call for four 2K images. */
  FOUR("4×2K ms", 0),
  /** One call for four 4K images, each after two thoughts. */
  FOUR_4K("4×4K ms", 0),
  /** User and system time of that call, for each MB of the images that came. */
  FOUR_CPU("CPU ms/MB", 1),
  /** The call of the second table. */
  WALL("wall ms", 0),
  /** User and system time of that call. */
  CPU("CPU ms", 0),
  /** The most memory that was ever resident. */
  RSS("peak RSS MiB", 0);

  static final List<Metric> COMPARED = List.of(INIT, COLD, COLD_CPU, WARM, FOUR, FOUR_CPU, RSS);
  static final List<Metric> COMPARED_4K =
      List.of(INIT, COLD, COLD_CPU, WARM, FOUR_4K, FOUR_CPU, RSS);
  static final List<Metric> GROWTH = List.of(WALL, CPU, RSS);

  private final String title;
  private final int decimals;

  Metric(String title, int decimals) {
    this.title = title;
    this.decimals = decimals;
  }

  /** Its key in {@code bench.json}. */
  String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  String title() {
    return title;
  }

  String format(double value) {
    return ("%." + decimals + "f").formatted(value);
  }
}
