package io.imagenlambda.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import io.imagenlambda.chaos.Lifecycle.Deleted;
import io.imagenlambda.chaos.Plan.PlannedRequest;
import io.imagenlambda.chaos.StoredObjects.StoredObject;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What became of one request, as seen from outside.
 *
 * @param results its stored results; there should be one, or none where another request has its id
 * @param images the SHA-256 of the bytes of every stored image, by its {@code s3Uri}
 * @param calls its calls of the provider
 * @param returned the results that its senders got
 * @param refused whether a sender got the answer that the request is invalid
 * @param conflict whether a sender got the answer that its id belongs to another request
 * @param deadLettered whether a message with it is in a dead-letter queue
 * @param processDied whether a process that had claimed it was killed or exceeded its time limit
 * @param inBrownout whether one of its calls of S3 failed in a brownout
 * @param idTaken whether another request has a result under its id
 * @param stored all that was stored under its id, in order
 * @param deleted what a lifecycle rule deleted of it
 */
record RequestOutcome(
    PlannedRequest request,
    List<Result> results,
    Map<String, String> images,
    List<ProviderCall> calls,
    List<Result> returned,
    boolean refused,
    boolean conflict,
    boolean deadLettered,
    boolean processDied,
    boolean inBrownout,
    boolean idTaken,
    List<StoredObject> stored,
    Deleted deleted) {

  /**
   * The content of a result.
   *
   * @param name the {@link PlannedRequest#name} of the request; empty where it was invalid
   * @param images the SHA-256 of each, by its {@code s3Uri}
   * @param error the error code; empty where there is none
   */
  record Result(
      String name, String status, int requested, Map<String, String> images, String error) {
    /** The function's error code where an earlier delivery died and left a claim behind. */
    static final String INTERRUPTED = "interrupted";

    /** The function's error code where the provider did not answer in time. */
    static final String TIMEOUT = "timeout";

    Result {
      images = Map.copyOf(images);
    }

    /** Whether the request was never run: it was invalid, or another one has its id. */
    boolean isRefusal() {
      return name.isEmpty();
    }

    static Result of(JsonNode json) {
      Map<String, String> images = new TreeMap<>();
      json.path("images")
          .forEach(image ->
              images.merge(
                  image.path("s3Uri").asText(),
                  image.path("sha256").asText(),
                  (first, second) -> first + " and " + second));
      return new Result(
          json.path("metadata").path(PlannedRequest.NAME).asText(""),
          json.path("status").asText(),
          json.path("requested").asInt(),
          images,
          json.path("error").path("code").asText(""));
    }
  }

  /**
   * A call of the provider.
   *
   * @param at when it arrived
   * @param asked how many images it asked for
   * @param status the HTTP status of the answer; 0 where there was none
   * @param served the SHA-256 of every image that was sent whole
   * @param cutShort whether the process that made it died before it was answered
   */
  record ProviderCall(Instant at, int asked, int status, Set<String> served, boolean cutShort) {
    /** Whether it is charged, or may be: it succeeded, timed out, or got no answer. */
    boolean mayBeCharged() {
      return switch (status) {
        case 0, 200, 408, 504, 524 -> true;
        default -> false;
      };
    }
  }

  /** Whether the function itself failed, so that it need not end as the provider made it. */
  boolean isDisturbed() {
    return processDied || inBrownout;
  }

  /** Whether a lifecycle rule has deleted its result, so that it may be paid for again. */
  boolean isForgotten() {
    return !deleted.results().isEmpty();
  }

  /** When its result was stored, if it was. */
  Optional<Instant> resultAt() {
    return StoredObjects.resultAt(stored);
  }

  /** How many calls may have got no known end, by the claims that say so. */
  long unknownCalls() {
    Scenario scenario = request.scenario();
    int callsEach = scenario.hasSeveralCalls() ? scenario.samples() : 1;
    return callsEach * unknownClaims();
  }

  private long unknownClaims() {
    return stored.stream()
        .filter(object -> object.isClaim() && object.ending().equals("unknown"))
        .map(StoredObject::key)
        .distinct()
        .count();
  }

  /** What was stored and called, in order: for people. */
  String history() {
    return Stream.concat(
            stored.stream()
                .map(object ->
                    Map.entry(object.at(), (object.name() + " " + object.ending()).strip())),
            calls.stream().map(call -> Map.entry(call.at(), "call " + call.status())))
        .sorted(Map.Entry.comparingByKey())
        .map(entry ->
            "%tT.%<tL ".formatted(entry.getKey().atZone(ZoneOffset.UTC)) + entry.getValue())
        .collect(Collectors.joining(", "));
  }

  /** How many images were stored before this time. */
  long imagesBefore(Instant time) {
    return stored.stream()
        .filter(object -> object.isImage() && object.at().isBefore(time))
        .map(StoredObject::name)
        .distinct()
        .count();
  }

  /** Whether it was given up because an earlier delivery had left a claim behind. */
  boolean isInterrupted() {
    return results.stream().anyMatch(result -> result.error().equals(Result.INTERRUPTED));
  }

  /** Whether it was given up after a death, with an image unpaid. */
  boolean isGivenUpUnpaid() {
    return processDied && isInterrupted() && imagesDecided() < request.scenario().samples();
  }

  /**
   * The same, though no call of it may be lost: none was cut short by the death, and each that was
   * charged brought an image that is stored. Where one may be, the request has to end.
   */
  boolean isGivenUpForNothing() {
    return isGivenUpUnpaid() && calls.stream().noneMatch(this::mayBeLost);
  }

  private boolean mayBeLost(ProviderCall call) {
    return call.cutShort()
        || (call.mayBeCharged()
            && stored.stream().map(StoredObject::sha256).noneMatch(call.served()::contains));
  }

  /** For how many images a call was charged, or may have been, or was rejected for good. */
  private int imagesDecided() {
    return images(call -> call.mayBeCharged() || call.status() == 400);
  }

  private int images(Predicate<ProviderCall> which) {
    return calls.stream().filter(which).mapToInt(ProviderCall::asked).sum();
  }

  /** For how many images a call was charged, or may have been; each again where there were two. */
  int imagesPaid() {
    return images(ProviderCall::mayBeCharged);
  }

  /** Whether more images were paid for than it asks for. */
  boolean isPaidTwice() {
    return imagesPaid() > request.scenario().samples();
  }

  /** How many calls were charged, or may have been. */
  long paid() {
    return calls.stream().filter(ProviderCall::mayBeCharged).count();
  }

  long unpaid() {
    return calls.size() - paid();
  }
}
