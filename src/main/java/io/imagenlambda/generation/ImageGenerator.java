package io.imagenlambda.generation;

import io.imagenlambda.generation.ResultBuilder.Ending;
import io.imagenlambda.ledger.Ledger;
import io.imagenlambda.provider.Provider;
import io.imagenlambda.provider.ProviderAnswer;
import io.imagenlambda.request.Budgets;
import io.imagenlambda.request.GenerationRequest;
import io.imagenlambda.request.GenerationResult;
import io.imagenlambda.request.GenerationResult.Image;
import io.imagenlambda.request.Invocation;
import io.imagenlambda.request.Outcome;
import io.imagenlambda.settings.Settings;
import io.imagenlambda.spool.SpoolFiles;
import io.imagenlambda.storage.ImageStore;
import jakarta.inject.Singleton;
import java.io.UncheckedIOException;
import java.util.List;

/** Runs requests. Each is paid for once, however often it is delivered. */
@Singleton
public class ImageGenerator {
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
    Ledger.Taken taken = ledger.take(request, invocation);
    run.claimed();
    return switch (taken) {
      case Ledger.Yours yours -> run(run, yours);
      case Ledger.Ended ended -> {
        log.ended(run, ended.result());
        yield new Generation.Finished(ended.result());
      }
      case Ledger.Running running -> {
        log.notOurs(run, "in_progress");
        yield new Generation.InProgress(request.id(), running.retryAfter());
      }
      case Ledger.Conflict conflict -> {
        log.notOurs(run, "conflict");
        yield new Generation.Conflict(request.id());
      }
    };
  }

  private Generation run(GenerationRun run, Ledger.Yours yours) {
    ResultBuilder result = new ResultBuilder(run);
    if (yours.mayHaveBeenPaid()) {
      List<Image> found =
          ledger.images(yours).stream().map(image -> ImageUploads.image(image, null)).toList();
      if (!repeatUnknown || found.size() >= run.request().sampleCount()) {
        // The delivery that made the call was stopped before it stored a result.
        run.callWasLost();
        return finish(run, result.recovered(found), yours);
      }
    }
    try (ImageUploads uploads = new ImageUploads(spools, store, run, mostPixels)) {
      ProviderAnswer answer;
      try {
        answer = call(run, uploads);
      } catch (UncheckedIOException notHeld) {
        run.callWasLost();
        return finish(run, result.notHeld(notHeld, uploads), yours);
      }
      run.called(answer);
      return switch (answer) {
        case ProviderAnswer.Answered answered ->
            finish(run, result.answered(answered, uploads), yours);
        case ProviderAnswer.Failed failed ->
            failed.images() == 0 && isToBeRepeated(failed.failure().outcome())
                ? leave(run, yours, failed)
                : finish(run, result.failed(failed, uploads), yours);
      };
    }
  }

  private ProviderAnswer call(GenerationRun run, ImageUploads uploads) {
    try {
      return provider.generate(
          run.request(), run.deadline().within(Budgets.forCalls(run.deadline())), uploads);
    } finally {
      run.answered();
    }
  }

  private boolean isToBeRepeated(Outcome outcome) {
    return switch (outcome) {
      case UNAVAILABLE, ACCOUNT -> true;
      case REJECTED -> false;
      case UNKNOWN -> repeatUnknown;
    };
  }

  private Generation leave(GenerationRun run, Ledger.Yours yours, ProviderAnswer.Failed failed) {
    log.left(run, failed);
    ledger.giveUp(yours, failed.failure().outcome(), run.deadline());
    return new Generation.SendAgain(run.request().id(), failed.failure(), failed.retryAfter());
  }

  private Generation finish(GenerationRun run, Ending ending, Ledger.Yours yours) {
    // While the images and the result are being stored.
    Thread claim =
        Thread.ofPlatform().name("claim").start(() -> ledger.resultFollows(yours, ending.status()));
    GenerationResult stored;
    try {
      stored = ledger.commit(ending.result().get(), run.deadline());
    } finally {
      join(claim);
    }
    run.stored();
    log.ended(run, stored);
    return new Generation.Finished(stored);
  }

  /** Lambda freezes threads that still run when the answer is given. */
  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
