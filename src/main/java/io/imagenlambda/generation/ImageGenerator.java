package io.imagenlambda.generation;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.util.Locale;
import java.util.Optional;

/** Runs requests: each is paid for once, whatever the number of its deliveries. */
@Singleton
public class ImageGenerator {
  /** What is kept of an invocation's time for storing what was paid for. */
  private static final Duration TIME_TO_STORE = Duration.ofSeconds(5);

  /** How soon whoever waits for a request may ask for it. */
  private static final Duration POLL_AFTER = Duration.ofSeconds(2);

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
          new Generation.Finished(withUrls(finished.result().asReplay()));
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
    String outcome = failure.outcome().name().toLowerCase(Locale.ROOT);
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
    if (!Insistence.until(deadline, () -> records.commit(result))) {
      Optional<GenerationResult> stored = records.result(result.id());
      // It may be our own, where an earlier try to commit had no answer. Else another delivery took
      // over, because this one outlived its claim, and what that one stored stands.
      if (stored.isPresent() && !stored.get().equals(result)) {
        return new Generation.Finished(withUrls(stored.get().asReplay()));
      }
    }
    log.ended(request, result);
    try {
      claims.end(result.id(), held, result.status().wire());
    } catch (StorageFailure failure) {
      log.claimNotEnded(request, failure);
    }
    return new Generation.Finished(withUrls(result));
  }

  private GenerationResult withUrls(GenerationResult result) {
    return result.withImages(
        image -> {
          var url = store.url(image.s3Uri());
          return image.at(url.url(), url.expiresAt().orElse(null));
        });
  }

  /**
   * Stores a request that is to run later, so that it can be asked for from now on.
   *
   * @param json the request as it came, with its id
   */
  public Acceptance accept(GenerationRequest request, JsonNode json) {
    String id = request.id();
    Optional<Claim> claim = records.claim(id, 0);
    if (claim.isPresent()) {
      if (!claim.get().digest().equals(request.digest())) {
        return new Acceptance.Conflict();
      }
      Optional<GenerationResult> result = records.result(id);
      if (result.isPresent()) {
        return new Acceptance.Finished(withUrls(result.get().asReplay()));
      }
    }
    return records.accept(request, json)
            || records.accepted(id).equals(Optional.of(request.digest()))
        ? new Acceptance.Accepted()
        : new Acceptance.Conflict();
  }

  /** Stores that a request, sent in a way that has no answer, is none. */
  public void refuse(String id, InvalidRequest invalid) {
    records.commit(ResultBuilder.refused(id, invalid));
  }

  /** What became of a request. */
  public Lookup find(String id) {
    Optional<GenerationResult> result = records.result(id);
    if (result.isPresent()) {
      return new Lookup.Finished(withUrls(result.get().asReplay()));
    }
    if (records.accepted(id).isPresent()) {
      return new Lookup.Underway(POLL_AFTER);
    }
    Optional<Claim> claim = records.newestClaim(id);
    if (claim.isEmpty()) {
      return new Lookup.NotFound("there is no request " + id);
    }
    return claim.get().isRunning(Instant.now())
        ? new Lookup.Underway(POLL_AFTER)
        : new Lookup.NotFound(
            "the request %s has no result: its last attempt ended as %s; send it again"
                .formatted(id, claim.get().howItEnded()));
  }
}
