package io.imagenlambda.generation;

import io.imagenlambda.generation.GenerationResult.Failure;
import io.imagenlambda.generation.GenerationResult.Filtered;
import io.imagenlambda.generation.GenerationResult.Image;
import io.imagenlambda.generation.GenerationResult.Status;
import io.imagenlambda.predict.Outcome;
import io.imagenlambda.predict.PredictAnswer;
import io.imagenlambda.predict.PredictFailure;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes the result of a request out of what the provider answered and what was stored. */
final class ResultBuilder {
  private final GenerationRequest request;
  private final long startNanos = System.nanoTime();

  ResultBuilder(GenerationRequest request) {
    this.request = request;
  }

  /** The provider's answer came whole. */
  GenerationResult answered(PredictAnswer answer, Uploads uploads) {
    List<Image> images = uploads.stored();
    int missing = request.sampleCount() - images.size();
    List<Filtered> filtered =
        answer.filteredReasons().isEmpty() || missing <= 0
            ? List.of()
            : List.of(new Filtered(String.join("; ", answer.filteredReasons()), missing));
    Failure failure =
        missing <= 0 || !filtered.isEmpty() ? null : missing(answer, uploads.refused());
    return result(images, filtered, failure, uploads.warnings(), answer.attempts());
  }

  /** Why images are missing where the provider's filter did not say a word. */
  private Failure missing(PredictAnswer answer, List<String> refused) {
    if (!refused.isEmpty()) {
      return failure(
          Outcome.UNKNOWN,
          "not_an_image",
          "not all that the provider sent can be stored: " + String.join("; ", refused),
          answer.providerRequestId());
    }
    if (!answer.storedElsewhere().isEmpty()) {
      return failure(
          Outcome.REJECTED,
          "stored_elsewhere",
          "the provider stored the images itself and sent none: "
              + String.join(", ", answer.storedElsewhere()),
          answer.providerRequestId());
    }
    return failure(
        Outcome.REJECTED,
        "no_image",
        "the provider sent fewer images than requested and no reason",
        answer.providerRequestId());
  }

  /** The call failed for good, perhaps after some of the images, or all. */
  GenerationResult failed(PredictFailure failure, Uploads uploads) {
    List<Image> images = uploads.stored();
    if (images.size() >= request.sampleCount()) {
      // Nothing is missing, so nothing went wrong for the caller.
      List<String> warnings = new ArrayList<>(uploads.warnings());
      warnings.add("the answer did not end well after the last image: " + failure.text());
      return result(images, List.of(), null, warnings, failure.attempts());
    }
    return result(images, List.of(), Failure.of(failure), uploads.warnings(), failure.attempts());
  }

  /** The answer broke off because an image could not be held here. */
  GenerationResult notHeld(UncheckedIOException why, Uploads uploads) {
    return result(
        uploads.stored(),
        List.of(),
        failure(
            Outcome.UNKNOWN,
            "not_held",
            "the images did not fit into /tmp on their way to S3: " + why.getMessage(),
            null),
        uploads.warnings(),
        1);
  }

  /** An earlier delivery was stopped before it could write the result. */
  GenerationResult recovered(List<Image> found) {
    Failure failure =
        found.size() >= request.sampleCount()
            ? null
            : failure(
                Outcome.UNKNOWN,
                "interrupted",
                "an earlier attempt was stopped before it stored its result; images may have been"
                    + " made and charged, so the call is not repeated"
                    + " (IMAGEN_REPEAT_UNKNOWN=true allows it)",
                null);
    return result(found, List.of(), failure, List.of(), 0);
  }

  /** What was sent was no request. */
  static GenerationResult refused(String id, InvalidRequest invalid) {
    Failure failure = failure(Outcome.REJECTED, "invalid_request", invalid.detail(), null);
    return new GenerationResult(
        id,
        Status.FAILED,
        null,
        0,
        List.of(),
        List.of(),
        failure,
        List.of(),
        Map.of(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS),
        0,
        0,
        false,
        "");
  }

  private static Failure failure(
      Outcome outcome, String code, String message, @Nullable String providerRequestId) {
    return new Failure(Claim.wire(outcome), code, message, null, providerRequestId);
  }

  private GenerationResult result(
      List<Image> images,
      List<Filtered> filtered,
      @Nullable Failure failure,
      List<String> warnings,
      int attempts) {
    return new GenerationResult(
        request.id(),
        status(images.size(), filtered),
        request.model(),
        request.sampleCount(),
        images,
        filtered,
        failure,
        warnings,
        request.metadata(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS),
        Duration.ofNanos(System.nanoTime() - startNanos).toMillis(),
        attempts,
        false,
        request.digest());
  }

  private Status status(int images, List<Filtered> filtered) {
    if (images >= request.sampleCount()) {
      return Status.SUCCEEDED;
    }
    if (images > 0) {
      return Status.PARTIAL;
    }
    return filtered.isEmpty() ? Status.FAILED : Status.FILTERED;
  }
}
