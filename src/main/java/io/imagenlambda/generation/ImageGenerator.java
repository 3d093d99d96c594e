package io.imagenlambda.generation;

import io.imagenlambda.concurrent.Parallel;
import io.imagenlambda.generation.ResultBuilder.Ending;
import io.imagenlambda.ledger.Ledger;
import io.imagenlambda.ledger.Ledger.Yours;
import io.imagenlambda.provider.Provider;
import io.imagenlambda.provider.ProviderAnswer;
import io.imagenlambda.provider.ProviderAnswer.Failed;
import io.imagenlambda.request.Budgets;
import io.imagenlambda.request.Failure;
import io.imagenlambda.request.GenerationRequest;
import io.imagenlambda.request.GenerationResult;
import io.imagenlambda.request.GenerationResult.Image;
import io.imagenlambda.request.Invocation;
import io.imagenlambda.request.Outcome;
import io.imagenlambda.settings.Settings;
import io.imagenlambda.spool.Admission;
import io.imagenlambda.spool.SpoolFiles;
import io.imagenlambda.storage.ImageStore;
import jakarta.inject.Singleton;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/** Runs requests. Each is paid for once, however often it is delivered. */
@Singleton
public class ImageGenerator {
  /** Nothing was claimed or paid. */
  private static final Failed NO_ROOM =
      Failed.notMade(
          Failure.of(
              Outcome.UNAVAILABLE, "no_room", "the images of other requests need all of /tmp"));

  private static final Failed NO_TIME =
      Failed.notMade(
          Failure.of(Outcome.UNAVAILABLE, "no_time", "too little time is left for a call"));

  private final Ledger ledger;
  private final Provider provider;
  private final SpoolFiles spools;
  private final ImageStore store;
  private final GenerationLog log;
  private final boolean repeatUnknown;
  private final long mostPixels;

  ImageGenerator(
      Ledger ledger,
      Provider provider,
      SpoolFiles spools,
      ImageStore store,
      GenerationLog log,
      Settings settings) {
    this.ledger = ledger;
    this.provider = provider;
    this.spools = spools;
    this.store = store;
    this.log = log;
    this.repeatUnknown = settings.repeatUnknown();
    this.mostPixels = settings.limits().imagePixels();
  }

  /** Runs the request, or finds out what became of it. */
  public Generation generate(GenerationRequest request, Invocation invocation) {
    GenerationRun run = new GenerationRun(request, invocation);
    try (Admission room =
        spools.admit(provider.imagesHeld(request), invocation.deadline()).orElse(null)) {
      return room == null ? left(run, NO_ROOM) : generate(run, room);
    }
  }

  private Generation generate(GenerationRun run, Admission room) {
    Optional<Yours> before = Optional.empty();
    while (true) {
      Tried tried;
      try (Provider.Call call = provider.call(run.request())) {
        call.connect(); // beside the look that comes before the claim
        Ledger.Taken taken = claim(run, before, call);
        run.claimed();
        if (!(taken instanceof Yours yours)) {
          return leftAlone(run, taken);
        }
        tried = attempt(run, yours, call, room);
        before = Optional.of(yours);
      }
      switch (tried) {
        case Ended ended -> {
          return new Generation.Finished(ended.result());
        }
        case Refused refused -> {
          if (!isTriedAgain(run, refused.how())) {
            return left(run, refused.how());
          }
        }
      }
    }
  }

  /** What came of one try, whose claim has ended. */
  private sealed interface Tried {}

  private record Ended(GenerationResult result) implements Tried {}

  /** There was no call, or one that may be repeated. */
  private record Refused(Failed how) implements Tried {}

  private Generation left(GenerationRun run, Failed why) {
    log.left(run, why);
    return new Generation.SendAgain(run.request().id(), why.failure(), why.retryAfter());
  }

  private Ledger.Taken claim(GenerationRun run, Optional<Yours> before, Provider.Call call) {
    GenerationRequest request = run.request();
    Ledger.Taken taken =
        before.isEmpty()
            ? ledger.take(request, run.invocation(), call::awaitConnection)
            : ledger.takeNext(before.get(), request, run.invocation(), call::awaitConnection);
    if (taken instanceof Ledger.Running running) {
      call.disconnect();
      return ledger.await(running, request, run.invocation(), call::awaitConnection);
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

  private Tried attempt(GenerationRun run, Yours yours, Provider.Call call, Admission room) {
    List<Image> found =
        yours.images().stream().map(image -> ImageUploads.image(image, null)).toList();
    ResultBuilder result = new ResultBuilder(run, found);
    int missing = run.request().sampleCount() - found.size();
    if (missing <= 0 || (yours.mayHaveBeenPaid() && !repeatUnknown)) {
      // The delivery that made the call was stopped before it stored a result.
      run.callWasLost();
      return finish(run, result.recovered(), yours);
    }
    if (run.attempts() == 0 && !Budgets.allowsFirstCall(run.deadline())) {
      return leave(run, yours, NO_TIME);
    }
    GenerationRequest asked = run.request().forImages(missing);
    try (ImageUploads uploads = new ImageUploads(room, store, run, asked, yours, mostPixels)) {
      ProviderAnswer answer;
      try {
        answer = call.send(asked, Budgets.forCalls(run.deadline()), uploads);
      } catch (UncheckedIOException notHeld) {
        run.callWasLost();
        return finish(run, result.notHeld(notHeld, uploads), yours);
      } finally {
        run.answered();
      }
      run.called(answer);
      return switch (answer) {
        case ProviderAnswer.Answered answered ->
            finish(run, result.answered(answered, uploads), yours);
        case Failed failed ->
            failed.images() == 0 && isToBeRepeated(failed.failure().outcome())
                ? leave(run, yours, failed)
                : finish(run, result.failed(failed, uploads), yours);
      };
    }
  }

  private boolean isToBeRepeated(Outcome outcome) {
    return switch (outcome) {
      case UNAVAILABLE, ACCOUNT -> true;
      case REJECTED -> false;
      case UNKNOWN -> repeatUnknown;
    };
  }

  /** Ends the claim before a wait: while it says that somebody is at work, a call may be made. */
  private Refused leave(GenerationRun run, Yours yours, Failed failed) {
    ledger.giveUp(yours, failed.failure().outcome(), run.deadline());
    return new Refused(failed);
  }

  private boolean isTriedAgain(GenerationRun run, Failed failed) {
    return provider
        .waitAfter(run.request(), failed, run.attempts(), Budgets.forCalls(run.deadline()))
        .filter(run.deadline()::sleep)
        .isPresent();
  }

  private Ended finish(GenerationRun run, Ending ending, Yours yours) {
    GenerationResult stored =
        Parallel.beside(
            () -> ledger.resultFollows(yours, ending.status()),
            () -> ledger.commit(ending.result().get(), run.deadline()));
    run.stored();
    log.ended(run, stored);
    return new Ended(stored);
  }
}
