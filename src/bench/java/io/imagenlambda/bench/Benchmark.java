package io.imagenlambda.bench;

import io.imagenlambda.bench.Row.Run;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures the lines of the tables. In each round every line gets one run, so that a machine that
 * becomes slower does so for all of them.
 */
final class Benchmark {
  private static final List<Integer> MEGABYTES = List.of(1, 2, 4, 8, 16);
  private static final List<Integer> MESSAGES = List.of(1, 2, 5, 10);

  private final Measurement measurement;
  private final int rounds;

  Benchmark(Measurement measurement, int rounds) {
    this.measurement = measurement;
    this.rounds = rounds;
  }

  private interface OneRun {
    Run once() throws IOException;
  }

  private record Line(Row row, OneRun run) {}

  /** The table of one wire: all programs in all conditions. */
  List<Row> compare(
      Comparison comparison, List<MeasuredProgram> programs, List<Condition> conditions)
      throws IOException {
    List<Line> lines = new ArrayList<>();
    for (Condition condition : conditions) {
      if (condition.limit() == null) {
        log("warming up the lab, %s, %s".formatted(comparison.wire(), condition.name()));
        measurement.exercise(programs.getFirst(), condition, comparison);
      }
      for (MeasuredProgram program : programs) {
        lines.add(
            new Line(
                new Row(condition.name(), program.name()),
                () -> measurement.compare(program, condition, comparison)));
        if (condition.limit() == null) {
          // else the first program measured would pay for drawing, the disk and the lab's warm-up
          log("warming up " + program.name());
          measurement.compare(program, condition, comparison);
        }
      }
    }
    return rounds(lines);
  }

  /** The last table: one program with larger images, more messages, and more thoughts. */
  List<Row> grow(MeasuredProgram program, List<Comparison> comparisons) throws IOException {
    List<Line> lines = new ArrayList<>();
    if (comparisons.contains(Comparison.IMAGEN)) {
      for (int megabytes : MEGABYTES) {
        Workload workload = Workload.oneOf(megabytes);
        lines.add(line("one image of %d MB".formatted(megabytes), program, workload));
      }
      for (int messages : MESSAGES) {
        Workload workload = Workload.batchOf(messages);
        lines.add(line("SQS, %d × four 2K".formatted(messages), program, workload));
      }
    }
    if (comparisons.contains(Comparison.GEMINI)) {
      lines.add(line("Gemini, one 1K", program, Workload.GEMINI_ONE_1K));
      lines.add(line("Gemini, four 2K", program, Workload.gemini("2K", "8MB", 4, 0)));
      lines.add(line("Gemini, one 4K", program, Workload.gemini("4K", "24MB", 1, 0)));
      lines.add(line("Gemini, four 4K", program, Workload.gemini("4K", "24MB", 4, 0)));
      lines.add(line("… after two thoughts each", program, Workload.GEMINI_FOUR_4K));
      lines.add(
          line("Gemini, four 1K from 14 × 1.4 MB", program, Workload.GEMINI_FOURTEEN_REFERENCES));
    }
    for (Line line : lines) {
      log("warming up " + line.row.condition());
      line.run.once();
    }
    return rounds(lines);
  }

  private Line line(String name, MeasuredProgram program, Workload workload) {
    return new Line(new Row(name, program.name()), () -> measurement.grow(program, workload));
  }

  private List<Row> rounds(List<Line> lines) throws IOException {
    for (int round = 1; round <= rounds; round++) {
      for (Line line : lines) {
        if (!line.row.alwaysFails()) {
          log(
              "round %d of %d: %s, %s"
                  .formatted(round, rounds, line.row.program(), line.row.condition()));
          line.row.add(line.run.once());
        }
      }
    }
    return lines.stream().map(Line::row).toList();
  }

  private static void log(String what) {
    System.err.println("bench: " + what);
  }
}
