package io.imagenlambda.provider;

import io.imagenlambda.request.Failure;
import io.imagenlambda.request.Outcome;
import io.imagenlambda.request.Usage;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The provider's answer to a request for images, or its failure. */
public sealed interface ProviderAnswer {
  /** How many whole images were handed to the sink. */
  int images();

  /** How many calls were made: one, or none. */
  int attempts();

  /** Whether the last call was or may have been charged; those before it were not. */
  boolean maybeCharged();

  /** What the call took, if the provider reports it. */
  @Nullable Usage usage();

  /** The provider's id for the last call. */
  @Nullable String providerRequestId();

  /**
   * The provider answered, with images or with its filter's verdict. No image and no reason is an
   * answer, too.
   *
   * @param filteredReasons what the provider's filter said, at most 64 texts of at most 64 KiB; one
   *     may stand for several images, so their number says nothing
   * @param storedElsewhere {@code gs://} URIs of images that were stored instead of sent
   * @param shortfall why there are fewer images than asked for, where the answer says that
   * @param usage what the call took, if the provider reports it
   * @param warnings what was odd but did no harm
   */
  record Answered(
      int images,
      List<String> filteredReasons,
      List<String> storedElsewhere,
      @Nullable Failure shortfall,
      @Nullable Usage usage,
      List<String> warnings,
      @Nullable String providerRequestId,
      boolean maybeCharged,
      int attempts)
      implements ProviderAnswer {
    public Answered {
      filteredReasons = List.copyOf(filteredReasons);
      storedElsewhere = List.copyOf(storedElsewhere);
      warnings = List.copyOf(warnings);
    }

    /** Of one call, which is charged. */
    public static Answered of(
        int images, List<String> filteredReasons, @Nullable String providerRequestId) {
      return new Answered(
          images, filteredReasons, List.of(), null, null, List.of(), providerRequestId, true, 1);
    }
  }

  /**
   * The provider did not answer, or not completely.
   *
   * @param modelIsGone whether the model is not there, or not for this account: another may be
   * @param retryAfter how long the provider asked to wait before the next call; zero if its secret
   *     has another key than the one that was refused
   */
  record Failed(
      Failure failure, int images, boolean modelIsGone, Optional<Duration> retryAfter, int attempts)
      implements ProviderAnswer {
    static Failed of(Failure failure, int images) {
      return new Failed(failure, images, false, Optional.empty(), 1);
    }

    Failed atOnce() {
      return new Failed(failure, images, modelIsGone, Optional.of(Duration.ZERO), attempts);
    }

    /** The call was not made. */
    public static Failed notMade(Failure failure) {
      return new Failed(failure, 0, false, Optional.empty(), 0);
    }

    /** The same for a call that was not made, because this one was refused. */
    public Failed spared() {
      return spared(retryAfter);
    }

    /** The same, with another wait. */
    public Failed spared(Optional<Duration> wait) {
      return new Failed(failure, 0, modelIsGone, wait, 0);
    }

    /** The call was broken off because an image could not be held here. */
    public static Failed notHeld(UncheckedIOException why, int images) {
      return of(
          Failure.of(
              Outcome.UNKNOWN,
              "not_held",
              "the images did not fit into /tmp on their way to S3: " + why.getMessage()),
          images);
    }

    @Override
    public boolean maybeCharged() {
      return failure.outcome() == Outcome.UNKNOWN || images > 0;
    }

    @Override
    public @Nullable Usage usage() {
      return null; // it comes at the end of a good answer
    }

    @Override
    public @Nullable String providerRequestId() {
      return failure.providerRequestId();
    }
  }
}
