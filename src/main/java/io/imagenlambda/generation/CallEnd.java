package io.imagenlambda.generation;

import io.imagenlambda.generation.ImageUploads.Refused;
import io.imagenlambda.provider.ProviderAnswer;
import io.imagenlambda.provider.ProviderAnswer.Answered;
import io.imagenlambda.provider.ProviderAnswer.Failed;
import io.imagenlambda.request.Failure;
import io.imagenlambda.request.GenerationResult.Filtered;
import io.imagenlambda.request.GenerationResult.Image;
import io.imagenlambda.request.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How one call ended.
 *
 * @param wanted how many images it was to make
 * @param uploads where its images are; null if it was not made
 */
record CallEnd(int wanted, ProviderAnswer answer, @Nullable ImageUploads uploads) {
  /** How many images have arrived that can be stored. */
  int images() {
    return uploads == null ? 0 : uploads.images();
  }

  int missing() {
    return wanted - images();
  }

  /** Waits until its images are stored. */
  List<Image> stored() {
    return uploads == null ? List.of() : uploads.stored();
  }

  /** What the provider's filter held back: all that is missing, and for no other reason. */
  Optional<Filtered> filtered() {
    return answer instanceof Answered answered
            && !answered.filteredReasons().isEmpty()
            && missing() > refused().size() + answered.storedElsewhere().size()
        ? Optional.of(
            new Filtered(
                String.join("; ", answered.filteredReasons()),
                missing() - refused().size() - answered.storedElsewhere().size()))
        : Optional.empty();
  }

  /** How many images are missing that the filter did not hold back. */
  int failed() {
    return Math.max(0, missing() - filtered().map(Filtered::missing).orElse(0));
  }

  /** Why images are missing that the filter did not hold back. */
  Optional<Failure> failure() {
    if (failed() == 0) {
      return Optional.empty();
    }
    return Optional.of(
        switch (answer) {
          case Answered answered ->
              answered.shortfall() != null && refused().isEmpty()
                  ? answered.shortfall()
                  : failure(answered).withProviderRequestId(answered.providerRequestId());
          case Failed failed -> failed.failure();
        });
  }

  private Failure failure(Answered answered) {
    String elsewhere =
        answered.storedElsewhere().isEmpty()
            ? ""
            : "the provider stored images itself and did not send them: "
                + String.join(", ", answered.storedElsewhere());
    if (!refused().isEmpty()) {
      return Failure.of(
          Outcome.UNKNOWN,
          refused().getFirst().code(),
          "not all that the provider sent are whole images: %s%s"
              .formatted(
                  refused().stream().map(Refused::why).collect(Collectors.joining("; ")),
                  elsewhere.isEmpty() ? "" : "; " + elsewhere));
    }
    if (!elsewhere.isEmpty()) {
      return Failure.of(Outcome.REJECTED, "stored_elsewhere", elsewhere);
    }
    return Failure.of(
        Outcome.REJECTED,
        "no_image",
        "the provider sent fewer images than requested and no reason");
  }

  private List<Refused> refused() {
    return uploads == null ? List.of() : uploads.refused();
  }

  /** What was odd but did no harm. */
  List<String> warnings() {
    List<String> warnings = new ArrayList<>(uploads == null ? List.of() : uploads.warnings());
    boolean failureTells = answer instanceof Answered && failed() > 0;
    if (!failureTells) {
      refused().forEach(each -> warnings.add(each.why()));
    }
    switch (answer) {
      case Answered answered -> {
        warnings.addAll(answered.warnings());
        Failure shortfall = answered.shortfall();
        if (shortfall != null && failure().filter(shortfall::equals).isEmpty()) {
          warnings.add("the answer has an error beside its images: " + shortfall.message());
        }
      }
      case Failed failed -> {
        if (missing() <= 0) { // nothing went wrong for the caller
          warnings.add(
              "the answer did not end well after the last image: " + failed.failure().message());
        }
      }
    }
    return warnings;
  }
}
