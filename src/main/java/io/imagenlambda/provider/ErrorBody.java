package io.imagenlambda.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an error's body says, in Google's form, the relay's or none. A relay may put the provider's
 * whole error, as text, into the message of its own: then that is what counts.
 *
 * @param message one line for people, empty where the body says nothing
 * @param codes the error's names, the most specific first; no numbers
 * @param quotas the names of quotas that are used up
 * @param status the HTTP status that the provider gave the relay, where the body says so
 * @param requestId the relay's id for the call
 * @param retryDelay how long Google asks to wait
 */
public record ErrorBody(
    String message,
    List<String> codes,
    List<String> quotas,
    Optional<Integer> status,
    @Nullable String requestId,
    Optional<Duration> retryDelay) {
  private static final int LONGEST_MESSAGE = 1000;

  /** Spaces are matched from the first only, in linear time: bodies come from outside. */
  private static final Pattern REQUEST_ID =
      Pattern.compile("(?<!\\s)\\s*+\\(request id: ([^\\s)]{1,128})\\)", Pattern.CASE_INSENSITIVE);

  private static final Pattern TITLE =
      Pattern.compile("<title>([^<]{1,200})", Pattern.CASE_INSENSITIVE);
  private static final Pattern SECONDS = Pattern.compile("(\\d{1,6}(?:\\.\\d{1,9})?)s");

  /** Such as {@code channel:invalid_key}. */
  private static final Pattern CODE = Pattern.compile("[\\w:./-]{1,100}");

  private static final Pattern NUMBER = Pattern.compile("-?\\d+");

  /** Where an error begins that is quoted in another one's message. */
  private static final Pattern QUOTED = Pattern.compile("\\{(?:\\s|\\\\[nrt]){0,100}\"error\"");

  /** An error in an error in an error, and no more. */
  private static final int DEEPEST = 3;

  /** An error that was read elsewhere. */
  public static ErrorBody of(@Nullable String message, List<String> codes) {
    return of(message, codes, List.of(), Optional.empty());
  }

  /** All that the error says, for a search. */
  String words() {
    return message + "\n" + String.join("\n", codes) + "\n" + String.join("\n", quotas);
  }

  /** Reads a body of any kind. */
  public static ErrorBody read(ObjectMapper mapper, String body) {
    return read(mapper, body, DEEPEST);
  }

  private static ErrorBody read(ObjectMapper mapper, String body, int depth) {
    String text = body.strip();
    if (text.startsWith("<")) {
      Matcher title = TITLE.matcher(text);
      return of(title.find() ? title.group(1) + ", from a proxy" : "from a proxy", List.of());
    }
    if (text.startsWith("{") || text.startsWith("[")) {
      try {
        return of(mapper, mapper.readTree(text), depth);
      } catch (JsonProcessingException notJson) {
        // used as it is, like any other text
      }
    }
    return of(text, List.of());
  }

  private static ErrorBody of(ObjectMapper mapper, JsonNode document, int depth) {
    JsonNode top = document.isArray() ? document.path(0) : document;
    JsonNode error = top.path("error");
    if (!error.isObject()) {
      return of(firstText(error, top.path("message"), top.path("detail")), List.of());
    }
    List<String> codes = new ArrayList<>();
    List<String> quotas = new ArrayList<>();
    Optional<Duration> retryDelay = Optional.empty();
    for (JsonNode detail : error.path("details")) {
      addCode(codes, detail.path("reason"));
      addCode(quotas, detail.path("metadata").path("quota_limit"));
      for (JsonNode violation : detail.path("violations")) {
        addCode(quotas, violation.path("quotaId"));
      }
      retryDelay = retryDelay.or(() -> seconds(detail.path("retryDelay").asText()));
    }
    addCode(codes, error.path("code"));
    addCode(codes, error.path("status"));
    // A type mostly names the sender ("new_api_error") and says nothing.
    if (ErrorCodes.ofCode(error.path("type").asText()).isPresent()) {
      addCode(codes, error.path("type"));
    }
    String message = firstText(error.path("message"));
    ErrorBody own = of(message, codes, quotas, retryDelay);
    return message == null || depth <= 1
        ? own
        : quoted(mapper, message, depth - 1).map(own::around).orElse(own);
  }

  /** The error of the provider, in the message of a relay. */
  private static Optional<ErrorBody> quoted(ObjectMapper mapper, String message, int depth) {
    Matcher begin = QUOTED.matcher(message);
    if (!begin.find()) {
      return Optional.empty();
    }
    String text = message.substring(begin.start());
    // Python writes bytes with their escapes.
    for (String json : List.of(text, text.replace("\\n", "\n").replace("\\'", "'"))) {
      try {
        JsonNode document = mapper.readTree(json);
        int status = document.path("error").path("code").asInt();
        ErrorBody inner = of(mapper, document, depth);
        return Optional.of(
            inner.status.isPresent() || status < 400 || status > 599
                ? inner
                : inner.withStatus(status));
      } catch (JsonProcessingException cutOrEscaped) {
        // the next form, or the message as it is
      }
    }
    return Optional.empty();
  }

  private ErrorBody withStatus(int known) {
    return new ErrorBody(message, codes, quotas, Optional.of(known), requestId, retryDelay);
  }

  /** This error, which quotes that one. */
  private ErrorBody around(ErrorBody inner) {
    return new ErrorBody(
        inner.message.isEmpty() ? message : inner.message,
        Stream.concat(inner.codes.stream(), codes.stream()).toList(),
        Stream.concat(inner.quotas.stream(), quotas.stream()).toList(),
        inner.status,
        requestId == null ? inner.requestId : requestId,
        inner.retryDelay.or(() -> retryDelay));
  }

  private static ErrorBody of(
      @Nullable String message,
      List<String> codes,
      List<String> quotas,
      Optional<Duration> retryDelay) {
    String text = message == null ? "" : message;
    Matcher matcher = REQUEST_ID.matcher(text);
    String requestId = matcher.find() ? matcher.group(1) : null;
    String line = matcher.replaceAll("").replaceAll("[\\s\\p{Cc}]+", " ").strip();
    return new ErrorBody(
        line.length() > LONGEST_MESSAGE ? line.substring(0, LONGEST_MESSAGE) + "…" : line,
        codes.stream().filter(ErrorBody::isCode).toList(),
        quotas,
        Optional.empty(),
        requestId,
        retryDelay);
  }

  private static @Nullable String firstText(JsonNode... candidates) {
    for (JsonNode candidate : candidates) {
      if (candidate.isTextual() && !candidate.asText().isBlank()) {
        return candidate.asText();
      }
    }
    return null;
  }

  /** Whether it is one word, and no number: codes are logged, and sentences are not. */
  public static boolean isCode(String text) {
    return CODE.matcher(text).matches() && !NUMBER.matcher(text).matches();
  }

  private static void addCode(List<String> codes, JsonNode code) {
    if (code.isTextual()) {
      codes.add(code.asText());
    }
  }

  private static Optional<Duration> seconds(String given) {
    Matcher seconds = SECONDS.matcher(given);
    return seconds.matches()
        ? Optional.of(Duration.ofNanos((long) (Double.parseDouble(seconds.group(1)) * 1e9)))
        : Optional.empty();
  }
}
