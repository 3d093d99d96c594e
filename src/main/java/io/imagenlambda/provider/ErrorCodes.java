package io.imagenlambda.provider;

import static io.imagenlambda.request.Outcome.ACCOUNT;
import static io.imagenlambda.request.Outcome.REJECTED;
import static io.imagenlambda.request.Outcome.UNAVAILABLE;
import static io.imagenlambda.request.Outcome.UNKNOWN;
import static java.util.Map.entry;

import io.imagenlambda.request.Outcome;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What an error's code or status means. A known code beats the status, because the relay sends
 * permanent errors with 500 and 503.
 */
final class ErrorCodes {
  private static final Map<String, Outcome> CODES =
      Map.ofEntries(
          // the relay's own
          entry("insufficient_user_quota", ACCOUNT),
          entry("insufficient_quota", ACCOUNT),
          entry("pre_consume_token_quota_failed", ACCOUNT),
          entry("billing_hard_limit_reached", ACCOUNT),
          entry("budget_exceeded", ACCOUNT),
          entry("billing_not_active", ACCOUNT),
          entry("account_deactivated", ACCOUNT),
          entry("invalid_api_key", ACCOUNT),
          entry("authentication_error", ACCOUNT),
          entry("permission_error", ACCOUNT),
          entry("access_denied", ACCOUNT),
          entry("model_not_found", ACCOUNT),
          // No price is set for the model: the relay's operator must act, the request is sound.
          entry("model_price_error", ACCOUNT),
          entry("channel:no_available_key", ACCOUNT),
          entry("channel:invalid_key", ACCOUNT),
          entry("invalid_request", REJECTED),
          entry("invalid_request_error", REJECTED),
          entry("bad_request_body", REJECTED),
          entry("read_request_body_failed", REJECTED),
          entry("convert_request_failed", REJECTED),
          // The relay had sent the request on and lost the answer: work may have been done.
          entry("do_request_failed", UNKNOWN),
          entry("bad_response", UNKNOWN),
          entry("bad_response_body", UNKNOWN),
          entry("read_response_body_failed", UNKNOWN),
          entry("empty_response", UNKNOWN),
          entry("channel:response_time_exceeded", UNKNOWN),
          // Google's
          entry("api_key_invalid", ACCOUNT),
          entry("api_key_service_blocked", ACCOUNT),
          entry("service_disabled", ACCOUNT),
          entry("billing_disabled", ACCOUNT),
          entry("consumer_suspended", ACCOUNT),
          entry("consumer_invalid", ACCOUNT),
          entry("unauthenticated", ACCOUNT),
          entry("permission_denied", ACCOUNT),
          entry("failed_precondition", ACCOUNT),
          entry("not_found", ACCOUNT),
          entry("invalid_argument", REJECTED),
          entry("out_of_range", REJECTED),
          entry("resource_exhausted", UNAVAILABLE),
          entry("unavailable", UNAVAILABLE),
          entry("deadline_exceeded", UNKNOWN),
          entry("cancelled", UNKNOWN));

  private ErrorCodes() {}

  static Optional<Outcome> ofCode(String code) {
    return Optional.ofNullable(CODES.get(code.toLowerCase(Locale.ROOT)));
  }

  static Outcome ofStatus(int status) {
    return switch (status) {
      case 401, 402, 403, 404 -> ACCOUNT;
      // Cloudflare's 521 to 523, 525, 526 and 530 say that it never reached the server behind it.
      case 429, 500, 502, 503, 521, 522, 523, 525, 526, 529, 530 -> UNAVAILABLE;
      case 408, 499 -> UNKNOWN;
      default -> {
        // A redirect is never followed with the key: the base URL is not the API's.
        if (status >= 300 && status < 400) {
          yield ACCOUNT;
        }
        yield status >= 400 && status < 500 ? REJECTED : UNKNOWN;
      }
    };
  }
}
