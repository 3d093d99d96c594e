package io.imagenlambda.generation;

import io.imagenlambda.concurrent.Parallel;
import io.imagenlambda.generation.ResultBuilder.Ending;
import io.imagenlambda.ledger.Ledger;
import io.imagenlambda.ledger.Ledger.Yours;
import io.imagenlambda.ledger.Settled;
import io.imagenlambda.provider.Provider;
import io.imagenlambda.provider.ProviderAnswer.Failed;
import io.imagenlambda.request.Budgets;
import io.imagenlambda.request.Failure;
import io.imagenlambda.request.GenerationRequest;
import io.imagenlambda.request.GenerationResult;
import io.imagenlambda.request.InvalidRequest;
import io.imagenlambda.request.Invocation;
import io.imagenlambda.request.Outcome;
import io.imagenlambda.settings.Settings;
import io.imagenlambda.storage.StorageFailure;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Runs requests. Each is paid for once, however often it is delivered. */
@Singleton
public class ImageGenerator {
  private static final Failed NO_TIME =
      Failed.notMade(
          Failure.of(Outcome.UNAVAILABLE, "no_time", "too little time is left for a call"));

  private static final int OVERLOADED = 503;

  /** From this age on, a message's request waits no longer for an overloaded model. */
  private static final Duration LONG_OVERLOADED = Duration.ofMinutes(15);

  /** What brings a request whose sender waits; all others come again later. */
  private static final Set<String> AWAITED = Set.of("http", "direct");

  private final Ledger ledger;
  private final Provider provider;
  private final Fallbacks fallbacks;
  private final Turns turns;
  private final CallRound.Maker rounds;
  private final GenerationLog log;
  private final Clock clock;
  private final boolean repeatUnknown;

  ImageGenerator(
      Ledger ledger,
      Provider provider,
      Fallbacks fallbacks,
      Turns turns,
      CallRound.Maker rounds,
      GenerationLog log,
      Clock clock,
      Settings settings) {
    this.ledger = ledger;
    this.provider = provider;
    this.fallbacks = fallbacks;
    this.turns = turns;
    this.rounds = rounds;
    this.log = log;
    this.clock = clock;
    this.repeatUnknown = settings.repeatUnknown();
  }

  /**
   * Runs the request, or finds out what became of it.
   *
   * @throws InvalidRequest if its references cannot be used
   */
  public Generation generate(GenerationRequest request, Invocation invocation) {
    GenerationRun run = new GenerationRun(request, invocation);
    Optional<Yours> before = Optional.empty();
    while (true) {
      switch (tried(run, before)) {
        case Over over -> {
          return over.how();
        }
        case Denied denied -> {
          if (!isTriedElsewhere(run, denied.why())) {
            return denied.byPace() ? again(run, denied.why()) : left(run, denied.why());
          }
        }
        case Refused refused -> {
          if (!isTriedAgain(run, refused.how()) && !isTriedElsewhere(run, refused.how())) {
            return left(run, refused.how());
          }
          before = Optional.of(refused.claim());
        }
        case Unfinished unfinished -> before = Optional.of(unfinished.claim());
      }
    }
  }

  /** What came of one try. */
  private sealed interface Tried {}

  private record Over(Generation how) implements Tried {}

  /** No call was allowed, and nothing claimed. */
  private record Denied(Failed why, boolean byPace) implements Tried {}

  /** There were no calls, or some that may be repeated; the claim has ended. */
  private record Refused(Failed how, Yours claim) implements Tried {}

  /** Calls were made for some images, and had no turn for others; the claim has ended. */
  private record Unfinished(Yours claim) implements Tried {}

  private Tried tried(GenerationRun run, Optional<Yours> before) {
    return switch (turns.await(run.request(), run.invocation())) {
      case Turns.Denied denied -> new Denied(denied.why(), denied.byPace());
      case Turns.Turn turn -> tried(run, before, turn);
    };
  }

  private Tried tried(GenerationRun run, Optional<Yours> before, Turns.Turn turn) {
    try (CallRound round = rounds.round(run, turn)) {
      round.connect(); // beside the look that comes before the claim
      Ledger.Taken taken = claim(run, before, round);
      run.claimed();
      return taken instanceof Yours yours
          ? attempt(run, yours, round)
          : new Over(leftAlone(run, taken));
    }
  }

  private Generation left(GenerationRun run, Failed why) {
    log.left(run, why);
    return again(run, why);
  }

  private Generation again(GenerationRun run, Failed why) {
    Failure failure = why.failure();
    if (!run.skipped().isEmpty()) {
      failure = failure.saying(failure.message() + "; " + String.join("; ", run.skipped()));
    }
    return new Generation.SendAgain(
        run.request().id(), failure, retryAfter(run, why), run.isBegun());
  }

  /** A message comes again when its model may be asked, and not before. */
  private Optional<Duration> retryAfter(GenerationRun run, Failed why) {
    Duration shut = turns.shutFor(run.request().model());
    return run.invocation().message().isPresent() && shut.isPositive()
        ? Optional.of(why.retryAfter().filter(asked -> asked.compareTo(shut) > 0).orElse(shut))
        : why.retryAfter();
  }

  private Ledger.Taken claim(GenerationRun run, Optional<Yours> before, CallRound round) {
    GenerationRequest request = run.request();
    Ledger.Taken taken =
        before.isEmpty()
            ? ledger.take(request, run.invocation(), round::awaitConnection)
            : ledger.takeNext(before.get(), request, run.invocation(), round::awaitConnection);
    if (taken instanceof Ledger.Running running) {
      round.standBack();
      return ledger.await(running, request, run.invocation(), round::awaitConnection);
    }
    return taken;
  }

  private Generation leftAlone(GenerationRun run, Ledger.Taken taken) {
    String id = run.request().id();
    return switch (taken) {
      case Ledger.Ended ended -> {
        log.ended(run, ended.result());
        yield new Generation.Finished(ended.result());
      }
      case Ledger.Running running -> {
        log.notOurs(run, "in_progress");
        yield new Generation.InProgress(id, running.retryAfter());
      }
      case Ledger.Conflict conflict -> {
        log.notOurs(run, "conflict");
        yield new Generation.Conflict(id);
      }
      case Yours yours -> throw new IllegalStateException("a claim must be ended");
    };
  }

  private Tried attempt(GenerationRun run, Yours yours, CallRound round) {
    ResultBuilder result = new ResultBuilder(run, yours);
    int missing = result.missing();
    if (missing <= 0 || (yours.mayHaveBeenPaid() && !repeatUnknown)) {
      // The delivery that made the call was stopped before it stored a result.
      run.callWasLost();
      return finish(run, result.recovered(), yours);
    }
    if (run.tries() == 0 && !Budgets.allowsFirstCall(run.deadline())) {
      return leave(run, yours, NO_TIME, yours.settled());
    }
    requireReferences(run, yours, round);
    List<CallEnd> ends = made(run, missing, yours, round);
    Optional<Failed> again = toBeRepeated(ends);
    if (again.isPresent()) {
      return leave(run, yours, again.get(), result.settled(ends));
    }
    return round.isUnfinished()
        ? new Unfinished(leave(run, yours, Outcome.UNAVAILABLE, result.settled(ends)))
        : finish(run, result.ended(ends), yours);
  }

  private List<CallEnd> made(GenerationRun run, int missing, Yours yours, CallRound round) {
    List<CallEnd> ends;
    try {
      ends = round.make(run.request().forImages(missing), yours);
      if (round.isUnfinished() && ends.stream().anyMatch(this::endsTheRequest)) {
        ends = Stream.concat(ends.stream(), round.makeOthers(yours).stream()).toList();
      }
    } finally {
      run.answered();
    }
    run.called(ends.stream().map(CallEnd::answer).toList());
    return ends;
  }

  /** They are looked at before the claim, unless a call that may have been paid is repeated. */
  private void requireReferences(GenerationRun run, Yours yours, CallRound round) {
    try {
      var _ = round.references();
    } catch (InvalidRequest | StorageFailure e) {
      var _ = ledger.giveUp(yours, Outcome.UNAVAILABLE, yours.settled(), run.deadline());
      throw e;
    }
  }

  /**
   * The worst of the calls that may be made again, if there are any and no other ends the request.
   */
  private Optional<Failed> toBeRepeated(List<CallEnd> ends) {
    return ends.stream().anyMatch(this::endsTheRequest)
        ? Optional.empty()
        : ends.stream()
            .filter(this::isToBeRepeated)
            .map(end -> (Failed) end.answer())
            .max(
                Comparator.comparing((Failed failed) -> failed.failure().outcome())
                    .thenComparing(failed -> failed.retryAfter().orElse(Duration.ZERO)));
  }

  /**
   * It may have been charged without an image: only the request's owner may decide to pay again.
   */
  private boolean endsTheRequest(CallEnd end) {
    return end.failure().filter(failure -> failure.outcome() != Outcome.REJECTED).isPresent()
        && !isToBeRepeated(end);
  }

  private boolean isToBeRepeated(CallEnd end) {
    return end.failure().isPresent()
        && end.answer() instanceof Failed failed
        && failed.images() == 0
        && isToBeRepeated(failed.failure().outcome());
  }

  private boolean isToBeRepeated(Outcome outcome) {
    return switch (outcome) {
      case UNAVAILABLE, ACCOUNT -> true;
      case REJECTED -> false;
      case UNKNOWN -> repeatUnknown;
    };
  }

  private Refused leave(GenerationRun run, Yours yours, Failed failed, Settled settled) {
    return new Refused(failed, leave(run, yours, failed.failure().outcome(), settled));
  }

  /** Ends the claim before a wait: while it says that somebody is at work, a call may be made. */
  private Yours leave(GenerationRun run, Yours yours, Outcome outcome, Settled settled) {
    run.left(settled);
    return ledger.giveUp(yours, outcome, settled, run.deadline());
  }

  /** SQS waits for a message, and costs nothing meanwhile. A key that was changed needs no wait. */
  private boolean isTriedAgain(GenerationRun run, Failed failed) {
    boolean comesAgain =
        run.invocation().message().isPresent() && failed.failure().outcome() != Outcome.ACCOUNT;
    return !comesAgain
        && provider
            .waitAfter(run.request(), failed, run.tries(), Budgets.forCalls(run.deadline()))
            .filter(run.deadline()::sleep)
            .isPresent();
  }

  /**
   * Another model is asked where this one is not there; and where it is overloaded, if somebody
   * waits, or the request has waited long enough.
   */
  private boolean isTriedElsewhere(GenerationRun run, Failed failed) {
    boolean overloaded =
        failed.failure().outcome() == Outcome.UNAVAILABLE
            && Objects.equals(failed.failure().httpStatus(), OVERLOADED)
            && waitsNoLonger(run.invocation());
    return (failed.modelIsGone() || overloaded)
        && Budgets.allowsFirstCall(run.deadline()) // nothing was measured of it
        && fallbacks.next(run);
  }

  private boolean waitsNoLonger(Invocation invocation) {
    Instant longAgo = clock.instant().minus(LONG_OVERLOADED);
    return AWAITED.contains(invocation.source())
        || invocation.message().filter(message -> !message.sentAt().isAfter(longAgo)).isPresent();
  }

  private Over finish(GenerationRun run, Ending ending, Yours yours) {
    GenerationResult stored =
        Parallel.beside(
            () -> ledger.resultFollows(yours, ending.status()),
            () -> ledger.commit(ending.result().get(), run.deadline()));
    run.stored();
    log.ended(run, stored);
    return new Over(new Generation.Finished(stored));
  }
}
