package io.imagenlambda.lab.predict;

import io.imagenlambda.lab.predict.Fault.ErrorAnswer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The errors of the predict API by name: in the formats of Google and the relay, or as HTML. */
final class ErrorAnswers {
  private static final String JSON = "application/json";
  private static final String HTML = "text/html";

  private static final String QUOTA_BY_THE_MINUTE =
      "{\"code\":429,\"message\":\"Too many requests a minute.\",\"status\":\"RESOURCE_EXHAUSTED\"}";

  private ErrorAnswers() {}

  /**
   * The error of that name.
   *
   * @param value the seconds after which to retry, for errors with a retry time; null for the
   *     default
   * @throws IllegalArgumentException where there is no such error
   */
  static ErrorAnswer named(String name, @Nullable String value) {
    String seconds = value == null ? "1" : value;
    return switch (name) {
      case "400" -> google(400, "INVALID_ARGUMENT", "Request contains an invalid argument.", "");
      case "blocked" -> blocked();
      case "google-bad-key" ->
          google(
              400,
              "INVALID_ARGUMENT",
              "API key not valid. Please pass a valid API key.",
              "{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\","
                  + "\"reason\":\"API_KEY_INVALID\",\"domain\":\"googleapis.com\"}");
      case "bad-key" -> badKey();
      case "403" -> google(403, "PERMISSION_DENIED", "Permission denied on resource.", "");
      case "quota" ->
          relay(403, "new_api_error", "\"insufficient_user_quota\"", "user quota is not enough");
      case "408" -> html(408, "Request Timeout");
      case "429" -> outOfQuota(retryInfo(seconds));
      case "429-array" -> inArray(named("429", value));
      case "429-relay" ->
          retryAfter(relay(429, "upstream_error", "\"\"", "too many requests"), seconds);
      case "429-empty" -> new ErrorAnswer(429, "", "", null);
      case "499" -> google(499, "CANCELLED", "The operation was cancelled.", "");
      case "500" ->
          google(
              500,
              "INTERNAL",
              "Internal error encountered.",
              value == null ? "" : retryInfo(value));
      case "500-relay" -> relay(500, "upstream_error", "500", "upstream error: do request failed");
      case "invalid-request" ->
          relay(500, "one_api_error", "\"invalid_request\"", "field sampleCount is invalid");
      case "sensitive" ->
          relay(500, "new_api_error", "\"sensitive_words_detected\"", "sensitive words detected");
      case "price" ->
          relay(500, "new_api_error", "\"model_price_error\"", "model price is not set");
      case "html-502" -> html(502, "Bad Gateway");
      case "502-empty" -> new ErrorAnswer(502, "", "", null);
      case "503" ->
          google(
              503,
              "UNAVAILABLE",
              "The model is overloaded. Please try again later.",
              value == null ? "" : retryInfo(value));
      case "503-capacity" ->
          google(
              503,
              "UNAVAILABLE",
              "No capacity available for model on the server.",
              "{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\","
                  + "\"reason\":\"MODEL_CAPACITY_EXHAUSTED\",\"domain\":\"googleapis.com\"}");
      case "503-relay" ->
          retryAfter(relay(503, "", "\"\"", "no channel is available just now"), seconds);
      case "no-model" -> noModel("this model");
      case "504" -> html(504, "Gateway Time-out");
      case "524" -> html(524, "A timeout occurred");
      default -> throw new IllegalArgumentException("there is no fault called " + name);
    };
  }

  /**
   * What Google says to a call that is beyond the quota of a minute; in how many seconds, if so.
   */
  static ErrorAnswer outOfQuota(Optional<Long> seconds) {
    return outOfQuota(seconds.map(count -> retryInfo(count.toString())).orElse(""));
  }

  private static ErrorAnswer outOfQuota(String detail) {
    return google(429, "RESOURCE_EXHAUSTED", "Resource has been exhausted.", detail);
  }

  /** What the relay says to a key that it does not know. */
  static ErrorAnswer badKey() {
    return relay(401, "new_api_error", "\"\"", "Invalid token");
  }

  static ErrorAnswer noModel(String model) {
    return relay(
        503, "new_api_error", "\"model_not_found\"", "no available channel for model " + model);
  }

  /** What new-api says to a body without contents, once it has found the model. */
  static ErrorAnswer noContents() {
    return relay(500, "new_api_error", "\"invalid_request\"", "contents is required");
  }

  /** A member for the body of a 200. */
  static String beside() {
    return ",\"error\":" + QUOTA_BY_THE_MINUTE;
  }

  /** A filter's verdict that looks like a malformed request. */
  static ErrorAnswer blocked() {
    return google(
        400,
        "INVALID_ARGUMENT",
        "Image generation failed with the following error: The prompt could not be submitted. Your"
            + " prompt was flagged for containing sensitive words that violate Google's Responsible"
            + " AI practices. Support codes: 29310472",
        "");
  }

  static ErrorAnswer invalid(String message) {
    return google(400, "INVALID_ARGUMENT", message, "");
  }

  private static ErrorAnswer google(int code, String status, String message, String detail) {
    String body =
        """
        {"error":{"code":%d,"message":"%s","status":"%s","details":[%s]}}
        """
            .formatted(code, message, status, detail);
    return new ErrorAnswer(code, JSON, body, null);
  }

  private static String retryInfo(String seconds) {
    return "{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":\"%ss\"}"
        .formatted(seconds);
  }

  private static ErrorAnswer relay(int status, String type, String code, String message) {
    String body =
        """
        {"error":{"message":"%s (request id: 2026112210000012345678)","type":"%s","param":"","code":%s}}
        """
            .formatted(message, type, code);
    return new ErrorAnswer(status, JSON, body, null);
  }

  private static ErrorAnswer inArray(ErrorAnswer one) {
    return new ErrorAnswer(
        one.status(), one.contentType(), "[" + one.body().strip() + "]", one.retryAfter());
  }

  private static ErrorAnswer retryAfter(ErrorAnswer error, String seconds) {
    return new ErrorAnswer(error.status(), error.contentType(), error.body(), seconds);
  }

  private static ErrorAnswer html(int status, String title) {
    String body =
        """
        <html>
        <head><title>%1$d %2$s</title></head>
        <body><center><h1>%1$d %2$s</h1></center><hr><center>nginx</center></body>
        </html>
        """
            .formatted(status, title);
    return new ErrorAnswer(status, HTML, body, null);
  }
}
