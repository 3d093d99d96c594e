package io.imagenlambda.generation;

import io.imagenlambda.generation.Claims.Taken;
import io.imagenlambda.generation.GenerationLog.Call;
import io.imagenlambda.generation.GenerationLog.Told;
import io.imagenlambda.generation.GenerationResult.Image;
import io.imagenlambda.generation.GenerationResult.Status;
import io.imagenlambda.generation.ResultBuilder.Ending;
import io.imagenlambda.predict.Outcome;
import io.imagenlambda.predict.PredictAnswer;
import io.imagenlambda.predict.PredictFailure;
import io.imagenlambda.predict.PredictRequest;
import io.imagenlambda.predict.Predictions;
import io.imagenlambda.settings.Settings;
import io.imagenlambda.storage.ImageStore;
import io.imagenlambda.storage.StorageFailure;
import jakarta.inject.Singleton;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Runs requests: each is paid for once, whatever the number of its deliveries. */
@Singleton
public class ImageGenerator {
  /** What is kept of an invocation's time for storing what was paid for. */
  private static final Duration TIME_TO_STORE = Duration.ofSeconds(5);

  private final Claims claims;
  private final Predictions predictions;
  private final ImageStore store;
  private final Records records;
  private final GenerationLog log;
  private final boolean repeatUnknown;
  private final long mostPixels;

  ImageGenerator(
      Claims claims,
      Predictions predictions,
      ImageStore store,
      Records records,
      GenerationLog log,
      Settings settings) {
    this.claims = claims;
    this.predictions = predictions;
    this.store = store;
    this.records = records;
    this.log = log;
    this.repeatUnknown = settings.repeatUnknown();
    this.mostPixels = settings.limits().imagePixels();
  }

  /** Runs the request, or finds out what became of it. */
  public Generation generate(GenerationRequest request, Invocation invocation) {
    Told told = new Told(request, invocation, new Stages());
    Taken taken = claims.take(request, invocation.requestId(), invocation.deadline());
    told.stages().claimed();
    return switch (taken) {
      case Taken.Held held -> run(told, held);
      case Taken.Finished finished -> replay(told, finished.result());
      case Taken.Busy busy -> {
        log.notOurs(told, "in_progress");
        yield new Generation.InProgress(
            request.id(), Duration.between(Instant.now(), busy.until()));
      }
      case Taken.Conflict conflict -> {
        log.notOurs(told, "conflict");
        yield new Generation.Conflict(request.id());
      }
    };
  }

  private Generation replay(Told told, GenerationResult stored) {
    GenerationResult replay = stored.asReplay();
    log.ended(told, replay, Call.NONE);
    return new Generation.Finished(records.withUrls(replay));
  }

  private Generation run(Told told, Taken.Held held) {
    GenerationRequest request = told.request();
    Deadline deadline = told.invocation().deadline();
    ResultBuilder result = new ResultBuilder(request);
    if (held.mayHaveBeenPaid()) {
      List<Image> found = records.storedImages(request.id());
      if (!repeatUnknown || found.size() >= request.sampleCount()) {
        // Whoever made that call was stopped before it could tell of it.
        return finish(told, result.recovered(found), held, Call.LOST);
      }
    }
    try (Uploads uploads = new Uploads(store, told, mostPixels)) {
      try {
        PredictAnswer answer = predict(told, deadline, uploads);
        return finish(told, result.answered(answer, uploads), held, Call.of(answer));
      } catch (PredictFailure failure) {
        return failure.images() == 0 && isToBeRepeated(failure.outcome())
            ? leave(told, held, failure)
            : finish(told, result.failed(failure, uploads), held, Call.of(failure));
      } catch (UncheckedIOException notHeld) {
        return finish(told, result.notHeld(notHeld, uploads), held, Call.LOST);
      }
    }
  }

  private PredictAnswer predict(Told told, Deadline deadline, Uploads uploads) {
    GenerationRequest request = told.request();
    try {
      return predictions.predict(
          new PredictRequest(request.model(), request.prompt(), request.parameters()),
          timeToPredict(deadline),
          uploads);
    } finally {
      told.stages().answered();
    }
  }

  private static Duration timeToPredict(Deadline deadline) {
    Duration aQuarter = deadline.total().dividedBy(4);
    return deadline
        .remaining()
        .minus(aQuarter.compareTo(TIME_TO_STORE) < 0 ? aQuarter : TIME_TO_STORE);
  }

  private boolean isToBeRepeated(Outcome outcome) {
    return switch (outcome) {
      case UNAVAILABLE, ACCOUNT -> true;
      case REJECTED -> false;
      case UNKNOWN -> repeatUnknown;
    };
  }

  private Generation leave(Told told, Taken.Held held, PredictFailure failure) {
    String id = told.request().id();
    String outcome = Claim.wire(failure.outcome());
    log.left(told, failure);
    // A claim that is not ended looks as if it may have been paid for.
    Insistence.until(told.invocation().deadline(), () -> claims.end(id, held, outcome));
    return switch (failure.outcome()) {
      case UNAVAILABLE ->
          new Generation.Unavailable(
              id, failure.httpStatus(), failure.code(), failure.text(), failure.retryAfter());
      case ACCOUNT -> new Generation.AccountRefused(id, failure.code(), failure.text());
      case UNKNOWN, REJECTED -> new Generation.Unknown(id, failure.code(), failure.text());
    };
  }

  private Generation finish(Told told, Ending ending, Taken.Held held, Call call) {
    // While images and result are being stored: a claim that tells of a result holds as long as
    // one that is being worked on.
    Thread claim =
        Thread.ofPlatform().name("claim").start(() -> end(told.request(), held, ending.status()));
    GenerationResult stored;
    try {
      stored = committed(ending.result().get(), told.invocation().deadline());
    } finally {
      join(claim);
    }
    told.stages().stored();
    log.ended(told, stored, call);
    return new Generation.Finished(records.withUrls(stored));
  }

  /** Lambda freezes what still runs when the answer is given. */
  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void end(GenerationRequest request, Taken.Held held, Status status) {
    try {
      claims.end(request.id(), held, status.wire());
    } catch (StorageFailure failure) {
      log.claimNotEnded(request, failure);
    }
  }

  private GenerationResult committed(GenerationResult result, Deadline deadline) {
    if (Insistence.until(deadline, () -> records.commit(result))) {
      return result;
    }
    // It may be our own, where an earlier try to commit had no answer. Else another delivery took
    // over, because this one outlived its claim, and what that one stored stands.
    return records
        .result(result.id())
        .filter(stored -> !stored.equals(result))
        .map(GenerationResult::asReplay)
        .orElse(result);
  }
}
