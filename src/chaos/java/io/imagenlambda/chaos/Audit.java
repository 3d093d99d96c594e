package io.imagenlambda.chaos;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Whether the books balance: the rules, and what breaks them. */
final class Audit {
  /** What is not as it has to be. */
  record Imbalance(String order, String what) {
    @Override
    public String toString() {
      return order + ": " + what;
    }
  }

  private final List<Imbalance> found = new ArrayList<>();

  private Audit() {}

  /**
   * Looks at every request, and at what belongs to none.
   *
   * @param strangers ids with objects in the bucket, calls of the provider, or dead messages, that
   *     nobody ordered
   * @param waiting how many messages the queues have left, dead ones aside
   */
  static List<Imbalance> of(
      Collection<Account> accounts, Collection<String> strangers, int waiting) {
    Audit audit = new Audit();
    for (Account account : accounts) {
      if (account.order().mishap() == Mishap.NO_REQUEST) {
        audit.noRequest(account);
      } else {
        audit.request(account);
      }
    }
    strangers.forEach(id -> audit.add(id, "nobody ordered it"));
    if (waiting > 0) {
      audit.add("queues", "%d messages are left".formatted(waiting));
    }
    return audit.found;
  }

  private void request(Account account) {
    if (account.results().size() != 1) {
      add(account, "%d results, not one".formatted(account.results().size()));
    } else {
      Result result = account.results().getFirst();
      images(account, result);
      ending(account, result);
      for (Result told : account.told()) {
        if (!told.equals(result)) {
          add(account, "told %s, but stored is %s".formatted(told, result));
        }
      }
    }
    if (account.paid() > 1) {
      add(account, "paid for %d times: %s".formatted(account.paid(), account.calls()));
    }
    if (account.dead()) {
      add(account, "a good request is in a dead-letter queue");
    }
    if (account.refused()) {
      add(account, "a good request was refused");
    }
  }

  private void images(Account account, Result result) {
    Set<String> missing = new HashSet<>(result.images().keySet());
    missing.removeAll(account.images().keySet());
    if (!missing.isEmpty()) {
      add(account, "the result names images that are not there: " + missing);
    }
    Set<String> served =
        account.calls().stream()
            .flatMap(call -> call.served().stream())
            .collect(Collectors.toSet());
    account
        .images()
        .forEach((uri, sha256) -> {
          if (!result.images().containsKey(uri)) {
            add(account, "no result names the image " + uri);
          } else if (!sha256.equals(result.images().get(uri))) {
            add(account, "%s has not the hash of the result".formatted(uri));
          }
          if (!served.contains(sha256)) {
            add(account, "%s is not what the provider sent".formatted(uri));
          }
        });
    boolean all = result.images().size() == result.requested();
    if (all != result.status().equals("succeeded")) {
      add(
          account,
          "%s with %d of %d images"
              .formatted(result.status(), result.images().size(), result.requested()));
    }
  }

  /**
   * Where nobody died over it, all is known beforehand, but for a machine so busy that a good call
   * takes longer than the function's limit.
   */
  private void ending(Account account, Result result) {
    Mishap mishap = account.order().mishap();
    if (account.disturbed()) {
      return;
    }
    if (result.error().equals(Result.INTERRUPTED)) {
      add(account, "interrupted, but nobody was");
    } else if (!calledAsPlanned(account, mishap, result)) {
      add(
          account,
          "%d paid and %d unpaid calls after %s, not %d and %d: %s; %s"
              .formatted(
                  account.paid(),
                  account.unpaid(),
                  mishap,
                  mishap.paid(),
                  mishap.refused(),
                  account.calls(),
                  result));
    } else if (!result.error().equals(Result.TIMEOUT)
        && !(result.status().equals(mishap.status())
            && result.images().size() == mishap.images())) {
      add(account, "%s after %s, not %s".formatted(result, mishap, mishap.status()));
    }
  }

  /**
   * A call that took too long is the last one, and on a busy machine the provider may never have
   * read it.
   */
  private static boolean calledAsPlanned(Account account, Mishap mishap, Result result) {
    return result.error().equals(Result.TIMEOUT)
        ? account.paid() <= mishap.paid() && account.unpaid() <= mishap.refused()
        : account.paid() == mishap.paid() && account.unpaid() == mishap.refused();
  }

  private void noRequest(Account account) {
    if (!account.calls().isEmpty()) {
      add(account, "what is no request was paid for: " + account.calls());
    }
    if (!account.images().isEmpty()) {
      add(account, "what is no request has images");
    }
    Trigger trigger = account.order().trigger();
    if (trigger.refusesAtOnce() != account.refused()) {
      add(account, "what is no request was%s refused".formatted(account.refused() ? "" : " not"));
    }
    if ((trigger == Trigger.QUEUE) != account.dead()) {
      add(
          account,
          "what is no request is%s in a dead-letter queue".formatted(account.dead() ? "" : " not"));
    }
    long failed =
        account.results().stream().filter(result -> result.status().equals("failed")).count();
    int wanted = trigger == Trigger.MANIFEST ? 1 : 0;
    if (failed != wanted || account.results().size() != wanted) {
      add(account, "what is no request has %d results".formatted(account.results().size()));
    }
  }

  private void add(Account account, String what) {
    Order order = account.order();
    add("%s (%s, %s)".formatted(order.id(), order.trigger().title(), order.mishap()), what);
  }

  private void add(String order, String what) {
    found.add(new Imbalance(order, what));
  }
}
