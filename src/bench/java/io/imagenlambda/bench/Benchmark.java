package io.imagenlambda.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The two tables: in each round every line gets one run, so that drift hits all alike. */
final class Benchmark {
  private static final List<Integer> MEGABYTES = List.of(1, 2, 4, 8, 16);
  private static final List<Integer> MESSAGES = List.of(1, 2, 5, 10);

  private final Measurement measurement;
  private final int rounds;

  Benchmark(Measurement measurement, int rounds) {
    this.measurement = measurement;
    this.rounds = rounds;
  }

  private interface Measured {
    Run once() throws IOException;
  }

  private record Line(Row row, Measured measured) {}

  /** All programs, in all conditions. */
  List<Row> compare(List<Candidate> candidates, List<Condition> conditions) throws IOException {
    List<Line> lines = new ArrayList<>();
    for (Condition condition : conditions) {
      if (condition.limit() == null) {
        tell("warming up the lab, " + condition.name());
        measurement.exercise(candidates.getFirst(), condition);
      }
      for (Candidate candidate : candidates) {
        lines.add(
            new Line(
                new Row(condition.name(), candidate.name()),
                () -> measurement.compare(candidate, condition)));
        if (condition.limit() == null) {
          // what is measured first would pay for the drawing, the disk and the lab's own warm-up
          tell("warming up " + candidate.name());
          measurement.compare(candidate, condition);
        }
      }
    }
    return rounds(lines);
  }

  /** One program: larger images, more messages. */
  List<Row> grow(Candidate candidate) throws IOException {
    List<Line> lines = new ArrayList<>();
    for (int megabytes : MEGABYTES) {
      Job job = Job.oneOf(megabytes);
      lines.add(line("one image of %d MB".formatted(megabytes), candidate, job));
    }
    for (int messages : MESSAGES) {
      Job job = Job.batchOf(messages);
      lines.add(line("SQS, %d × four 2K".formatted(messages), candidate, job));
    }
    for (Line line : lines) {
      tell("warming up " + line.row.condition());
      line.measured.once();
    }
    return rounds(lines);
  }

  private Line line(String name, Candidate candidate, Job job) {
    return new Line(new Row(name, candidate.name()), () -> measurement.grow(candidate, job));
  }

  private List<Row> rounds(List<Line> lines) throws IOException {
    for (int round = 1; round <= rounds; round++) {
      for (Line line : lines) {
        if (!line.row.isHopeless()) {
          tell(
              "round %d of %d: %s, %s"
                  .formatted(round, rounds, line.row.program(), line.row.condition()));
          line.row.add(line.measured.once());
        }
      }
    }
    return lines.stream().map(Line::row).toList();
  }

  private static void tell(String what) {
    System.err.println("bench: " + what);
  }
}
