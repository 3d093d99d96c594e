package io.imagenlambda.chaos;

import io.imagenlambda.chaos.Plan.PlannedRequest;
import io.imagenlambda.chaos.RequestOutcome.ProviderCall;
import io.imagenlambda.chaos.RequestOutcome.Result;
import io.imagenlambda.chaos.StoredObjects.StoredObject;
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

  /**
   * A process must die over so many requests for each that is given up for nothing. A hundred is
   * wanted, and deploy/bad-day.md says what is measured: kills come just after calls, when other
   * requests of the same process are between claim and call, or refusals are not noted yet.
   */
  private static final int DEATHS_PER_GIVEN_UP = 25;

  /** In a short run one death decides, and it may come over several requests at once. */
  private static final int GIVEN_UP_BY_A_DEATH = 4;

  private final List<Violation> found = new ArrayList<>();

  /** Whether {@code IMAGEN_REPEAT_UNKNOWN} is on. */
  private final boolean repeats;

  private Audit(boolean repeats) {
    this.repeats = repeats;
  }

  /**
   * Checks every request, and what does not belong to any.
   *
   * @param unknown objects, calls or dead letters that belong to no request of the plan
   * @param messagesLeft how many messages are left in the queues, without dead letters
   * @param repeats whether {@code IMAGEN_REPEAT_UNKNOWN} is on
   */
  static List<Violation> of(
      Collection<RequestOutcome> outcomes,
      Collection<String> unknown,
      int messagesLeft,
      boolean repeats) {
    Audit audit = new Audit(repeats);
    for (RequestOutcome outcome : outcomes) {
      if (outcome.request().isInvalid()) {
        audit.checkInvalid(outcome);
      } else if (outcome.isForgotten()) {
        audit.checkForgotten(outcome);
      } else if (outcome.idTaken()) {
        audit.checkWithoutId(outcome);
      } else {
        audit.checkValid(outcome);
      }
    }
    unknown.forEach(name -> audit.add(name, "not in the plan"));
    if (messagesLeft > 0) {
      audit.add("queues", "%d messages are left".formatted(messagesLeft));
    }
    audit.checkGivenUp(outcomes);
    return audit.found;
  }

  /**
   * Where a process dies between the claim and the call, nobody can know that there was no call.
   * That must be rare; in a brownout it is not, because S3's answer to the claim may be lost.
   */
  private void checkGivenUp(Collection<RequestOutcome> outcomes) {
    List<RequestOutcome> diedOver =
        outcomes.stream().filter(each -> each.processDied() && !each.inBrownout()).toList();
    List<RequestOutcome> givenUp =
        diedOver.stream().filter(RequestOutcome::isGivenUpForNothing).toList();
    if (givenUp.size() > Math.max(GIVEN_UP_BY_A_DEATH, diedOver.size() / DEATHS_PER_GIVEN_UP)) {
      add(
          "deaths",
          "%d requests were given up for nothing, of %d that a process died over while S3 worked: %s"
              .formatted(
                  givenUp.size(),
                  diedOver.size(),
                  givenUp.stream()
                      .map(outcome -> outcome.request().name() + " " + outcome.history())
                      .toList()));
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
    checkCalls(outcome);
    checkNotOverwritten(outcome);
    if (outcome.conflict()) {
      add(outcome, "a sender was told that its id belongs to another request");
    }
    checkNotRefused(outcome);
  }

  private void checkNotRefused(RequestOutcome outcome) {
    if (outcome.deadLettered()) {
      add(outcome, "a good request is in a dead-letter queue");
    }
    if (outcome.refused()) {
      add(outcome, "a good request was refused");
    }
  }

  /** No image is paid for twice, and a call asks only for what is missing. */
  private void checkCalls(RequestOutcome outcome) {
    boolean known = !repeats || (outcome.unknownCalls() == 0 && !outcome.isDisturbed());
    int samples = outcome.request().scenario().samples();
    if (outcome.isPaidTwice() && known) {
      add(
          outcome,
          "paid for %d images, not %d: %s"
              .formatted(outcome.imagesPaid(), samples, outcome.calls()));
    }
    for (ProviderCall call : outcome.calls()) {
      long missing = samples - outcome.imagesBefore(call.at());
      if (call.asked() > missing) {
        add(
            outcome,
            "a call asks for %d images, but %d are missing".formatted(call.asked(), missing));
      }
      if (outcome.resultAt().filter(call.at()::isAfter).isPresent()) {
        add(outcome, "called after its result was stored: " + call);
      }
    }
  }

  private void checkNotOverwritten(RequestOutcome outcome) {
    outcome.stored().stream()
        .filter(StoredObject::isImage)
        .collect(Collectors.groupingBy(StoredObject::key))
        .forEach((key, puts) -> {
          if (puts.stream().map(put -> put.sha256() + put.writer()).distinct().count() > 1) {
            add(outcome, key + " was overwritten");
          }
        });
  }

  /** A request whose result a lifecycle rule has deleted may be paid for again, but only once. */
  private void checkForgotten(RequestOutcome outcome) {
    List<Result> results = new ArrayList<>(outcome.results());
    // A line that found its id taken at another time was refused under an id of its own.
    long own = results.stream().filter(result -> !result.isRefusal()).count();
    if (own > 1) {
      add(outcome, "%d results after the first was deleted".formatted(own));
    }
    results.addAll(outcome.deleted().results());
    for (Result returned : outcome.returned()) {
      if (!results.contains(returned)) {
        add(outcome, "returned %s, but stored were %s".formatted(returned, results));
      }
    }
    int samples = outcome.request().scenario().samples();
    int times = 1 + outcome.deleted().results().size();
    if (!repeats && outcome.imagesPaid() > samples * times) {
      add(
          outcome,
          "paid for %d images, not %d, though %d results were deleted: %s"
              .formatted(outcome.imagesPaid(), samples, times - 1, outcome.calls()));
    }
  }

  /** A request whose id another request has is not run, and its sender is told. */
  private void checkWithoutId(RequestOutcome outcome) {
    if (outcome.paid() > 0) {
      add(outcome, "paid for, but another request has its id: " + outcome.calls());
    }
    if (!outcome.images().isEmpty()) {
      add(outcome, "has images, but another request has its id");
    }
    outcome
        .returned()
        .forEach(result -> add(outcome, "got the result of another request: " + result));
    Trigger trigger = outcome.request().trigger();
    // each manifest with the line reports it
    long failed =
        outcome.results().stream().filter(result -> result.status().equals("failed")).count();
    if (failed != outcome.results().size() || (failed > 0 && trigger != Trigger.MANIFEST)) {
      add(outcome, "has results, but another request has its id: " + outcome.results());
    }
    boolean told =
        switch (trigger) {
          case HTTP, INVOKE -> outcome.conflict();
          case HTTP_LATER -> outcome.conflict() || outcome.deadLettered();
          case QUEUE, FIFO -> outcome.deadLettered();
          case MANIFEST -> failed > 0 || outcome.deadLettered();
          case OBJECT, SCHEDULE, INVOKE_LATER -> true;
        };
    if (!told && !outcome.isDisturbed()) {
      add(outcome, "nobody was told that its id belongs to another request");
    }
  }

  private void checkImages(RequestOutcome outcome, Result result) {
    Set<String> missing = new HashSet<>(result.images().keySet());
    missing.removeAll(outcome.images().keySet());
    missing.removeAll(outcome.deleted().uris());
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
    if (repeats && result.error().equals(Result.INTERRUPTED)) {
      add(outcome, "given up, though its call may be repeated");
    }
    if (outcome.isDisturbed() || scenario.isOpen()) {
      return;
    }
    if (result.error().equals(Result.INTERRUPTED)) {
      if (!outcome.isForgotten()) { // else its claim may have outlived its result
        add(outcome, "interrupted, but no process died and S3 worked");
      }
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
    } else if (!result.error().equals(Result.TIMEOUT) && !endedAsPlanned(outcome, result)) {
      add(outcome, "%s after %s, not %s".formatted(result, scenario, scenario.status()));
    }
  }

  /**
   * A call that timed out is the last one. On a busy machine the provider may not have read it, so
   * fewer calls than planned are allowed then. Calls that may be repeated are more than planned.
   */
  private boolean calledAsPlanned(RequestOutcome outcome, Scenario scenario, Result result) {
    long repeated =
        repeats ? Math.clamp(outcome.paid() - scenario.paid(), 0, outcome.unknownCalls()) : 0;
    long paid = outcome.paid() - repeated;
    return (result.error().equals(Result.TIMEOUT) || mayEndEarly(outcome))
        ? paid <= scenario.paid() && outcome.unpaid() <= scenario.refused()
        : paid == scenario.paid() && outcome.unpaid() == scenario.refused();
  }

  /**
   * A call of several that may have been charged ends its request. So one that had to wait
   * meanwhile, for a quota that others had used up, is never made.
   */
  private boolean mayEndEarly(RequestOutcome outcome) {
    Scenario scenario = outcome.request().scenario();
    return !repeats && scenario.hasSeveralCalls() && scenario.isUnknown() && outcome.paid() > 0;
  }

  /** Where the first call may be repeated, all images come in the end. */
  private boolean endedAsPlanned(RequestOutcome outcome, Result result) {
    Scenario scenario = outcome.request().scenario();
    int images = result.images().size();
    if (repeats && scenario.isUnknown() && images == scenario.samples()) {
      return true;
    }
    if (mayEndEarly(outcome)) {
      long notMade = scenario.paid() - outcome.paid();
      return images == scenario.images() - notMade
          && result.status().equals(images == 0 ? "failed" : scenario.status());
    }
    boolean mayEndSo = !(repeats && scenario.isUnknown() && scenario.images() == 0);
    return mayEndSo && result.status().equals(scenario.status()) && images == scenario.images();
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
    int wanted = trigger == Trigger.MANIFEST ? 1 : 0; // under an id of the line's own
    boolean asWanted = failed == wanted || (failed < wanted && outcome.isForgotten());
    if (!asWanted || outcome.results().size() != failed) {
      add(outcome, "an invalid request has %d results".formatted(outcome.results().size()));
    }
  }

  private void add(RequestOutcome outcome, String what) {
    PlannedRequest request = outcome.request();
    add(
        "%s (%s, %s)".formatted(request.name(), request.trigger().title(), request.scenario()),
        what);
  }

  private void add(String id, String what) {
    found.add(new Violation(id, what));
  }
}
