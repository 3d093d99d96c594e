package io.imagenlambda.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** All runs of one program in one condition: a line of the table. */
final class Row {
  /** A line that fails so often without a success is not run again. */
  private static final int ENOUGH_FAILURES = 2;

  /** The values of one new process, as far as it got. */
  static final class Run {
    private final Map<Metric, Double> values = new EnumMap<>(Metric.class);
    private @Nullable String failure;

    void set(Metric metric, double value) {
      values.put(metric, value);
    }

    /** Notes that the process did not finish, and why. */
    void failed(String reason) {
      failure = reason;
    }

    @Nullable Double get(Metric metric) {
      return values.get(metric);
    }

    @Nullable String failure() {
      return failure;
    }
  }

  private final String condition;
  private final String program;
  private final List<Run> runs = new ArrayList<>();

  Row(String condition, String program) {
    this.condition = condition;
    this.program = program;
  }

  String condition() {
    return condition;
  }

  String program() {
    return program;
  }

  List<Run> runs() {
    return List.copyOf(runs);
  }

  void add(Run run) {
    runs.add(run);
  }

  boolean alwaysFails() {
    return runs.size() >= ENOUGH_FAILURES && runs.stream().allMatch(run -> run.failure() != null);
  }

  List<Double> values(Metric metric) {
    return runs.stream().map(run -> run.get(metric)).filter(Objects::nonNull).toList();
  }

  /** The median of the runs that have a value, and how the others failed. */
  String cell(Metric metric) {
    List<Double> values = values(metric);
    List<String> failures =
        runs.stream()
            .filter(run -> run.get(metric) == null)
            .map(Run::failure)
            .filter(Objects::nonNull)
            .toList();
    if (values.isEmpty()) {
      return failures.isEmpty() ? "–" : failures.getFirst();
    }
    String median = metric.format(median(values));
    return failures.isEmpty()
        ? median
        : "%s (%d× %s)".formatted(median, failures.size(), failures.getFirst());
  }

  /**
   * The median of each round's ratio. A machine that is slow for a while slows both programs of a
   * round, so this compares them better than the ratio of their medians.
   */
  String ratioTo(Row other, Metric metric) {
    List<Double> ratios = new ArrayList<>();
    for (int round = 0; round < Math.min(runs.size(), other.runs.size()); round++) {
      Double ours = runs.get(round).get(metric);
      Double theirs = other.runs.get(round).get(metric);
      if (ours != null && theirs != null) {
        ratios.add(ours / theirs);
      }
    }
    return ratios.isEmpty() ? "–" : "%.2f".formatted(median(ratios));
  }

  /** The middle of a few numbers. One disturbed run does not move it. */
  static double median(Collection<Double> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("no values, no median");
    }
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
