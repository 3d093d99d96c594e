package io.imagenlambda.generation;

import io.imagenlambda.ledger.Ledger.Yours;
import io.imagenlambda.ledger.Settled;
import io.imagenlambda.request.Failure;
import io.imagenlambda.request.GenerationRequest;
import io.imagenlambda.request.GenerationResult;
import io.imagenlambda.request.GenerationResult.Charged;
import io.imagenlambda.request.GenerationResult.Filtered;
import io.imagenlambda.request.GenerationResult.Image;
import io.imagenlambda.request.GenerationResult.Status;
import io.imagenlambda.request.Outcome;
import io.imagenlambda.request.Usage;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes a request's result from what its calls came to and the stored images. */
final class ResultBuilder {
  private final GenerationRun run;
  private final GenerationRequest request;
  private final List<Image> found;
  private final Settled before;
  private final boolean mayHaveBeenPaid;

  /** For one try under a claim, which knows what came of earlier ones. */
  ResultBuilder(GenerationRun run, Yours yours) {
    this.run = run;
    this.request = run.request();
    this.found = yours.images().stream().map(image -> image.listed(null)).toList();
    this.before = yours.settled();
    this.mayHaveBeenPaid = yours.mayHaveBeenPaid();
  }

  /**
   * How a request ends.
   *
   * @param status known as soon as the provider's answers are
   * @param result waits until the images are stored
   */
  record Ending(Status status, Supplier<GenerationResult> result) {}

  /** Why so many images are missing. */
  private record Missing(Failure why, int images) {}

  /** How many images no call has settled yet. */
  int missing() {
    return request.sampleCount() - stored() - before.withoutImage();
  }

  private int stored() {
    return Math.max(found.size(), before.stored());
  }

  /** What is settled by earlier calls and these. Waits until their images are stored. */
  Settled settled(List<CallEnd> ends) {
    int stored = stored() + ends.stream().mapToInt(end -> end.stored().size()).sum();
    List<Failure> rejected = new ArrayList<>(before.rejected());
    ends.stream()
        .flatMap(end -> end.failure().stream())
        .filter(failure -> failure.outcome() == Outcome.REJECTED)
        .forEach(rejected::add);
    return new Settled(stored, filtered(ends), rejected, usage(ends));
  }

  /** All calls have ended, and none is to be made again. */
  Ending ended(List<CallEnd> ends) {
    return ending(
        ends,
        ends.stream()
            .flatMap(
                end -> end.failure().map(failure -> new Missing(failure, end.failed())).stream())
            .toList());
  }

  /** An earlier delivery was stopped before it could write the result. */
  Ending recovered() {
    Failure interrupted =
        Failure.of(
            Outcome.UNKNOWN,
            "interrupted",
            "an earlier attempt was stopped before it stored its result; images may have been"
                + " made and charged, so the call is not repeated"
                + " (IMAGEN_REPEAT_UNKNOWN=true allows it)");
    return ending(
        List.of(), missing() > 0 ? List.of(new Missing(interrupted, missing())) : List.of());
  }

  /** What the filter held back in all calls, by its reasons. */
  private List<Filtered> filtered(List<CallEnd> ends) {
    Map<String, Integer> byReason = new LinkedHashMap<>();
    Stream.concat(before.filtered().stream(), ends.stream().flatMap(end -> end.filtered().stream()))
        .forEach(each -> byReason.merge(each.reason(), each.missing(), Integer::sum));
    return byReason.entrySet().stream()
        .map(each -> new Filtered(each.getKey(), each.getValue()))
        .toList();
  }

  private Ending ending(List<CallEnd> ends, List<Missing> now) {
    List<Missing> missing =
        Stream.concat(
                before.rejected().stream().map(failure -> new Missing(failure, 1)), now.stream())
            .toList();
    List<Filtered> filtered = filtered(ends);
    int images = found.size() + ends.stream().mapToInt(CallEnd::images).sum();
    Status status = status(images, filtered, missing);
    return new Ending(
        status,
        () ->
            new GenerationResult(
                request.id(),
                status,
                request.model(),
                run.requestedModel().equals(request.model()) ? null : run.requestedModel(),
                request.sampleCount(),
                Stream.concat(found.stream(), ends.stream().flatMap(end -> end.stored().stream()))
                    .toList(),
                filtered,
                missing.isEmpty() ? null : error(missing),
                charged(images, ends),
                usage(ends),
                warnings(ends),
                request.tenant(),
                request.metadata(),
                Instant.now().truncatedTo(ChronoUnit.SECONDS),
                run.total().toMillis(),
                run.attempts(),
                false,
                request.digest().text()));
  }

  /** What all calls took, also those of earlier tries. */
  private @Nullable Usage usage(List<CallEnd> ends) {
    return Usage.sum(
            Stream.concat(
                    Stream.ofNullable(before.usage()),
                    ends.stream().map(end -> end.answer().usage()).filter(Objects::nonNull))
                .toList())
        .orElse(null);
  }

  private Charged charged(int images, List<CallEnd> ends) {
    if (Math.max(images, stored()) > 0) {
      return Charged.YES;
    }
    boolean maybe =
        mayHaveBeenPaid
            || before.withoutImage() > 0
            || ends.stream().anyMatch(end -> end.answer().maybeCharged());
    return maybe ? Charged.MAYBE : Charged.NO;
  }

  private List<String> warnings(List<CallEnd> ends) {
    int gone = stored() - found.size();
    return Stream.concat(
            Stream.of("%d images that earlier calls stored are no longer there".formatted(gone))
                .filter(warning -> gone > 0),
            Stream.concat(
                run.skipped().stream(), ends.stream().flatMap(end -> end.warnings().stream())))
        .toList();
  }

  private Status status(int images, List<Filtered> filtered, List<Missing> missing) {
    if (images >= request.sampleCount()) {
      return Status.SUCCEEDED;
    }
    if (images > 0) {
      return Status.PARTIAL;
    }
    return filtered.isEmpty() || !missing.isEmpty() ? Status.FAILED : Status.FILTERED;
  }

  /** The worst of several failures, with the words of all. */
  private Failure error(List<Missing> missing) {
    Failure worst =
        missing.stream()
            .map(Missing::why)
            .filter(failure -> failure.outcome() == Outcome.UNKNOWN)
            .findFirst()
            .orElse(missing.getFirst().why);
    if (missing.size() == 1) {
      return worst;
    }
    Map<String, Integer> byMessage =
        missing.stream()
            .collect(
                Collectors.toMap(
                    each -> each.why.message(), Missing::images, Integer::sum, LinkedHashMap::new));
    return worst.saying(
        byMessage.size() == 1
            ? worst.message()
            : byMessage.entrySet().stream()
                .map(each ->
                    "%d of %d images: %s"
                        .formatted(each.getValue(), request.sampleCount(), each.getKey()))
                .collect(Collectors.joining("; ")));
  }
}
