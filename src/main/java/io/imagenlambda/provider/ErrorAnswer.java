package io.imagenlambda.provider;

import io.imagenlambda.provider.ProviderAnswer.Answered;
import io.imagenlambda.provider.ProviderAnswer.Failed;
import io.imagenlambda.request.Failure;
import io.imagenlambda.request.Outcome;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads an answer that is not a success: a filter's verdict, or a failure with its outcome. */
final class ErrorAnswer {
  private static final List<String> REQUEST_ID_HEADERS =
      List.of("x-oneapi-request-id", "x-request-id", "x-goog-request-id", "request-id", "cf-ray");
  private static final Pattern FILTERED =
      Pattern.compile("sensitive words|support codes", Pattern.CASE_INSENSITIVE);
  private static final Pattern WORK_DONE =
      Pattern.compile("time(?:d)?[ -]?out|deadline exceeded", Pattern.CASE_INSENSITIVE);
  private static final Pattern ACCOUNT =
      Pattern.compile(
          "api key (?:is )?(?:not valid|invalid|expired)|(?:invalid|incorrect|expired) api key"
              + "|insufficient (?:user )?(?:quota|balance|credit)"
              + "|(?:quota|balance|credits?) (?:is |are )?(?:not enough|insufficient|used up)",
          Pattern.CASE_INSENSITIVE);
  private static final List<String> FILTER_CODES =
      List.of("sensitive_words_detected", "prompt_blocked");

  private final int status;
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
    this.requestId = body.requestId() != null ? body.requestId() : requestId(answer);
    this.retryAfter =
        Stream.concat(retryAfter(answer, clock).stream(), body.retryDelay().stream())
            .max(Duration::compareTo);
  }

  /** Reads an answer that is an error by its status, or by its body alone. */
  static ProviderAnswer read(Response answer, ErrorBody body, Clock clock) {
    ErrorAnswer error = new ErrorAnswer(answer, body, clock);
    Optional<String> verdict = error.filterVerdict();
    return verdict.isPresent()
        ? new Answered(0, List.of(verdict.get()), List.of(), error.requestId, false, 1)
        : new Failed(error.failure(), 0, error.retryAfter, 1);
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
    boolean byMessage = status >= 400 && status < 500 && FILTERED.matcher(body.message()).find();
    if (!byCode && !byMessage) {
      return Optional.empty();
    }
    return Optional.of(body.message().isEmpty() ? message() : body.message());
  }

  private Failure failure() {
    Outcome outcome = byStatus();
    String code = body.codes().isEmpty() ? "" + status : body.codes().getFirst();
    for (String candidate : body.codes()) {
      Optional<Outcome> known = ErrorCodes.ofCode(candidate);
      if (known.isPresent()) {
        outcome = known.get();
        code = candidate;
        break;
      }
    }
    return new Failure(
        aboutTheAccount(outcome) ? Outcome.ACCOUNT : outcome, code, message(), status, requestId);
  }

  /** The relay passes on Google's message, but not always its codes. */
  private boolean aboutTheAccount(Outcome otherwise) {
    return (otherwise == Outcome.REJECTED || otherwise == Outcome.UNAVAILABLE)
        && ACCOUNT.matcher(body.message()).find();
  }

  private Outcome byStatus() {
    Outcome outcome = ErrorCodes.ofStatus(status);
    // After a server error about a timeout, work may have been done.
    boolean workDone = (status == 500 || status == 502) && WORK_DONE.matcher(body.message()).find();
    return workDone ? Outcome.UNKNOWN : outcome;
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

  private static Optional<Duration> retryAfter(Response answer, Clock clock) {
    String given = answer.getHeaderString(HttpHeaders.RETRY_AFTER);
    if (given == null) {
      return Optional.empty();
    }
    String value = given.strip();
    if (value.matches("\\d{1,9}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(value)));
    }
    try {
      Instant date = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration wait = Duration.between(clock.instant(), date);
      return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
    } catch (DateTimeException neither) {
      return Optional.empty();
    }
  }
}
