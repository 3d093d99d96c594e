package io.imagenlambda.bench;

import java.util.List;
import java.util.Locale;

/** What is measured of a process, in milliseconds and MiB. */
enum Column {
  /** From its exec to its first question for an event. */
  INIT("init ms", 0),
  /** From its exec to the first answer, one 1K image. */
  COLD("cold ms", 0),
  /** User and system time until then. */
  COLD_CPU("cold CPU ms", 0),
  /** The median of further calls for one 1K image. */
  WARM("warm ms", 1),
  /** One call for four 2K images. */
  FOUR("4×2K ms", 0),
  /** User and system time of that call. */
  FOUR_CPU("CPU ms/MB", 1),
  /** The call whose growth is looked at. */
  WALL("wall ms", 0),
  /** User and system time of that call. */
  CPU("CPU ms", 0),
  /** The most that was ever resident, to the end. */
  RSS("peak RSS MiB", 0);

  static final List<Column> COMPARED = List.of(INIT, COLD, COLD_CPU, WARM, FOUR, FOUR_CPU, RSS);
  static final List<Column> GROWTH = List.of(WALL, CPU, RSS);

  private final String title;
  private final int decimals;

  Column(String title, int decimals) {
    this.title = title;
    this.decimals = decimals;
  }

  /** What it is called in JSON. */
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
