package io.imagenlambda.event.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.imagenlambda.generation.Generation;
import io.imagenlambda.ledger.Inbox;
import io.imagenlambda.request.Failure;
import io.imagenlambda.request.GenerationResult;
import io.imagenlambda.request.GenerationResult.Image;
import io.imagenlambda.request.InvalidRequest;
import io.imagenlambda.request.Outcome;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** What became of a request, as HTTP callers get it. */
final class HttpAnswers {
  /** If the provider does not say when to try again. */
  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  /** What a proxy answers if the provider takes too long; 524 is Cloudflare's. */
  private static final Set<Integer> TIMEOUTS = Set.of(408, 504, 524);

  private HttpAnswers() {}

  /** A request that has not ended yet. */
  @RegisterForReflection
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  record Pending(String id, String status, List<Image> images) {}

  static HttpResponse generation(Generation generation) {
    return switch (generation) {
      case Generation.Finished finished -> result(finished.result());
      case Generation.Conflict conflict -> conflict(conflict.id());
      case Generation.InProgress running ->
          Problem.retryLater(
              running.id(),
              409,
              "the request %s is in progress: ask again later".formatted(running.id()),
              running.retryAfter());
      case Generation.SendAgain again -> sendAgain(again);
    };
  }

  private static HttpResponse sendAgain(Generation.SendAgain again) {
    Failure why = again.why();
    return switch (why.outcome()) {
      case UNAVAILABLE ->
          Problem.retryLater(
              again.id(),
              Objects.equals(why.httpStatus(), 429) ? 429 : 503,
              "the image provider is not available, %s: %s"
                  .formatted(
                      again.isBegun() ? "and not all images are made" : "nothing was charged",
                      why.message()),
              again.retryAfter().orElse(RETRY_AFTER));
      // Without the reason, which may be about the operator's account.
      case ACCOUNT ->
          Problem.about(
              again.id(),
              502,
              "the image provider refused this service%s: its operator must act"
                  .formatted(again.isBegun() ? "" : ", nothing was charged"),
              Map.of());
      case UNKNOWN, REJECTED ->
          Problem.retryLater(
              again.id(),
              504,
              "the image provider gave no usable answer: " + why.message(),
              RETRY_AFTER);
    };
  }

  static HttpResponse result(GenerationResult result) {
    return switch (result.status()) {
      case SUCCEEDED, PARTIAL -> HttpResponse.json(200, result);
      case FILTERED ->
          Problem.ended(422, "the image provider's filter held back every image", result);
      case FAILED -> failed(result);
    };
  }

  private static HttpResponse failed(GenerationResult result) {
    Failure error = result.error();
    if (error == null) {
      throw new IllegalStateException("a failed result says why");
    }
    int status = error.outcome() == Outcome.REJECTED ? 422 : isTimeout(error) ? 504 : 502;
    return Problem.ended(status, error.message(), result);
  }

  private static boolean isTimeout(Failure error) {
    return error.httpStatus() == null
        ? error.code().equals("timeout")
        : TIMEOUTS.contains(error.httpStatus());
  }

  static HttpResponse accepted(String location, String id) {
    return new HttpResponse(
        202,
        Map.of(
            "content-type", "application/json",
            "location", location,
            "preference-applied", "respond-async"),
        new Pending(id, "queued", List.of()));
  }

  /** The call is answered, and its request goes on. */
  static HttpResponse goesOn(String location, String id) {
    return new HttpResponse(
        202,
        Map.of(
            "content-type",
            "application/json",
            "location",
            location,
            "retry-after",
            Long.toString(RETRY_AFTER.toSeconds())),
        new Pending(id, "in_progress", List.of()));
  }

  /** The same for clients that take 202 for success. */
  static HttpResponse notInTime(String location, String id) {
    return Problem.about(
        id,
        422,
        "the images were not there in time and are still being made: see " + location,
        Map.of());
  }

  static HttpResponse pending(String id, Inbox.Pending pending) {
    return new HttpResponse(
        202,
        Map.of(
            "content-type",
            "application/json",
            "retry-after",
            Long.toString(pending.retryAfter().toSeconds())),
        new Pending(id, "in_progress", pending.images()));
  }

  static HttpResponse conflict(String id) {
    return Problem.about(id, 409, InvalidRequest.conflict(id).detail(), Map.of());
  }
}
