package io.imagenlambda.bench;

import java.util.List;
import java.util.Map;

/**
 * What all programs do on one wire, to be compared: a table of its own.
 *
 * @param wire what {@code bench.wires} calls it
 * @param title the head of its table
 * @param one the request of a cold start and of warm calls
 * @param four the request for four large images
 * @param fourMillis the time that those take
 * @param metrics the columns of its table
 */
record Comparison(
    String wire,
    String title,
    Workload one,
    Workload four,
    Metric fourMillis,
    List<Metric> metrics) {
  static final Comparison IMAGEN =
      new Comparison(
          "imagen", ":predict", Workload.ONE_1K, Workload.FOUR_2K, Metric.FOUR, Metric.COMPARED);

  static final Comparison GEMINI =
      new Comparison(
          "gemini",
          ":generateContent",
          Workload.GEMINI_ONE_1K,
          Workload.GEMINI_FOUR_4K,
          Metric.FOUR_4K,
          Metric.COMPARED_4K);

  static final List<Comparison> ALL = List.of(IMAGEN, GEMINI);

  /** The settings of a function that is there for this wire. */
  Map<String, String> env() {
    return Map.of("IMAGEN_MODEL", one.model());
  }
}
