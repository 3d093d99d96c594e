package io.imagenlambda.generation;

import io.imagenlambda.generation.Claims.Taken;
import io.imagenlambda.generation.GenerationResult.Image;
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
  }

  /**
   * Runs the request, or finds out what became of it.
   *
   * @param owner the AWS request id of this invocation, for the operator to find
   * @param deadline when this invocation ends
   */
  public Generation generate(GenerationRequest request, String owner, Deadline deadline) {
    return switch (claims.take(request, owner, deadline)) {
      case Taken.Held held -> run(request, held, owner, deadline);
      case Taken.Finished finished ->
          new Generation.Finished(records.withUrls(finished.result().asReplay()));
      case Taken.Busy busy ->
          new Generation.InProgress(request.id(), Duration.between(Instant.now(), busy.until()));
      case Taken.Conflict conflict -> new Generation.Conflict(request.id());
    };
  }

  private Generation run(
      GenerationRequest request, Taken.Held held, String owner, Deadline deadline) {
    ResultBuilder result = new ResultBuilder(request);
    if (held.mayHaveBeenPaid()) {
      List<Image> found = records.storedImages(request.id());
      if (!repeatUnknown || found.size() >= request.sampleCount()) {
        return finish(request, result.recovered(found), held, deadline);
      }
    }
    try (Uploads uploads = new Uploads(store, request, owner, deadline)) {
      try {
        PredictAnswer answer =
            predictions.predict(
                new PredictRequest(request.model(), request.prompt(), request.parameters()),
                timeToPredict(deadline),
                uploads);
        return finish(request, result.answered(answer, uploads), held, deadline);
      } catch (PredictFailure failure) {
        return failure.images() == 0 && isToBeRepeated(failure.outcome())
            ? leave(request, held, failure, deadline)
            : finish(request, result.failed(failure, uploads), held, deadline);
      } catch (UncheckedIOException notHeld) {
        return finish(request, result.notHeld(notHeld, uploads), held, deadline);
      }
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

  private Generation leave(
      GenerationRequest request, Taken.Held held, PredictFailure failure, Deadline deadline) {
    String id = request.id();
    String outcome = Claim.wire(failure.outcome());
    log.left(request, failure);
    // A claim that is not ended looks as if it may have been paid for.
    Insistence.until(deadline, () -> claims.end(id, held, outcome));
    return switch (failure.outcome()) {
      case UNAVAILABLE ->
          new Generation.Unavailable(
              id, failure.httpStatus(), failure.code(), failure.text(), failure.retryAfter());
      case ACCOUNT -> new Generation.AccountRefused(id, failure.code(), failure.text());
      case UNKNOWN, REJECTED -> new Generation.Unknown(id, failure.code(), failure.text());
    };
  }

  private Generation finish(
      GenerationRequest request, GenerationResult result, Taken.Held held, Deadline deadline) {
    // While the result is being stored: a claim that tells of a result holds as long as one that
    // is being worked on.
    Thread ending = Thread.startVirtualThread(() -> end(request, held, result));
    GenerationResult stored = committed(result, deadline);
    try {
      ending.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    log.ended(request, stored);
    return new Generation.Finished(records.withUrls(stored));
  }

  private void end(GenerationRequest request, Taken.Held held, GenerationResult result) {
    try {
      claims.end(request.id(), held, result.status().wire());
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
