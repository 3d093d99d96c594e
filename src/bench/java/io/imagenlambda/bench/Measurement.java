package io.imagenlambda.bench;

import io.imagenlambda.bench.Subject.Cost;
import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.http.LabException;
import io.imagenlambda.lab.runtime.Program;
import java.io.IOException;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is done with one fresh process, and what is noted of it. */
final class Measurement {
  private static final Duration EXERCISE = Duration.ofSeconds(20);
  private static final int MAX_EXERCISES = 9;

  /** How much of the time the lab's compiler may still be at work, when what counts begins. */
  private static final double QUIET = 0.05;

  private final Lab lab;
  private final Optional<Cgroups> cgroups;

  Measurement(Lab lab, Optional<Cgroups> cgroups) {
    this.lab = lab;
    this.cgroups = cgroups;
  }

  private interface Steps {
    void take(Subject subject, Run run) throws Lost, IOException;
  }

  /**
   * Measures for nothing, until the lab's JVM has compiled what its servers do, as those have that
   * are up for long: S3 and the predict API. Three minutes are enough where it never ends.
   */
  void exercise(Candidate candidate, Condition condition) throws IOException {
    CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
    double share = 1;
    for (int n = 0; n < MAX_EXERCISES && share > QUIET; n++) {
      long before = compiler.getTotalCompilationTime();
      long start = System.nanoTime();
      while (System.nanoTime() - start < EXERCISE.toNanos()) {
        compare(candidate, condition);
      }
      double millis = (System.nanoTime() - start) / 1e6;
      share = (compiler.getTotalCompilationTime() - before) / millis;
    }
  }

  /** Cold, warm, four large images. */
  Run compare(Candidate candidate, Condition condition) throws IOException {
    return inFreshProcess(
        candidate,
        condition,
        (subject, run) -> {
          Cost cold = subject.call(Job.ONE_1K);
          run.set(Column.INIT, subject.initMillis());
          run.set(Column.COLD, subject.initMillis() + cold.wallMillis());
          run.set(Column.COLD_CPU, cold.cpuMillis());
          List<Double> warm = new ArrayList<>();
          for (int n = 0; n < condition.warmCalls(); n++) {
            warm.add(subject.call(Job.ONE_1K).wallMillis());
          }
          run.set(Column.WARM, Median.of(warm));
          Cost four = subject.call(Job.FOUR_2K);
          run.set(Column.FOUR, four.wallMillis());
          run.set(Column.FOUR_CPU, four.cpuMillis() / four.megabytes());
          run.set(Column.RSS, subject.peakRssMebibytes());
        });
  }

  /** One job in a process that is warm. */
  Run grow(Candidate candidate, Job job) throws IOException {
    return inFreshProcess(
        candidate,
        Condition.PLAIN,
        (subject, run) -> {
          subject.call(Job.ONE_1K);
          Cost cost = subject.call(job);
          run.set(Column.WALL, cost.wallMillis());
          run.set(Column.CPU, cost.cpuMillis());
          run.set(Column.RSS, subject.peakRssMebibytes());
        });
  }

  private Run inFreshProcess(Candidate candidate, Condition condition, Steps steps)
      throws IOException {
    Program program = condition.program(candidate, lab);
    Limit limit = condition.limit();
    if (limit == null) {
      return watched(program, condition, steps);
    }
    try (Cgroup group = cgroups.orElseThrow().create(limit)) {
      return watched(group.around(program), condition, steps);
    }
  }

  private Run watched(Program program, Condition condition, Steps steps) throws IOException {
    Run run = new Run();
    try (Subject subject = new Subject(lab, program, condition.patience())) {
      steps.take(subject, run);
    } catch (Lost lost) {
      run.lost(lost.reason());
    } catch (LabException e) {
      run.lost("failed: " + e.getMessage());
    }
    return run;
  }
}
