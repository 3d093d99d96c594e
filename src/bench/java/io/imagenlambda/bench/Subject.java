package io.imagenlambda.bench;

import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.runtime.Answer;
import io.imagenlambda.lab.runtime.LambdaFunction;
import io.imagenlambda.lab.runtime.LambdaFunction.ProcessTiming;
import io.imagenlambda.lab.runtime.Program;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;

/** One fresh process, watched from outside; nothing is started before the first call. */
final class Subject implements AutoCloseable {
  private final Delivery delivery;
  private final LambdaFunction function;
  private final Duration patience;

  Subject(Lab lab, Program program, Duration patience) {
    this.delivery = new Delivery(lab);
    this.function = lab.functionOf(program);
    this.patience = patience;
  }

  /** What a call has cost. */
  record Cost(double wallMillis, double cpuMillis, double megabytes) {}

  /**
   * Makes a call and checks that its images have arrived intact.
   *
   * @throws Lost where they have not
   */
  Cost call(Job job) throws Lost, IOException {
    String id = "bench-" + UUID.randomUUID();
    delivery.expect();
    boolean fresh = function.timings().isEmpty();
    double before = fresh ? 0 : stats().cpuMillis();
    Answer answer = function.invoke(job.event(id), patience);
    if (answer instanceof Answer.FunctionError error) {
      throw Lost.by(error);
    }
    double cpu = stats().cpuMillis() - before;
    if (function.timings().size() > 1) {
      throw new Lost("killed"); // between two calls, and another one was started
    }
    double megabytes = delivery.check(id, job.images());
    return new Cost(millis(answer.took()), cpu, megabytes);
  }

  double initMillis() {
    return millis(Objects.requireNonNull(timing().init()));
  }

  double peakRssMebibytes() throws IOException {
    return stats().peakRssMebibytes();
  }

  private ProcessTiming timing() {
    return function.timings().getFirst();
  }

  private ProcessStats stats() {
    return new ProcessStats(timing().pid());
  }

  private static double millis(Duration duration) {
    return duration.toNanos() / 1e6;
  }

  @Override
  public void close() {
    function.close();
  }
}
