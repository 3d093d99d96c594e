package io.imagenlambda.chaos;

import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.trigger.Delivery;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** What a run came to: a table, and what does not balance. */
record Summary(Map<String, String> rows, List<Audit.Imbalance> imbalances) {
  static Summary of(
      Plan plan,
      Collection<Account> accounts,
      List<Audit.Imbalance> imbalances,
      Lab lab,
      StormyS3 s3,
      Witness witness,
      Answers answers,
      int kills,
      Instant start) {
    Map<String, String> rows = new LinkedHashMap<>();
    rows.put("seed", Long.toString(plan.seed()));
    rows.put("program", lab.function().program().name());
    rows.put("requests", number(plan.orders().size()));
    Arrays.stream(Trigger.values())
        .forEach(
            trigger -> rows.put("… by " + trigger.title(), number(count(plan.orders(), trigger))));
    rows.put(
        "… that are none",
        number(count(accounts, each -> each.order().mishap() == Mishap.NO_REQUEST)));
    rows.put("sent twice", number(plan.sendings().size() - plan.parcels().size()));
    rows.put("invocations", number(witness.invocations()));
    rows.put("messages delivered", number(deliveries(lab).size()));
    rows.put(
        "… and returned to the queue",
        number(count(deliveries(lab), delivery -> !delivery.done())));
    rows.put("processes started", number(witness.processes()));
    rows.put("… killed at work", number(kills));
    rows.put("… that overran their time", number(witness.crashes("Sandbox.Timedout")));
    rows.put("requests that somebody died over", number(count(accounts, Account::disturbed)));
    rows.put("calls of S3", number(s3.calls()));
    s3.met().forEach((fault, count) -> rows.put("… " + fault.title(), number(count)));
    rows.put("claims read by another clock", number(s3.skewed()));
    rows.put("calls of the predict API", number(sum(accounts, each -> each.calls().size())));
    byStatus(accounts).forEach((status, count) -> rows.put("… answered " + status, number(count)));
    rows.put("… that are paid for, or may be", number(sum(accounts, Account::paid)));
    rows.put("requests paid for twice", number(count(accounts, each -> each.paid() > 1)));
    results(accounts).forEach((status, count) -> rows.put("results: " + status, number(count)));
    rows.put(
        "… interrupted without a call",
        number(count(accounts, each -> each.paid() == 0 && isInterrupted(each))));
    rows.put("images stored, hash as sent", number(sum(accounts, each -> each.images().size())));
    rows.put("answers that were replays", number(answers.replays()));
    rows.put("dead letters, all of them no requests", number(count(accounts, Account::dead)));
    rows.put("imbalances", number(imbalances.size()));
    rows.put(
        "minutes", "%.1f".formatted(Duration.between(start, Instant.now()).toSeconds() / 60.0));
    return new Summary(rows, imbalances);
  }

  private static boolean isInterrupted(Account account) {
    return account.results().stream().anyMatch(result -> result.error().equals(Result.INTERRUPTED));
  }

  private static List<Delivery> deliveries(Lab lab) {
    List<Delivery> all = new ArrayList<>(lab.queue().deliveries());
    all.addAll(lab.fifoQueue().deliveries());
    return all;
  }

  private static int count(List<Order> orders, Trigger trigger) {
    return count(orders, order -> order.trigger() == trigger);
  }

  private static <T> int count(Collection<T> all, Predicate<T> which) {
    return (int) all.stream().filter(which).count();
  }

  private static long sum(Collection<Account> accounts, ToLongFunction<Account> of) {
    return accounts.stream().mapToLong(of).sum();
  }

  private static Map<String, Long> byStatus(Collection<Account> accounts) {
    return accounts.stream()
        .flatMap(account -> account.calls().stream())
        .collect(
            Collectors.groupingBy(
                call -> call.status() == 0 ? "never" : Integer.toString(call.status()),
                TreeMap::new,
                Collectors.counting()));
  }

  private static Map<String, Long> results(Collection<Account> accounts) {
    return accounts.stream()
        .flatMap(account -> account.results().stream())
        .collect(Collectors.groupingBy(Result::status, TreeMap::new, Collectors.counting()));
  }

  private static String number(long count) {
    return String.format(Locale.ENGLISH, "%,d", count);
  }

  boolean isBalanced() {
    return imbalances.isEmpty();
  }

  /** The table, as easy to read where it is not rendered. */
  String markdown() {
    int left = width(Map.Entry::getKey);
    int right = width(Map.Entry::getValue);
    String line = "| %-" + left + "s | %" + right + "s |";
    StringBuilder table = new StringBuilder();
    table.append(line.formatted("", "")).append('\n');
    table.append("|-%s-|-%s:|\n".formatted("-".repeat(left), "-".repeat(right)));
    rows.forEach((name, value) -> table.append(line.formatted(name, value)).append('\n'));
    imbalances.forEach(imbalance -> table.append("\n- ").append(imbalance));
    return table.toString();
  }

  private int width(Function<Map.Entry<String, String>, String> cell) {
    return rows.entrySet().stream().map(cell).mapToInt(String::length).max().orElse(0);
  }
}
