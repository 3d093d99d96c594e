package io.imagenlambda.bench;

import io.imagenlambda.bench.Condition.MemoryLimit;
import io.imagenlambda.bench.MeasuredProcess.Cost;
import io.imagenlambda.bench.MeasuredProcess.Failure;
import io.imagenlambda.bench.Row.Run;
import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.http.LabException;
import io.imagenlambda.lab.runtime.Program;
import java.io.IOException;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The steps that are measured in one new process, and their results. */
final class Measurement {
  private static final Duration EXERCISE = Duration.ofSeconds(20);
  private static final int MAX_EXERCISES = 9;

  /**
   * The warm-up ends when the JIT compiler of the lab's JVM works less than this share of the time.
   */
  private static final double QUIET = 0.05;

  private final Lab lab;
  private final Optional<Cgroups> cgroups;

  Measurement(Lab lab, Optional<Cgroups> cgroups) {
    this.lab = lab;
    this.cgroups = cgroups;
  }

  private interface Steps {
    void take(MeasuredProcess process, Run run) throws Failure, IOException;
  }

  /**
   * Warms up the lab: runs the program until the lab's JVM has compiled its servers' code, because
   * the real S3 and predict API are always warm. Stops after three minutes at the latest.
   */
  void exercise(MeasuredProgram program, Condition condition, Comparison comparison)
      throws IOException {
    CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
    double share = 1;
    for (int n = 0; n < MAX_EXERCISES && share > QUIET; n++) {
      long before = compiler.getTotalCompilationTime();
      long start = System.nanoTime();
      while (System.nanoTime() - start < EXERCISE.toNanos()) {
        compare(program, condition, comparison);
      }
      double millis = (System.nanoTime() - start) / 1e6;
      share = (compiler.getTotalCompilationTime() - before) / millis;
    }
  }

  /** A cold start, warm calls, and a call for four large images. */
  Run compare(MeasuredProgram program, Condition condition, Comparison comparison)
      throws IOException {
    return inFreshProcess(
        program,
        condition,
        comparison.env(),
        (process, run) -> {
          Cost cold = process.call(comparison.one());
          run.set(Metric.INIT, process.initMillis());
          run.set(Metric.COLD, process.initMillis() + cold.wallMillis());
          run.set(Metric.COLD_CPU, cold.cpuMillis());
          List<Double> warm = new ArrayList<>();
          for (int n = 0; n < condition.warmCalls(); n++) {
            warm.add(process.call(comparison.one()).wallMillis());
          }
          run.set(Metric.WARM, Row.median(warm));
          Cost four = process.call(comparison.four());
          run.set(comparison.fourMillis(), four.wallMillis());
          run.set(Metric.FOUR_CPU, four.cpuMillis() / four.megabytes());
          run.set(Metric.RSS, process.peakRssMebibytes());
        });
  }

  /** One workload in a warm process. */
  Run grow(MeasuredProgram program, Workload workload) throws IOException {
    workload.prepare(lab);
    return inFreshProcess(
        program,
        Condition.PLAIN,
        Map.of("IMAGEN_MODEL", workload.model()),
        (process, run) -> {
          process.call(
              workload.model().equals(Workload.GEMINI) ? Workload.GEMINI_ONE_1K : Workload.ONE_1K);
          Cost cost = process.call(workload);
          run.set(Metric.WALL, cost.wallMillis());
          run.set(Metric.CPU, cost.cpuMillis());
          run.set(Metric.RSS, process.peakRssMebibytes());
        });
  }

  private Run inFreshProcess(
      MeasuredProgram program, Condition condition, Map<String, String> env, Steps steps)
      throws IOException {
    Program command = condition.command(program, lab).with(env);
    MemoryLimit limit = condition.limit();
    if (limit == null) {
      return run(command, condition, steps);
    }
    try (Cgroup group = cgroups.orElseThrow().create(limit)) {
      return run(group.around(command), condition, steps);
    }
  }

  private Run run(Program command, Condition condition, Steps steps) throws IOException {
    Run run = new Run();
    try (MeasuredProcess process = new MeasuredProcess(lab, command, condition.patience())) {
      steps.take(process, run);
    } catch (Failure failure) {
      run.failed(failure.reason());
    } catch (LabException e) {
      run.failed("failed: " + e.getMessage());
    }
    return run;
  }
}
