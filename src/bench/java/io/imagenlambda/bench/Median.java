package io.imagenlambda.bench;

import java.util.Collection;

/** The middle of a few numbers, which one disturbed run does not move. */
final class Median {
  private Median() {}

  static double of(Collection<Double> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("there is no middle of nothing");
    }
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
