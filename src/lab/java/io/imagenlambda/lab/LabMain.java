package io.imagenlambda.lab;

import io.imagenlambda.lab.http.LabException;
import io.imagenlambda.lab.predict.Quota;
import io.imagenlambda.lab.runtime.LambdaFunction.ProcessTiming;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/**
 * The lab as a program. {@code ./mvnw -Plab} starts it until Ctrl-C. With {@code -Dprompt="…"} it
 * runs one request and ends, on free ports, so another lab may be running; with {@code -Dcheck} it
 * checks the settings of the provider and ends. {@link CommandOptions} has all options.
 *
 * <p>With {@code TOKAIFY_API_KEY} in the environment, the real API is called instead of the
 * simulator, at {@code TOKAIFY_BASE_URL} if that is there, too.
 */
public final class LabMain {
  /** The requests of a lab whose schedule has none yet. */
  private static final String EXAMPLE_SCHEDULE =
      """
      {"prompt":"a lighthouse on ${date}","parameters":{"sampleCount":1}}
      {"prompt":"a harbour at ${time}","parameters":{"sampleCount":1,"aspectRatio":"16:9"}}
      """;

  private LabMain() {}

  public static void main(String[] args) throws InterruptedException {
    // mvnw passes what was typed on; plain mvn makes properties of it
    CommandLine line =
        args.length == 0 ? CommandLine.of(System.getProperties()) : CommandLine.typed(args);
    System.exit(run(line, System.out, System.err));
  }

  /** Runs until there is nothing to do, and returns the exit status. */
  static int run(CommandLine line, PrintStream out, PrintStream err) throws InterruptedException {
    try {
      if (line.isOn("help")) {
        out.print(CommandOptions.help());
      } else {
        // mvnw has checked this before the build, plain mvn has not
        line.check();
        Machine.check(line);
        start(line, out, err);
      }
      return 0;
    } catch (LabException e) {
      err.println("lab: " + e.getMessage());
    } catch (UncheckedIOException e) {
      String reason = Objects.requireNonNull(e.getCause()).getMessage();
      err.println("lab: a file cannot be read or written: " + reason);
    }
    return 1;
  }

  private static void start(CommandLine line, PrintStream out, PrintStream err)
      throws InterruptedException {
    HeldOutput output = new HeldOutput(out);
    try (Lab lab = Lab.start(options(line).sink(output::add))) {
      try {
        lab.function().start();
        if (line.text("prompt").isPresent()) {
          // The images are all that is printed.
          new OneShot(lab.function(), LabOptions.target().resolve("lab"), out, err).run(line);
        } else {
          output.release();
          putExampleSchedule(lab);
          checkOrStay(line, lab, out);
        }
      } catch (LabException e) {
        throw new LabException(e.getMessage() + output.keep(), e);
      }
    }
  }

  private static void checkOrStay(CommandLine line, Lab lab, PrintStream out)
      throws InterruptedException {
    if (line.isOn("check")) {
      out.printf("Bucket, queue and schedule are the lab's; the image API is %s.%n", imageApi(lab));
      CheckRun.print(lab.function(), out);
    } else {
      greet(lab, out);
      new CountDownLatch(1).await();
    }
  }

  private static LabOptions options(CommandLine line) {
    LabOptions options =
        LabOptions.forProgram()
            .quota(
                new Quota.Limits(
                    line.number("lab.quota"),
                    line.number("lab.quota.images"),
                    line.isOn("lab.quota.retryInfo")))
            .corsOrigins(line.list("lab.cors").toArray(String[]::new))
            .clientKeys(line.list("lab.keys").toArray(String[]::new));
    Optional<String> arguments = line.text("lab.arguments");
    if (arguments.isPresent()) {
      options = options.arguments(arguments.get().strip().split("\\s+", -1));
    }
    return line.stays()
        ? options.ports(
            new LabOptions.Ports(
                line.number("lab.port"),
                line.number("lab.s3.port"),
                line.number("lab.sqs.port"),
                line.number("lab.predict.port")))
        : options;
  }

  private static void putExampleSchedule(Lab lab) {
    try {
      lab.s3().headObject(head -> head.bucket(Lab.SCHEDULE_BUCKET).key(Lab.SCHEDULE_KEY));
    } catch (NoSuchKeyException missing) {
      lab.s3()
          .putObject(
              put -> put.bucket(Lab.SCHEDULE_BUCKET).key(Lab.SCHEDULE_KEY),
              RequestBody.fromString(EXAMPLE_SCHEDULE));
    }
  }

  private static void greet(Lab lab, PrintStream out) {
    ProcessTiming timing = lab.function().timings().getFirst();
    out.printf(
        """
        The lab is ready; Ctrl-C ends it.
          HTTP     %s
          S3       %s   (objects are files in target/lab/s3)
          SQS      %s
          predict  %s
          function %s, ready %d ms after its start
        """,
        lab.url(),
        lab.s3Endpoint(),
        lab.queueUrl("requests"),
        lab.callsRealApi() ? "the real API, which costs money" : lab.predict().url(),
        lab.function().program().name(),
        Objects.requireNonNull(timing.init()).toMillis());
    out.print(LabGuide.text(lab));
  }

  private static String imageApi(Lab lab) {
    return lab.callsRealApi()
        ? "the real one"
        : "the lab's simulator, as there is no TOKAIFY_API_KEY in the environment";
  }

  /** Holds the function's output back until it is wanted, so a failure at init is reported once. */
  private static final class HeldOutput {
    private final List<String> held = new ArrayList<>();
    private final PrintStream out;
    private boolean released;

    HeldOutput(PrintStream out) {
      this.out = out;
    }

    synchronized void add(String line) {
      if (released) {
        print(line);
      } else {
        held.add(line);
      }
    }

    synchronized void release() {
      released = true;
      held.forEach(this::print);
    }

    /** Writes lines that are not printed to a file, and returns a note that names it. */
    synchronized String keep() {
      if (released) {
        return "";
      }
      Path log = LabOptions.target().resolve("lab").resolve("function.log");
      try {
        Files.createDirectories(Objects.requireNonNull(log.getParent()));
        Files.write(log, held);
        return " (the function's output is in target/lab/function.log)";
      } catch (IOException e) {
        return "";
      }
    }

    private void print(String line) {
      out.println("[function] " + line);
    }
  }
}
