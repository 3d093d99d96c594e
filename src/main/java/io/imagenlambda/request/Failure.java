package io.imagenlambda.request;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * What went wrong at the provider, or on the way to it: one type from the provider's answer to the
 * {@code error} of a result.
 *
 * @param code the provider's code where it gives one, else its HTTP status, else what happened:
 *     {@code timeout}, {@code connection_cut}, {@code malformed_answer}, {@code answer_too_large},
 *     {@code connect_failed}, {@code api_key}, {@code interrupted}, {@code no_time}, {@code
 *     no_image}, {@code not_an_image}, {@code stored_elsewhere}, {@code not_held}, {@code
 *     invalid_request}
 * @param message one line for people; it never holds the key
 * @param httpStatus the status of the provider's answer, where it was an error
 * @param providerRequestId what the provider calls the call
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Failure(
    Outcome outcome,
    String code,
    String message,
    @Nullable Integer httpStatus,
    @Nullable String providerRequestId) {
  /** A failure without an answer that could say more. */
  public static Failure of(Outcome outcome, String code, String message) {
    return new Failure(outcome, code, message, null, null);
  }

  /** The same, with the provider's request id where none is known yet. */
  public Failure withProviderRequestId(@Nullable String id) {
    return new Failure(
        outcome, code, message, httpStatus, providerRequestId != null ? providerRequestId : id);
  }
}
