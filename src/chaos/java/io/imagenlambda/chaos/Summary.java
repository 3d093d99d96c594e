package io.imagenlambda.chaos;

import io.imagenlambda.lab.Lab;
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

/** What a run came to: a table, and what does not balance. */
final class Summary {
  private final Map<String, String> rows = new LinkedHashMap<>();
  private final Collection<Account> accounts;
  private final List<Audit.Imbalance> imbalances;

  Summary(Collection<Account> accounts, List<Audit.Imbalance> imbalances) {
    this.accounts = accounts;
    this.imbalances = imbalances;
  }

  /** What was sent. */
  Summary plan(Plan plan) {
    rows.put("seed of the plan", Long.toString(plan.seed()));
    rows.put("requests", numbers(plan.orders().stream(), order -> order.trigger().title()));
    rows.put("… sent again as well", number(plan.sendings().size() - plan.parcels().size()));
    rows.put("… that are none", number(count(each -> each.order().mishap() == Mishap.NO_REQUEST)));
    return this;
  }

  /** What the function's processes went through. */
  Summary function(Lab lab, Witness witness, int kills) {
    rows.put(
        "processes",
        "%s of %s; %s killed at work, %s stopped at the time limit"
            .formatted(
                number(witness.processes()),
                lab.function().program().name(),
                number(kills),
                number(witness.crashes("Sandbox.Timedout"))));
    List<MessageDelivery> deliveries =
        Stream.of(lab.queue(), lab.fifoQueue())
            .flatMap(queue -> queue.deliveries().stream())
            .toList();
    rows.put("invocations", number(witness.invocations()));
    rows.put(
        "messages delivered",
        "%s, of which %s came back"
            .formatted(
                number(deliveries.size()),
                number(deliveries.stream().filter(delivery -> !delivery.done()).count())));
    rows.put("requests that a process died over", number(count(Account::disturbed)));
    return this;
  }

  /** What S3 did. */
  Summary s3(S3Weather weather) {
    Map<String, Long> faults = new LinkedHashMap<>();
    weather.met().forEach((fault, count) -> faults.put(fault.title(), count.longValue()));
    rows.put("calls of S3", number(weather.calls()));
    rows.put("… that met a fault", numbers(faults));
    rows.put("claims read by a clock 4 s off", number(weather.skewed()));
    return this;
  }

  /** What came of it all. */
  Summary books(Answers answers) {
    rows.put(
        "calls of the predict API",
        numbers(
            accounts.stream().flatMap(account -> account.calls().stream()),
            call -> call.status() == 0 ? "cut" : Integer.toString(call.status())));
    rows.put("… paid for, or perhaps", number(accounts.stream().mapToLong(Account::paid).sum()));
    rows.put("requests paid for twice", number(count(account -> account.paid() > 1)));
    rows.put(
        "results",
        numbers(accounts.stream().flatMap(account -> account.results().stream()), Result::status));
    rows.put(
        "… given up after a death, unpaid",
        number(count(account -> account.paid() == 0 && isInterrupted(account))));
    rows.put(
        "images stored, as they were sent",
        number(accounts.stream().mapToLong(account -> account.images().size()).sum()));
    rows.put("answers that were replays", number(answers.replays()));
    rows.put("dead letters, none a good request", number(count(Account::dead)));
    rows.put("imbalances", number(imbalances.size()));
    return this;
  }

  private static boolean isInterrupted(Account account) {
    return account.results().stream().anyMatch(result -> result.error().equals(Result.INTERRUPTED));
  }

  private long count(Predicate<Account> which) {
    return accounts.stream().filter(which).count();
  }

  /** How many of each kind, after how many in all. */
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

  List<Audit.Imbalance> imbalances() {
    return imbalances;
  }

  boolean isBalanced() {
    return imbalances.isEmpty();
  }

  /** The table, and what does not balance as a list. */
  String markdown() {
    StringBuilder text = new StringBuilder("| | |\n|---|---|\n");
    rows.forEach((name, value) -> text.append("| %s | %s |%n".formatted(name, value)));
    text.append(imbalances.isEmpty() ? "" : "\n");
    imbalances.forEach(imbalance -> text.append("- %s%n".formatted(imbalance)));
    return text.toString();
  }
}
