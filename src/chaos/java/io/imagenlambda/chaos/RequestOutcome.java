package io.imagenlambda.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import io.imagenlambda.chaos.Plan.PlannedRequest;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What became of one request, as seen from outside.
 *
 * @param results the stored results; there should be one
 * @param images the SHA-256 of the bytes of every stored image, by its {@code s3Uri}
 * @param calls its calls of the predict API
 * @param returned the results that its senders got
 * @param refused whether a sender got the answer that the request is invalid
 * @param deadLettered whether a message with it is in a dead-letter queue
 * @param processDied whether a process that had claimed it was killed or exceeded its time limit
 * @param inBrownout whether one of its calls of S3 failed in a brownout
 */
record RequestOutcome(
    PlannedRequest request,
    List<Result> results,
    Map<String, String> images,
    List<PredictCall> calls,
    List<Result> returned,
    boolean refused,
    boolean deadLettered,
    boolean processDied,
    boolean inBrownout) {

  /**
   * The content of a result.
   *
   * @param images the SHA-256 of each, by its {@code s3Uri}
   * @param error the error code; empty where there is none
   */
  record Result(String status, int requested, Map<String, String> images, String error) {
    /** The function's error code where an earlier delivery died and left a claim behind. */
    static final String INTERRUPTED = "interrupted";

    /** The function's error code where the provider did not answer in time. */
    static final String TIMEOUT = "timeout";

    Result {
      images = Map.copyOf(images);
    }

    static Result of(JsonNode json) {
      Map<String, String> images = new TreeMap<>();
      json.path("images")
          .forEach(
              image -> images.put(image.path("s3Uri").asText(), image.path("sha256").asText()));
      return new Result(
          json.path("status").asText(),
          json.path("requested").asInt(),
          images,
          json.path("error").path("code").asText(""));
    }
  }

  /**
   * A call of the predict API.
   *
   * @param status the HTTP status of the answer; 0 where there was none
   * @param served the SHA-256 of every image that was sent whole
   */
  record PredictCall(int status, Set<String> served) {
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

  /** Whether it was given up because an earlier delivery had left a claim behind. */
  boolean isInterrupted() {
    return results.stream().anyMatch(result -> result.error().equals(Result.INTERRUPTED));
  }

  /** Whether it was given up after a death though no call was made that may be charged. */
  boolean isGivenUpUnpaid() {
    return processDied && paid() == 0 && isInterrupted();
  }

  long paid() {
    return calls.stream().filter(PredictCall::mayBeCharged).count();
  }

  long unpaid() {
    return calls.size() - paid();
  }
}
