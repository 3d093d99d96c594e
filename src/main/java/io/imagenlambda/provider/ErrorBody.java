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
import org.jspecify.annotations.Nullable;

/**
 * What an error's body says, in Google's form, the relay's or none.
 *
 * @param message one line for people, empty where the body says nothing
 * @param codes the error's names, the most specific first; no numbers
 * @param requestId the relay's id for the call
 * @param retryDelay how long Google asks to wait
 */
public record ErrorBody(
    String message, List<String> codes, @Nullable String requestId, Optional<Duration> retryDelay) {
  private static final int LONGEST_MESSAGE = 1000;

  /** Spaces are matched from the first only, in linear time: bodies come from outside. */
  private static final Pattern REQUEST_ID =
      Pattern.compile("(?<!\\s)\\s*+\\(request id: ([^\\s)]{1,128})\\)", Pattern.CASE_INSENSITIVE);

  private static final Pattern TITLE =
      Pattern.compile("<title>([^<]{1,200})", Pattern.CASE_INSENSITIVE);
  private static final Pattern SECONDS = Pattern.compile("(\\d{1,6}(?:\\.\\d{1,9})?)s");

  /** One word, such as {@code channel:invalid_key}: codes are logged, and sentences are not. */
  private static final Pattern CODE = Pattern.compile("[\\w:./-]{1,100}");

  private static final Pattern NUMBER = Pattern.compile("-?\\d+");

  /** An error that was read elsewhere. */
  public static ErrorBody of(@Nullable String message, List<String> codes) {
    return of(message, codes, Optional.empty());
  }

  /** Reads a body of any kind. */
  public static ErrorBody read(ObjectMapper mapper, String body) {
    String text = body.strip();
    if (text.startsWith("<")) {
      Matcher title = TITLE.matcher(text);
      return of(title.find() ? title.group(1) + ", from a proxy" : "from a proxy", List.of());
    }
    if (text.startsWith("{") || text.startsWith("[")) {
      try {
        return of(mapper.readTree(text));
      } catch (JsonProcessingException notJson) {
        // used as it is, like any other text
      }
    }
    return of(text, List.of());
  }

  private static ErrorBody of(JsonNode document) {
    JsonNode top = document.isArray() ? document.path(0) : document;
    JsonNode error = top.path("error");
    if (!error.isObject()) {
      return of(firstText(error, top.path("message"), top.path("detail")), List.of());
    }
    List<String> codes = new ArrayList<>();
    Optional<Duration> retryDelay = Optional.empty();
    for (JsonNode detail : error.path("details")) {
      addCode(codes, detail.path("reason"));
      retryDelay = retryDelay.or(() -> seconds(detail.path("retryDelay").asText()));
    }
    addCode(codes, error.path("code"));
    addCode(codes, error.path("status"));
    // A type mostly names the sender ("new_api_error") and says nothing.
    if (ErrorCodes.ofCode(error.path("type").asText()).isPresent()) {
      addCode(codes, error.path("type"));
    }
    return of(firstText(error.path("message")), codes, retryDelay);
  }

  private static ErrorBody of(
      @Nullable String message, List<String> codes, Optional<Duration> retryDelay) {
    String text = message == null ? "" : message;
    Matcher matcher = REQUEST_ID.matcher(text);
    String requestId = matcher.find() ? matcher.group(1) : null;
    String line = matcher.replaceAll("").replaceAll("[\\s\\p{Cc}]+", " ").strip();
    return new ErrorBody(
        line.length() > LONGEST_MESSAGE ? line.substring(0, LONGEST_MESSAGE) + "…" : line,
        codes.stream().filter(ErrorBody::isCode).toList(),
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

  private static boolean isCode(String text) {
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
