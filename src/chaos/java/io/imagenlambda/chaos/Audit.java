package io.imagenlambda.chaos;

import io.imagenlambda.chaos.Plan.PlannedRequest;
import io.imagenlambda.chaos.RequestOutcome.Result;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The rules that the outcome of every request must keep, and what breaks them. */
final class Audit {
  /** A rule that is broken. */
  record Violation(String id, String what) {
    @Override
    public String toString() {
      return id + ": " + what;
    }
  }

  /** So many processes must die at work for each request that is given up unpaid; one is free. */
  private static final int DEATHS_PER_GIVEN_UP = 100;

  private final List<Violation> found = new ArrayList<>();

  private Audit() {}

  /**
   * Checks every request, and what does not belong to any.
   *
   * @param unknownIds ids of objects, calls or dead letters that are not in the plan
   * @param messagesLeft how many messages are left in the queues, without dead letters
   * @param deaths how many processes died at work
   */
  static List<Violation> of(
      Collection<RequestOutcome> outcomes,
      Collection<String> unknownIds,
      int messagesLeft,
      int deaths) {
    Audit audit = new Audit();
    for (RequestOutcome outcome : outcomes) {
      if (outcome.request().scenario() == Scenario.INVALID_REQUEST) {
        audit.checkInvalid(outcome);
      } else {
        audit.checkValid(outcome);
      }
    }
    unknownIds.forEach(id -> audit.add(id, "not in the plan"));
    if (messagesLeft > 0) {
      audit.add("queues", "%d messages are left".formatted(messagesLeft));
    }
    audit.checkGivenUp(outcomes, deaths);
    return audit.found;
  }

  /** Where a process dies just before the call, nobody can know. That must be rare. */
  private void checkGivenUp(Collection<RequestOutcome> outcomes, int deaths) {
    long givenUp = outcomes.stream().filter(RequestOutcome::isGivenUpUnpaid).count();
    if (givenUp > Math.max(1, deaths / DEATHS_PER_GIVEN_UP)) {
      add("deaths", "%d requests were given up unpaid after %d deaths".formatted(givenUp, deaths));
    }
  }

  private void checkValid(RequestOutcome outcome) {
    if (outcome.results().size() != 1) {
      add(outcome, "%d results, not one".formatted(outcome.results().size()));
    } else {
      Result result = outcome.results().getFirst();
      checkImages(outcome, result);
      checkEnd(outcome, result);
      for (Result returned : outcome.returned()) {
        if (!returned.equals(result)) {
          add(outcome, "returned %s, but stored is %s".formatted(returned, result));
        }
      }
    }
    if (outcome.paid() > 1) {
      add(outcome, "paid for %d times: %s".formatted(outcome.paid(), outcome.calls()));
    }
    if (outcome.deadLettered()) {
      add(outcome, "a good request is in a dead-letter queue");
    }
    if (outcome.refused()) {
      add(outcome, "a good request was refused");
    }
  }

  private void checkImages(RequestOutcome outcome, Result result) {
    Set<String> missing = new HashSet<>(result.images().keySet());
    missing.removeAll(outcome.images().keySet());
    if (!missing.isEmpty()) {
      add(outcome, "the result names images that are not there: " + missing);
    }
    Set<String> served =
        outcome.calls().stream()
            .flatMap(call -> call.served().stream())
            .collect(Collectors.toSet());
    outcome
        .images()
        .forEach((uri, sha256) -> {
          if (!result.images().containsKey(uri)) {
            add(outcome, "no result names the image " + uri);
          } else if (!sha256.equals(result.images().get(uri))) {
            add(outcome, "%s does not have the hash in the result".formatted(uri));
          }
          if (!served.contains(sha256)) {
            add(outcome, "%s is not what the provider sent".formatted(uri));
          }
        });
    boolean all = result.images().size() == result.requested();
    if (all != result.status().equals("succeeded")) {
      add(
          outcome,
          "%s with %d of %d images"
              .formatted(result.status(), result.images().size(), result.requested()));
    }
  }

  /**
   * Where no process died and S3 worked, the plan says how the request must end. The exception is a
   * machine so busy that a good call takes longer than the function's time limit.
   */
  private void checkEnd(RequestOutcome outcome, Result result) {
    Scenario scenario = outcome.request().scenario();
    if (outcome.isDisturbed()) {
      return;
    }
    if (result.error().equals(Result.INTERRUPTED)) {
      add(outcome, "interrupted, but no process died and S3 worked");
    } else if (!calledAsPlanned(outcome, scenario, result)) {
      add(
          outcome,
          "%d paid and %d unpaid calls after %s, not %d and %d: %s; %s"
              .formatted(
                  outcome.paid(),
                  outcome.unpaid(),
                  scenario,
                  scenario.paid(),
                  scenario.refused(),
                  outcome.calls(),
                  result));
    } else if (!result.error().equals(Result.TIMEOUT)
        && !(result.status().equals(scenario.status())
            && result.images().size() == scenario.images())) {
      add(outcome, "%s after %s, not %s".formatted(result, scenario, scenario.status()));
    }
  }

  /**
   * A call that timed out is the last one. On a busy machine the provider may not have read it, so
   * fewer calls than planned are allowed then.
   */
  private static boolean calledAsPlanned(RequestOutcome outcome, Scenario scenario, Result result) {
    return result.error().equals(Result.TIMEOUT)
        ? outcome.paid() <= scenario.paid() && outcome.unpaid() <= scenario.refused()
        : outcome.paid() == scenario.paid() && outcome.unpaid() == scenario.refused();
  }

  private void checkInvalid(RequestOutcome outcome) {
    if (!outcome.calls().isEmpty()) {
      add(outcome, "an invalid request was paid for: " + outcome.calls());
    }
    if (!outcome.images().isEmpty()) {
      add(outcome, "an invalid request has images");
    }
    Trigger trigger = outcome.request().trigger();
    if (trigger.rejectsAtOnce() != outcome.refused()) {
      add(outcome, "an invalid request was%s refused".formatted(outcome.refused() ? "" : " not"));
    }
    if ((trigger == Trigger.QUEUE) != outcome.deadLettered()) {
      add(
          outcome,
          "an invalid request is%s in a dead-letter queue"
              .formatted(outcome.deadLettered() ? "" : " not"));
    }
    long failed =
        outcome.results().stream().filter(result -> result.status().equals("failed")).count();
    int wanted = trigger == Trigger.MANIFEST ? 1 : 0;
    if (failed != wanted || outcome.results().size() != wanted) {
      add(outcome, "an invalid request has %d results".formatted(outcome.results().size()));
    }
  }

  private void add(RequestOutcome outcome, String what) {
    PlannedRequest request = outcome.request();
    add("%s (%s, %s)".formatted(request.id(), request.trigger().title(), request.scenario()), what);
  }

  private void add(String id, String what) {
    found.add(new Violation(id, what));
  }
}
