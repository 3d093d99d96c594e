package io.imagenlambda.chaos;

import io.imagenlambda.chaos.RequestOutcome.Result;
import io.imagenlambda.chaos.Sender.Responses;
import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.trigger.Mishap;
import io.imagenlambda.lab.trigger.RequestQueue.MessageDelivery;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The summary of a run: a table, and a list of the broken rules. */
final class Summary {
  private final Map<String, String> rows = new LinkedHashMap<>();
  private final Collection<RequestOutcome> outcomes;
  private final List<Audit.Violation> violations;

  Summary(Collection<RequestOutcome> outcomes, List<Audit.Violation> violations) {
    this.outcomes = outcomes;
    this.violations = violations;
  }

  /** What was sent. */
  Summary plan(Plan plan, boolean repeats) {
    rows.put("seed of the plan", Long.toString(plan.seed()));
    rows.put("IMAGEN_REPEAT_UNKNOWN", Boolean.toString(repeats));
    rows.put("requests", numbers(plan.requests().stream(), request -> request.trigger().title()));
    rows.put(
        "… sent again as well", number(plan.sendSequence().size() - plan.submissions().size()));
    rows.put(
        "… of several calls", number(count(each -> each.request().scenario().hasSeveralCalls())));
    rows.put(
        "… that are none",
        number(count(each -> each.request().scenario() == Scenario.INVALID_REQUEST)));
    return this;
  }

  /** How much room each process has for them. */
  Summary temporaryFiles(String room) {
    rows.put("temporary directory", room);
    return this;
  }

  /** What happened to the function's processes. */
  Summary function(Lab lab, EventRecorder recorder, int kills) {
    rows.put(
        "processes",
        "%s of %s; %s killed at work, %s stopped at the time limit, %s died behind an answer"
            .formatted(
                number(recorder.processes()),
                lab.function().program().name(),
                number(kills),
                number(recorder.timeouts()),
                number(recorder.deathsBehindAnswers())));
    List<MessageDelivery> deliveries =
        Stream.of(lab.queue(), lab.fifoQueue())
            .flatMap(queue -> queue.deliveries().stream())
            .toList();
    rows.put("invocations", number(recorder.invocations()));
    rows.put(
        "messages delivered",
        "%s, of which %s came back"
            .formatted(
                number(deliveries.size()),
                number(deliveries.stream().filter(delivery -> !delivery.done()).count())));
    rows.put(
        "requests that a process died over",
        "%s, %s of them in a brownout"
            .formatted(
                number(count(RequestOutcome::processDied)),
                number(count(outcome -> outcome.processDied() && outcome.inBrownout()))));
    return this;
  }

  /** The provider's quota. */
  Summary quota(long refused) {
    rows.put(
        "the provider's quota",
        "%s calls a minute, for %s seconds one; it refused %s"
            .formatted(
                number(Outage.QUOTA.requests()),
                number(Outage.LENGTH.toSeconds()),
                number(refused)));
    return this;
  }

  /** The faults of S3. */
  Summary s3(S3FaultInjector faults) {
    Map<String, Long> met = new LinkedHashMap<>();
    faults.met().forEach((fault, count) -> met.put(fault.title(), count.longValue()));
    rows.put("brownouts of S3, ten seconds each", number(faults.brownouts()));
    rows.put("calls of S3", number(faults.calls()));
    rows.put("… that met a fault", numbers(met));
    rows.put("claims read by a clock 4 s off", number(faults.skewed()));
    return this;
  }

  /** What a lifecycle rule deleted. */
  Summary lifecycle(Lifecycle lifecycle) {
    Map<String, Long> counts = new TreeMap<>();
    lifecycle.counts().forEach((kind, count) -> counts.put(kind, count.longValue()));
    rows.put("objects deleted for their age", numbers(counts));
    return this;
  }

  /** The faults of SQS. */
  Summary sqs(SqsFaultInjector faults) {
    Map<String, Long> met = new LinkedHashMap<>();
    faults.met().forEach((fault, count) -> met.put(fault, count.longValue()));
    Map<String, Long> mishaps = new LinkedHashMap<>();
    faults.mishaps().forEach((mishap, count) -> mishaps.put(title(mishap), count.longValue()));
    rows.put("calls of SQS that met a fault", numbers(met));
    rows.put("batches of messages that met a mishap", numbers(mishaps));
    return this;
  }

  private static String title(Mishap mishap) {
    return switch (mishap) {
      case NONE -> "none";
      case LOST -> "lost on the way";
      case NOT_DELETED -> "not deleted";
      case TWICE -> "delivered twice at once";
    };
  }

  /** What became of the requests. */
  Summary outcomes(Responses responses) {
    rows.put(
        "calls of the provider",
        numbers(
            outcomes.stream().flatMap(outcome -> outcome.calls().stream()),
            call -> call.status() == 0 ? "cut" : Integer.toString(call.status())));
    rows.put(
        "… paid for, or perhaps", number(outcomes.stream().mapToLong(RequestOutcome::paid).sum()));
    rows.put("requests with an image paid for twice", number(count(RequestOutcome::isPaidTwice)));
    rows.put(
        "results",
        numbers(outcomes.stream().flatMap(outcome -> outcome.results().stream()), Result::status));
    rows.put(
        "… given up after a death, an image unpaid",
        number(count(RequestOutcome::isGivenUpUnpaid)));
    rows.put(
        "… … though no call of it may be lost",
        "%s, %s of them in a brownout"
            .formatted(
                number(count(RequestOutcome::isGivenUpForNothing)),
                number(count(outcome -> outcome.isGivenUpForNothing() && outcome.inBrownout()))));
    rows.put(
        "… given up after a brownout, unpaid",
        number(
            count(outcome ->
                !outcome.processDied() && outcome.paid() == 0 && outcome.isInterrupted())));
    rows.put(
        "images stored, as they were sent",
        number(outcomes.stream().mapToLong(outcome -> outcome.images().size()).sum()));
    rows.put("answers that were replays", number(responses.replays()));
    rows.put("dead letters, none a good request", number(count(RequestOutcome::deadLettered)));
    rows.put("imbalances", number(violations.size()));
    return this;
  }

  private long count(Predicate<RequestOutcome> which) {
    return outcomes.stream().filter(which).count();
  }

  /** The total, and how many there are of each kind. */
  private static <T> String numbers(Stream<T> all, Function<T, String> kind) {
    return numbers(all.collect(Collectors.groupingBy(kind, TreeMap::new, Collectors.counting())));
  }

  private static String numbers(Map<String, Long> counts) {
    String each =
        counts.entrySet().stream()
            .map(count -> "%s %s".formatted(count.getKey(), number(count.getValue())))
            .collect(Collectors.joining(" · "));
    return "%s: %s".formatted(number(counts.values().stream().mapToLong(n -> n).sum()), each);
  }

  private static String number(long count) {
    return String.format(Locale.ENGLISH, "%,d", count);
  }

  List<Audit.Violation> violations() {
    return violations;
  }

  boolean hasNoViolations() {
    return violations.isEmpty();
  }

  /** The table, and the broken rules as a list. */
  String markdown() {
    StringBuilder text = new StringBuilder("| | |\n|---|---|\n");
    rows.forEach((name, value) -> text.append("| %s | %s |%n".formatted(name, value)));
    text.append(violations.isEmpty() ? "" : "\n");
    violations.forEach(violation -> text.append("- %s%n".formatted(violation)));
    return text.toString();
  }
}
