package io.imagenlambda.lab;

import io.imagenlambda.lab.http.LabException;
import io.imagenlambda.lab.predict.Quota;
import io.imagenlambda.lab.runtime.LambdaFunction.ProcessTiming;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/**
 * The lab as a program. {@code ./mvnw -Plab} starts it until Ctrl-C. With {@code -Dprompt="…"} it
 * runs one request and ends, on free ports, so another lab may be running; with {@code -Dcheck} it
 * checks the settings of the provider and ends.
 *
 * <p>{@code -Dlab.port}, {@code -Dlab.s3.port}, {@code -Dlab.sqs.port} and {@code
 * -Dlab.predict.port} set the ports. {@code -Dlab.arguments="-Xmx64m"} sets arguments of the
 * function's process. {@code -Dlab.quota=60} has the simulator refuse what is beyond so many
 * requests of a model in a minute, {@code -Dlab.quota.images=240} beyond so many images; with
 * {@code -Dlab.quota.retryInfo=false} it does not say when to come again. {@code
 * -Dlab.cors=http://localhost:5173} lets pages of that origin call and read images, and {@code
 * -Dlab.keys=…} lets in only who has one of these keys; both are lists with commas. With {@code
 * TOKAIFY_API_KEY} in the environment, the real API is called instead of the simulator, at {@code
 * TOKAIFY_BASE_URL} if that is there, too.
 */
public final class LabMain {
  /** The requests of a lab whose schedule has none yet. */
  private static final String EXAMPLE_SCHEDULE =
      """
      {"prompt":"a lighthouse on ${date}","parameters":{"sampleCount":1}}
      {"prompt":"a harbour at ${time}","parameters":{"sampleCount":1,"aspectRatio":"16:9"}}
      """;

  /** The function uses no shorter one. */
  private static final int SHORTEST_KEY = 16;

  private LabMain() {}

  public static void main(String[] args) throws InterruptedException {
    String prompt = System.getProperty("prompt");
    StartOutput output = new StartOutput();
    LabOptions options = LabOptions.forProgram().sink(output::add);
    boolean check = Boolean.getBoolean("check");
    boolean stays = prompt == null && !check;
    options = options.ports(stays ? LabOptions.Ports.configured() : LabOptions.Ports.ANY);
    String arguments = System.getProperty("lab.arguments", "").strip();
    if (!arguments.isEmpty()) {
      options = options.arguments(arguments.split("\\s+", -1));
    }
    int status = 1;
    try (Lab lab =
        Lab.start(options.quota(quota()).corsOrigins(list("lab.cors")).clientKeys(keys()))) {
      startFunction(lab, output);
      if (stays) {
        putExampleSchedule(lab);
        greet(lab);
        new CountDownLatch(1).await();
      } else if (check) {
        putExampleSchedule(lab);
        System.out.printf(
            "Bucket, queue and schedule are the lab's; the image API is %s.%n", imageApi(lab));
        CheckRun.print(lab.function());
        status = 0;
      } else {
        OneShot.generate(lab.function(), prompt, LabOptions.target().resolve("lab"));
        status = 0;
      }
    } catch (LabException e) {
      System.err.println("lab: " + e.getMessage());
    }
    System.exit(status);
  }

  private static String[] keys() {
    String[] keys = list("lab.keys");
    for (String key : keys) {
      if (key.length() < SHORTEST_KEY) {
        throw new LabException(
            "-Dlab.keys=%s: a key has %d characters at least".formatted(key, SHORTEST_KEY));
      }
    }
    return keys;
  }

  private static String[] list(String property) {
    return Stream.of(System.getProperty(property, "").split(",", -1))
        .map(String::strip)
        .filter(each -> !each.isEmpty())
        .toArray(String[]::new);
  }

  private static Quota.Limits quota() {
    return new Quota.Limits(
        perMinute("lab.quota"),
        perMinute("lab.quota.images"),
        Boolean.parseBoolean(System.getProperty("lab.quota.retryInfo", "true")));
  }

  private static int perMinute(String property) {
    String given = System.getProperty(property, "0");
    try {
      int number = Integer.parseInt(given);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // reported below
    }
    throw new LabException(
        "-D%s=%s is not a whole number: how many a minute, or 0 for any"
            .formatted(property, given));
  }

  private static void startFunction(Lab lab, StartOutput output) {
    try {
      lab.function().start();
      output.release();
    } catch (LabException e) {
      throw new LabException(e.getMessage() + output.keep());
    }
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

  private static void greet(Lab lab) {
    ProcessTiming timing = lab.function().timings().getFirst();
    System.out.printf(
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
    System.out.print(LabGuide.text(lab));
  }

  private static String imageApi(Lab lab) {
    return lab.callsRealApi()
        ? "the real one"
        : "the lab's simulator, as there is no TOKAIFY_API_KEY in the environment";
  }

  /** Holds the function's output back while it starts, so a failure at init is reported once. */
  private static final class StartOutput {
    private final List<String> held = new ArrayList<>();
    private boolean started;

    synchronized void add(String line) {
      if (started) {
        print(line);
      } else {
        held.add(line);
      }
    }

    synchronized void release() {
      started = true;
      held.forEach(StartOutput::print);
    }

    /** Writes the lines to a file and returns a note that names it. */
    synchronized String keep() {
      Path log = LabOptions.target().resolve("lab").resolve("function.log");
      try {
        Files.createDirectories(Objects.requireNonNull(log.getParent()));
        Files.write(log, held);
        return " (its output is in target/lab/function.log)";
      } catch (IOException e) {
        return "";
      }
    }

    private static void print(String line) {
      System.out.println("[function] " + line);
    }
  }
}
