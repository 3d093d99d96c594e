package io.imagenlambda.chaos;

import io.imagenlambda.lab.http.LabException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;

/**
 * {@code ./mvnw -Pchaos}: prints what came of it, and writes {@code target/chaos/chaos.md}. Ends
 * with an error where the books do not balance.
 *
 * <p>{@code -Dchaos.requests=200} sends fewer than 5,000; {@code -Dchaos.seed=…} repeats the plan
 * of another run; {@code -Dchaos.senders=4} sends less at a time, with fewer processes.
 */
public final class ChaosMain {
  /** What an order's id has room for. */
  private static final int MAX_REQUESTS = 1_000_000;

  /** Each has a process of the function. */
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
    say(
        "%,d requests; -Dchaos.seed=%d repeats this plan, but not its timing"
            .formatted(requests, seed));
    Summary summary = new Chaos(Plan.of(requests, seed), senders, ChaosMain::say).run();
    System.out.print(summary.markdown());
    Path work = Path.of(System.getProperty("basedir", ""), "target", "chaos");
    Files.createDirectories(work);
    Files.writeString(work.resolve("chaos.md"), summary.markdown());
    say(
        "the books %s; -Dchaos.seed=%d"
            .formatted(summary.isBalanced() ? "balance" : "do NOT balance", seed));
    return summary.isBalanced();
  }

  private static long number(String property, long byDefault, long most) {
    String given = System.getProperty(property, Long.toString(byDefault));
    try {
      long number = Long.parseLong(given);
      if (number >= 1 && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new LabException(
        "-D%s=%s is not a whole number from 1 to %,d".formatted(property, given, most));
  }

  private static void say(String line) {
    System.err.println("chaos: " + line);
  }
}
