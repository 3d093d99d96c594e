package io.imagenlambda.lab;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes a line now and then of the hundreds that Maven prints. */
final class Progress {
  private static final Pattern DOWNLOADED =
      Pattern.compile("(?:\\[INFO] )?Downloaded from .* \\(([\\d.,]+) (B|kB|MB|GB) at .*");
  private static final Pattern COMPILING =
      Pattern.compile("\\[INFO] Compiling (\\d+) source files? .* to \\S*?([\\w-]*classes)");
  private static final Pattern PACKAGING = Pattern.compile("\\[INFO] --- quarkus.*:build .*");

  private static final int SECONDS_OF_SILENCE = 30;

  /** How many of Maven's own lines explain a failure. */
  private static final int ERRORS = 15;

  private final PrintStream out;
  private final long start = System.nanoTime();
  private final List<String> errors = new ArrayList<>();
  private double kilobytes;
  private String doing = "Maven starts";
  private String printed = "";
  private long printedAt;
  private boolean isDiskFull;

  Progress(PrintStream out) {
    this.out = out;
  }

  /** Takes a line of Maven's. */
  synchronized void take(String line) {
    Matcher downloaded = DOWNLOADED.matcher(line);
    Matcher compiling = COMPILING.matcher(line);
    if (downloaded.matches()) {
      kilobytes += kilobytes(downloaded.group(1), downloaded.group(2));
      doing = "downloads libraries, %d MB so far".formatted(Math.round(kilobytes / 1000));
    } else if (compiling.matches()) {
      String what = compiling.group(2).equals("classes") ? "function" : "lab";
      begin("compiles the %s, %s files".formatted(what, compiling.group(1)));
    } else if (PACKAGING.matcher(line).matches()) {
      begin("packages the function");
    } else if (line.startsWith("[ERROR]") && errors.size() < ERRORS) {
      errors.add(line);
    }
    isDiskFull |= line.contains("No space left on device");
  }

  private void begin(String step) {
    doing = step;
    print();
  }

  /** Prints what is being done, and since when, if that is new or nothing was printed for long. */
  synchronized void tick() {
    if (!doing.equals(printed) || seconds() - printedAt >= SECONDS_OF_SILENCE) {
      print();
    }
  }

  private void print() {
    printed = doing;
    printedAt = seconds();
    out.printf("  %3d s  %s%n", printedAt, doing);
  }

  long seconds() {
    return Duration.ofNanos(System.nanoTime() - start).toSeconds();
  }

  /** Maven's own words for why it failed. */
  synchronized List<String> errors() {
    return List.copyOf(errors);
  }

  synchronized boolean isDiskFull() {
    return isDiskFull;
  }

  private static double kilobytes(String number, String unit) {
    double value = Double.parseDouble(number.replace(',', '.'));
    return switch (unit) {
      case "B" -> value / 1000;
      case "MB" -> value * 1000;
      case "GB" -> value * 1_000_000;
      default -> value;
    };
  }
}
