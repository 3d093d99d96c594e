package io.imagenlambda.request;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How a request ended. This is what {@code result.json} holds and, with URLs, what callers get.
 *
 * @param model null if the request was invalid
 * @param requestedModel that was asked for, if another one made the images
 * @param requested how many images were asked for
 * @param images the stored images, in order of arrival
 * @param filtered what the provider's filter held back
 * @param error why a {@code failed} request failed, or why a {@code partial} one stopped
 * @param charged whether the provider charges for it; null in results of earlier versions
 * @param usage what the provider counted; null if it reports none
 * @param warnings what was odd but did no harm
 * @param tenant whose request it was; null if it did not say
 * @param durationMs milliseconds from the start of the delivery that made the images until its last
 *     image was stored, including a wait for another delivery
 * @param attempts how many calls were made, including those refused without charge
 * @param replayed whether this is the stored result of an earlier delivery
 * @param digest of the request, see {@link RequestDigest#text}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record GenerationResult(
    String id,
    Status status,
    @Nullable String model,
    @Nullable String requestedModel,
    int requested,
    List<Image> images,
    List<Filtered> filtered,
    @Nullable Failure error,
    @Nullable Charged charged,
    @Nullable Usage usage,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> warnings,
    @Nullable String tenant,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> metadata,
    Instant createdAt,
    long durationMs,
    int attempts,
    boolean replayed,
    String digest) {

  /** Empty values are left out of the JSON, and read as null. */
  public GenerationResult {
    warnings = warnings == null ? List.of() : List.copyOf(warnings);
    metadata = metadata == null ? Map.of() : metadata;
  }

  /** Whether the caller got what was asked for. */
  public enum Status {
    /** All images. */
    SUCCEEDED,
    /** Some of them. */
    PARTIAL,
    /** None: the provider's filter. */
    FILTERED,
    /** None: see the error. */
    FAILED;

    @JsonValue
    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Whether the provider charges for the calls of a request. */
  public enum Charged {
    /** There are images. */
    YES,
    /** No call was made, or all were refused. */
    NO,
    /** There is no image, but a call may be charged all the same. */
    MAYBE;

    @JsonValue
    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * One stored image.
   *
   * @param url made for each answer, never stored
   * @param urlExpiresAt when the URL expires, if it does
   * @param prompt the prompt as the provider rewrote it, if it did
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Image(
      @Nullable String url,
      @Nullable Instant urlExpiresAt,
      String s3Uri,
      String mimeType,
      long bytes,
      int width,
      int height,
      String sha256,
      @Nullable String prompt) {

    public Image at(String newUrl, @Nullable Instant expiresAt) {
      return new Image(newUrl, expiresAt, s3Uri, mimeType, bytes, width, height, sha256, prompt);
    }
  }

  /**
   * What the provider's filter held back.
   *
   * @param missing how many images
   */
  public record Filtered(String reason, int missing) {}

  /** The result of a request that was refused before anything was paid for. */
  public static GenerationResult refused(String id, InvalidRequest invalid) {
    return new GenerationResult(
        id,
        Status.FAILED,
        null,
        null,
        0,
        List.of(),
        List.of(),
        Failure.of(Outcome.REJECTED, "invalid_request", invalid.detail()),
        Charged.NO,
        null,
        List.of(),
        null,
        Map.of(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS),
        0,
        0,
        false,
        "");
  }

  public GenerationResult withImages(UnaryOperator<Image> change) {
    return with(images.stream().map(change).toList(), replayed);
  }

  /** The same result, marked as that of an earlier delivery. */
  public GenerationResult asReplay() {
    return with(images, true);
  }

  private GenerationResult with(List<Image> newImages, boolean isReplay) {
    return new GenerationResult(
        id,
        status,
        model,
        requestedModel,
        requested,
        newImages,
        filtered,
        error,
        charged,
        usage,
        warnings,
        tenant,
        metadata,
        createdAt,
        durationMs,
        attempts,
        isReplay,
        digest);
  }
}
