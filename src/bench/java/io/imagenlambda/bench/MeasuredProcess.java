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

/** A new process of a program, measured from outside. The first call starts it. */
final class MeasuredProcess implements AutoCloseable {
  private final StoredImageCheck storedImages;
  private final LambdaFunction function;
  private final Duration patience;

  MeasuredProcess(Lab lab, Program program, Duration patience) {
    this.storedImages = new StoredImageCheck(lab);
    this.function = lab.functionOf(program);
    this.patience = patience;
  }

  /** What one call cost; megabytes are those of the images that came. */
  record Cost(double wallMillis, double cpuMillis, double megabytes) {}

  /** The program did not do what it was asked to do. The message is one line for the table. */
  static final class Failure extends Exception {
    private static final long serialVersionUID = 1;

    Failure(String reason) {
      super(reason);
    }

    static Failure of(Answer.FunctionError error) {
      if (error.errorMessage().contains("signal ")) {
        return new Failure("killed");
      }
      if (error.errorType().equals("Sandbox.Timedout")) {
        return new Failure("too slow");
      }
      return new Failure("failed: %s: %s".formatted(error.errorType(), error.errorMessage()));
    }

    String reason() {
      return String.valueOf(getMessage());
    }
  }

  /**
   * Makes a call and checks that its images are in S3, byte for byte.
   *
   * @throws Failure where the call fails or an image is missing or damaged
   */
  Cost call(Workload workload) throws Failure, IOException {
    String id = "bench-" + UUID.randomUUID();
    storedImages.start();
    boolean fresh = function.timings().isEmpty();
    double before = fresh ? 0 : stats().cpuMillis();
    Answer answer = function.invoke(workload.event(id), patience);
    if (answer instanceof Answer.FunctionError error) {
      throw Failure.of(error);
    }
    double cpu = stats().cpuMillis() - before;
    if (function.timings().size() > 1) {
      throw new Failure("killed"); // it died between two calls, and the lab started another one
    }
    double megabytes = storedImages.check(id, workload);
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
