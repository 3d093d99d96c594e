package io.imagenlambda.provider;

import io.imagenlambda.provider.ProviderAnswer.Answered;
import io.imagenlambda.provider.ProviderAnswer.Failed;
import io.imagenlambda.request.Failure;
import io.imagenlambda.request.Outcome;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads an answer that is not a success: a filter's verdict, or a failure with its outcome. */
final class ErrorAnswer {
  /** OpenAI's code, which relays have taken over. */
  private static final String NO_MODEL = "model_not_found";

  private static final List<String> REQUEST_ID_HEADERS =
      List.of(
          "x-oneapi-request-id",
          "x-litellm-call-id",
          "x-request-id",
          "x-goog-request-id",
          "request-id",
          "cf-ray");

  /** The relay's own, and the provider's as LiteLLM passes it on. */
  private static final List<String> RETRY_AFTER_HEADERS =
      List.of(HttpHeaders.RETRY_AFTER, "llm_provider-retry-after");

  private static final Pattern FILTERED =
      Pattern.compile("sensitive words|support codes", Pattern.CASE_INSENSITIVE);
  private static final Pattern SECONDS = Pattern.compile("\\d{1,9}(?:\\.\\d{1,9})?");
  private static final List<String> FILTER_CODES =
      List.of(
          "sensitive_words_detected",
          "prompt_blocked",
          "moderation_blocked",
          "content_policy_violation");

  private final int status;

  /** The status with which the provider answered the relay, if that says so. */
  private final int origin;

  private final String reason;
  private final @Nullable String location;
  private final ErrorBody body;
  private final @Nullable String requestId;
  private final Optional<Duration> retryAfter;

  private ErrorAnswer(Response answer, ErrorBody body, Clock clock) {
    this.status = answer.getStatus();
    String phrase = answer.getStatusInfo().getReasonPhrase();
    this.reason = phrase == null ? "" : phrase;
    this.location = answer.getHeaderString(HttpHeaders.LOCATION);
    this.body = body;
    this.origin = body.status().orElse(status);
    this.requestId = body.requestId() != null ? body.requestId() : requestId(answer);
    this.retryAfter =
        Stream.concat(retryAfter(answer, clock), body.retryDelay().stream())
            .max(Duration::compareTo);
  }

  /** Reads an answer that is an error by its status, or by its body alone. */
  static ProviderAnswer read(Response answer, ErrorBody body, Clock clock) {
    ErrorAnswer error = new ErrorAnswer(answer, body, clock);
    Optional<String> verdict = error.filterVerdict();
    return verdict.isPresent()
        ? new Answered(
            0, List.of(verdict.get()), List.of(), null, null, List.of(), error.requestId, false, 1)
        : new Failed(error.failure(), 0, error.modelIsGone(), error.retryAfter, 1);
  }

  /** What an error means that came beside images. */
  static Failure failure(Response answer, ErrorBody body, Clock clock) {
    return new ErrorAnswer(answer, body, clock).failure();
  }

  /** The provider's id for the call. */
  static @Nullable String requestId(Response answer) {
    return REQUEST_ID_HEADERS.stream()
        .map(answer::getHeaderString)
        .filter(id -> id != null && !id.isBlank() && id.length() <= 128)
        .findFirst()
        .orElse(null);
  }

  /** What the filter said, if it refused the prompt. */
  private Optional<String> filterVerdict() {
    boolean byCode = body.codes().stream().anyMatch(FILTER_CODES::contains);
    boolean byMessage = origin >= 400 && origin < 500 && FILTERED.matcher(body.message()).find();
    if (!byCode && !byMessage) {
      return Optional.empty();
    }
    return Optional.of(body.message().isEmpty() ? message() : body.message());
  }

  private Failure failure() {
    Optional<String> code =
        body.codes().stream().filter(each -> ErrorCodes.ofCode(each).isPresent()).findFirst();
    Outcome byCode = code.flatMap(ErrorCodes::ofCode).orElseGet(() -> ErrorCodes.ofStatus(origin));
    boolean mayHaveWorked = mayHaveWorked(byCode);
    Outcome said = mayHaveWorked ? Outcome.UNKNOWN : byCode;
    Optional<ErrorWords.Meaning> words = mayHaveWorked ? Optional.empty() : words();
    Outcome outcome =
        words
            .map(ErrorWords.Meaning::outcome)
            // a request that is rejected was not worked on
            .filter(meant -> meant != Outcome.UNKNOWN || said == Outcome.UNAVAILABLE)
            .orElse(said);
    String advice = words.map(ErrorWords.Meaning::advice).map("; "::concat).orElse("");
    return new Failure(
        outcome,
        code.orElseGet(() -> body.codes().isEmpty() ? "" + status : body.codes().getFirst()),
        message() + advice,
        status,
        requestId);
  }

  private Optional<ErrorWords.Meaning> words() {
    return ErrorWords.meaning(origin, body.words());
  }

  private boolean modelIsGone() {
    return failure().outcome() == Outcome.ACCOUNT
        && (body.codes().contains(NO_MODEL)
            || words().filter(ErrorWords.Meaning::isOfTheModel).isPresent());
  }

  /** No words make this certain again, but a 200 says nothing about an error in its body. */
  private boolean mayHaveWorked(Outcome said) {
    return status != 200
        && (said == Outcome.UNKNOWN || ErrorCodes.ofStatus(status) == Outcome.UNKNOWN);
  }

  private String message() {
    String status = "HTTP %d %s".formatted(this.status, reason).strip();
    // The title of a proxy's page is its status.
    if (body.message().startsWith("" + this.status)) {
      return "HTTP " + body.message();
    }
    return body.message().isEmpty() ? status + said() : status + ": " + body.message();
  }

  private String said() {
    return location == null ? "" : ": redirected to %s, see TOKAIFY_BASE_URL".formatted(location);
  }

  private static Stream<Duration> retryAfter(Response answer, Clock clock) {
    return RETRY_AFTER_HEADERS.stream()
        .flatMap(name -> Stream.ofNullable(answer.getHeaderString(name)))
        .flatMap(value -> retryAfter(value.strip(), clock).stream());
  }

  private static Optional<Duration> retryAfter(String value, Clock clock) {
    if (SECONDS.matcher(value).matches()) {
      return Optional.of(Duration.ofMillis((long) (Double.parseDouble(value) * 1000)));
    }
    return HttpDate.parse(value, clock)
        .map(date -> Duration.between(clock.instant(), date))
        .map(wait -> wait.isNegative() ? Duration.ZERO : wait);
  }
}
