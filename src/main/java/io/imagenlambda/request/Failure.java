package io.imagenlambda.request;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * What went wrong at the provider or on the way to it; the {@code error} of a result.
 *
 * @param code the provider's code, else its HTTP status, else what happened; {@code
 *     deploy/faults.md} has all
 * @param message one line for people; it never holds the key
 * @param httpStatus the status of the provider's answer, if it was an error
 * @param providerRequestId the provider's id for the call
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Failure(
    Outcome outcome,
    String code,
    String message,
    @Nullable Integer httpStatus,
    @Nullable String providerRequestId) {
  public static Failure of(Outcome outcome, String code, String message) {
    return new Failure(outcome, code, message, null, null);
  }

  /** The same in other words. */
  public Failure saying(String words) {
    return new Failure(outcome, code, words, httpStatus, providerRequestId);
  }

  /** The same, with the provider's request id if none is known yet. */
  public Failure withProviderRequestId(@Nullable String id) {
    return new Failure(
        outcome, code, message, httpStatus, providerRequestId != null ? providerRequestId : id);
  }
}
