package io.imagenlambda.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** All runs of one program in one condition: a line of the table. */
final class Row {
  /** What fails twice without one success fails every time. */
  private static final int ENOUGH_FAILURES = 2;

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

  boolean isHopeless() {
    return runs.size() >= ENOUGH_FAILURES && runs.stream().allMatch(run -> run.lost() != null);
  }

  List<Double> values(Column column) {
    return runs.stream().map(run -> run.get(column)).filter(Objects::nonNull).toList();
  }

  /** The median; where a run has none, how it ended, and how many did where not all. */
  String cell(Column column) {
    List<Double> values = values(column);
    List<String> lost =
        runs.stream()
            .filter(run -> run.get(column) == null)
            .map(Run::lost)
            .filter(Objects::nonNull)
            .toList();
    if (values.isEmpty()) {
      return lost.isEmpty() ? "–" : lost.getFirst();
    }
    String median = column.format(Median.of(values));
    return lost.isEmpty() ? median : "%s (%d× %s)".formatted(median, lost.size(), lost.getFirst());
  }

  /**
   * The median of the ratios of each round: what slows a machine for a while slows both programs of
   * a round, so that this says more of the two than their medians do.
   */
  String ratioTo(Row other, Column column) {
    List<Double> ratios = new ArrayList<>();
    for (int round = 0; round < Math.min(runs.size(), other.runs.size()); round++) {
      Double ours = runs.get(round).get(column);
      Double theirs = other.runs.get(round).get(column);
      if (ours != null && theirs != null) {
        ratios.add(ours / theirs);
      }
    }
    return ratios.isEmpty() ? "–" : "%.2f".formatted(Median.of(ratios));
  }
}
