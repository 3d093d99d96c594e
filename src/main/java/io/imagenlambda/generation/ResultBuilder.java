package io.imagenlambda.generation;

import io.imagenlambda.provider.ProviderAnswer.Answered;
import io.imagenlambda.provider.ProviderAnswer.Failed;
import io.imagenlambda.request.Failure;
import io.imagenlambda.request.GenerationRequest;
import io.imagenlambda.request.GenerationResult;
import io.imagenlambda.request.GenerationResult.Filtered;
import io.imagenlambda.request.GenerationResult.Image;
import io.imagenlambda.request.GenerationResult.Status;
import io.imagenlambda.request.Outcome;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes a request's result from the provider's answer and the stored images. */
final class ResultBuilder {
  private final GenerationRun run;
  private final GenerationRequest request;
  private final List<Image> found;

  /**
   * For one try.
   *
   * @param found what earlier calls stored without a result
   */
  ResultBuilder(GenerationRun run, List<Image> found) {
    this.run = run;
    this.found = found;
    this.request = run.request();
  }

  /**
   * How a request ends.
   *
   * @param status known as soon as the provider's answer is
   * @param result waits until the images are stored
   */
  record Ending(Status status, Supplier<GenerationResult> result) {}

  /** The provider's answer is complete. */
  Ending answered(Answered answer, ImageUploads uploads) {
    int missing = missing(uploads);
    List<Filtered> filtered =
        answer.filteredReasons().isEmpty() || missing <= 0
            ? List.of()
            : List.of(new Filtered(String.join("; ", answer.filteredReasons()), missing));
    Failure failure =
        missing <= 0 || !filtered.isEmpty() ? null : missing(answer, uploads.refused());
    List<String> warnings = new ArrayList<>(uploads.warnings());
    warnings.addAll(answer.warnings());
    if (answer.shortfall() != null && !answer.shortfall().equals(failure)) {
      warnings.add("the answer has an error beside its images: " + answer.shortfall().message());
    }
    return ending(uploads, filtered, failure, warnings);
  }

  private int missing(ImageUploads uploads) {
    return request.sampleCount() - found.size() - uploads.images();
  }

  /** Why images are missing if the filter gave no reason. */
  private static Failure missing(Answered answer, List<String> refused) {
    Failure failure;
    if (!refused.isEmpty()) {
      failure =
          Failure.of(
              Outcome.UNKNOWN,
              "not_an_image",
              "not all that the provider sent can be stored: " + String.join("; ", refused));
    } else if (answer.shortfall() != null) {
      return answer.shortfall();
    } else if (!answer.storedElsewhere().isEmpty()) {
      failure =
          Failure.of(
              Outcome.REJECTED,
              "stored_elsewhere",
              "the provider stored the images itself and sent none: "
                  + String.join(", ", answer.storedElsewhere()));
    } else {
      failure =
          Failure.of(
              Outcome.REJECTED,
              "no_image",
              "the provider sent fewer images than requested and no reason");
    }
    return failure.withProviderRequestId(answer.providerRequestId());
  }

  /** The call failed for good, perhaps after some or all of the images. */
  Ending failed(Failed failed, ImageUploads uploads) {
    if (missing(uploads) <= 0) {
      // Nothing is missing, so nothing went wrong for the caller.
      List<String> warnings = new ArrayList<>(uploads.warnings());
      warnings.add(
          "the answer did not end well after the last image: " + failed.failure().message());
      return ending(uploads, List.of(), null, warnings);
    }
    return ending(uploads, List.of(), failed.failure(), uploads.warnings());
  }

  /** The answer broke off because an image could not be held here. */
  Ending notHeld(UncheckedIOException why, ImageUploads uploads) {
    return ending(
        uploads,
        List.of(),
        Failure.of(
            Outcome.UNKNOWN,
            "not_held",
            "the images did not fit into /tmp on their way to S3: " + why.getMessage()),
        uploads.warnings());
  }

  /** An earlier delivery was stopped before it could write the result. */
  Ending recovered() {
    Failure failure =
        found.size() >= request.sampleCount()
            ? null
            : Failure.of(
                Outcome.UNKNOWN,
                "interrupted",
                "an earlier attempt was stopped before it stored its result; images may have been"
                    + " made and charged, so the call is not repeated"
                    + " (IMAGEN_REPEAT_UNKNOWN=true allows it)");
    return ending(found.size(), () -> found, List.of(), failure, List.of());
  }

  private Ending ending(
      ImageUploads uploads,
      List<Filtered> filtered,
      @Nullable Failure failure,
      List<String> warnings) {
    return ending(
        found.size() + uploads.images(),
        () -> Stream.concat(found.stream(), uploads.stored().stream()).toList(),
        filtered,
        failure,
        warnings);
  }

  private Ending ending(
      int images,
      Supplier<List<Image>> stored,
      List<Filtered> filtered,
      @Nullable Failure failure,
      List<String> warnings) {
    Status status = status(images, filtered);
    return new Ending(
        status,
        () ->
            new GenerationResult(
                request.id(),
                status,
                request.model(),
                request.sampleCount(),
                stored.get(),
                filtered,
                failure,
                warnings,
                request.metadata(),
                Instant.now().truncatedTo(ChronoUnit.SECONDS),
                run.total().toMillis(),
                run.attempts(),
                false,
                request.digest().text()));
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
