package io.imagenlambda.quota;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The tables, and what in them misses its target.
 *
 * @param batches the shapes, with and without RetryInfo
 * @param oneByOne the same numbers of calls under way, one in a process
 * @param outages with few and with many messages waiting
 */
record Report(List<Figures> batches, List<Figures> oneByOne, List<Figures> outages) {
  private static final double LEAST_SHARE = 0.95;
  private static final double MOST_REFUSED = 1;
  private static final double MOST_LAMBDA = 1.2;

  /** With fifty processes for ten calls, most of what is started goes back. */
  private static final double MOST_LAMBDA_OF_FIFTY = 1.6;

  private static final Duration LATEST_AFTER_OUTAGE = Duration.ofMinutes(16);

  String markdown() {
    StringBuilder text =
        new StringBuilder(
            """
            | calls under way | `RetryInfo` | share of the quota | refused for each paid | Lambda s for each paid | … to the calls' own | most receives | dead |
            |---|---|--:|--:|--:|--:|--:|--:|
            """);
    batches.forEach(figures -> text.append(row(figures)));
    oneByOne.forEach(figures -> text.append(row(figures)));
    text.append(
        """

        | waiting in an outage of three hours | refused calls in it | done after it | most receives | dead |
        |---|--:|--:|--:|--:|
        """);
    outages.forEach(figures ->
        text.append(
            "| %s | %s | %s | %s | %s |%n"
                .formatted(
                    number(figures.scenario().messages()),
                    number(figures.refusedInOutage()),
                    time(figures.afterOutage()),
                    number(figures.mostReceives()),
                    number(figures.dead()))));
    text.append(
        """

        | one of another tenant every three minutes | `RetryInfo` | how many | median wait | worst wait |
        |---|---|--:|--:|--:|
        """);
    batches.stream()
        .filter(figures -> !figures.newcomersWaits().isEmpty())
        .forEach(figures ->
            text.append(
                "| behind the others, %s | %s | %s | %s | %s |%n"
                    .formatted(
                        shape(figures.scenario()),
                        retryInfo(figures.scenario()),
                        number(figures.newcomersWaits().size()),
                        time(figures.medianWait()),
                        time(figures.worstWait()))));
    return text.toString();
  }

  /** A row of the first table. */
  static String row(Figures figures) {
    return "| %s | %s | %s | %s | %s | %s | %s | %s |%n"
        .formatted(
            shape(figures.scenario()),
            retryInfo(figures.scenario()),
            decimal(3, figures.share()),
            decimal(2, figures.refused()),
            decimal(1, figures.lambda()),
            decimal(2, figures.lambdaToCalls()),
            number(figures.mostReceives()),
            number(figures.dead()));
  }

  private static String retryInfo(Scenario scenario) {
    return scenario.retryInfo() ? "yes" : "no";
  }

  private static String shape(Scenario scenario) {
    return scenario.processes() + " × " + scenario.batch();
  }

  private static String number(int number) {
    return String.format(Locale.ENGLISH, "%,d", number);
  }

  private static String decimal(int places, double number) {
    return BigDecimal.valueOf(number).setScale(places, RoundingMode.HALF_UP).toPlainString();
  }

  private static String time(Duration time) {
    return time.compareTo(Duration.ofMinutes(1)) < 0
        ? decimal(1, time.toMillis() / 1000.0) + " s"
        : "%d min %02d s".formatted(time.toMinutes(), time.toSecondsPart());
  }

  /** What is worse than it may be, in words. */
  List<String> misses() {
    List<String> misses = new ArrayList<>();
    for (Figures figures : batches) {
      String shape = shape(figures.scenario());
      expect(
          figures.share() >= LEAST_SHARE, misses, shape + ": the share of the quota is too small");
      expect(figures.refused() <= MOST_REFUSED, misses, shape + ": too many calls are refused");
      double most = figures.scenario().processes() < 50 ? MOST_LAMBDA : MOST_LAMBDA_OF_FIFTY;
      expect(figures.lambdaToCalls() <= most, misses, shape + ": invocations take too long");
    }
    for (Figures figures : outages) {
      Scenario scenario = figures.scenario();
      Duration byQuota = scenario.byQuota().multipliedBy(11).dividedBy(10);
      Duration latest = byQuota.compareTo(LATEST_AFTER_OUTAGE) > 0 ? byQuota : LATEST_AFTER_OUTAGE;
      expect(
          figures.afterOutage().compareTo(latest) <= 0,
          misses,
          "%d that waited in an outage are done too late".formatted(scenario.messages()));
    }
    Stream.of(batches, oneByOne, outages)
        .flatMap(List::stream)
        .filter(figures -> figures.dead() > 0)
        .forEach(figures ->
            misses.add("%s: %d are dead".formatted(shape(figures.scenario()), figures.dead())));
    return misses;
  }

  private static void expect(boolean holds, List<String> misses, String otherwise) {
    if (!holds) {
      misses.add(otherwise);
    }
  }
}
