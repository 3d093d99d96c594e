package io.imagenlambda.chaos;

import io.imagenlambda.lab.http.LabException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;

/**
 * {@code ./mvnw -Pchaos}: does a run, prints its summary and writes it to {@code target/chaos}.
 * Exits with status 1 if the audit finds a broken rule.
 *
 * <p>{@code -Dchaos.requests=200} sends 200 requests instead of 5,000. {@code -Dchaos.seed=…}
 * repeats the plan of another run. {@code -Dchaos.senders=4} sends fewer at the same time, with
 * fewer processes. {@code -Dchaos.repeat=true} is the other setting of {@code
 * IMAGEN_REPEAT_UNKNOWN}.
 */
public final class ChaosMain {
  /** The id of a request has six digits. */
  private static final int MAX_REQUESTS = 1_000_000;

  /** Each sender has a process of the function. */
  private static final int MAX_SENDERS = 64;

  private ChaosMain() {}

  public static void main(String[] args) throws InterruptedException {
    int status = 1;
    try {
      status = run() ? 0 : 1;
    } catch (LabException | IOException e) {
      System.err.println("chaos: " + e.getMessage());
    }
    System.exit(status); // the embedded servers leave threads behind
  }

  private static boolean run() throws IOException, InterruptedException {
    int requests = (int) number("chaos.requests", 5000, MAX_REQUESTS);
    int senders = (int) number("chaos.senders", 8, MAX_SENDERS);
    long seed = number("chaos.seed", 1 + new SecureRandom().nextInt(1_000_000), Long.MAX_VALUE);
    log(
        "%,d requests; -Dchaos.seed=%d repeats this plan, but not its timing"
            .formatted(requests, seed));
    boolean repeats = Boolean.getBoolean("chaos.repeat");
    Summary summary = new Chaos(Plan.of(requests, seed), senders, repeats, ChaosMain::log).run();
    System.out.print(summary.markdown());
    Path work = Path.of(System.getProperty("basedir", ""), "target", "chaos");
    Files.createDirectories(work);
    Files.writeString(work.resolve(repeats ? "chaos-repeat.md" : "chaos.md"), summary.markdown());
    log(
        "the audit %s; -Dchaos.seed=%d"
            .formatted(
                summary.hasNoViolations() ? "found no broken rule" : "found BROKEN RULES", seed));
    return summary.hasNoViolations();
  }

  private static long number(String property, long byDefault, long most) {
    String given = System.getProperty(property, Long.toString(byDefault));
    try {
      long number = Long.parseLong(given);
      if (number >= 1 && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // reported below
    }
    throw new LabException(
        "-D%s=%s is not a whole number from 1 to %,d".formatted(property, given, most));
  }

  private static void log(String line) {
    System.err.println("chaos: " + line);
  }
}
