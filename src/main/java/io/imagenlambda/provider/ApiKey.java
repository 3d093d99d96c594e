package io.imagenlambda.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.imagenlambda.aws.Secrets;
import io.imagenlambda.request.Failure;
import io.imagenlambda.request.Outcome;
import io.imagenlambda.settings.SecretName;
import io.imagenlambda.settings.Settings;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The provider's key, from the environment or a secret. The secret is read when the key is first
 * needed, after ten minutes, and once the provider refuses the key, so that it can be rotated at
 * any time.
 */
@Singleton
final class ApiKey {
  /** The key, or why there is none. */
  sealed interface Reading {}

  record Key(String text) implements Reading {
    /** No log line can hold the key. */
    @Override
    public String toString() {
      return "Key[***]";
    }
  }

  /** There is no key; the failure names the secret and never holds the key. */
  record Unreadable(Failure failure) implements Reading {
    private static Unreadable of(SecretName secret, String why) {
      return new Unreadable(
          Failure.of(
              Outcome.ACCOUNT,
              "api_key",
              "the API key cannot be read from secret %s: %s".formatted(secret, why)));
    }
  }

  /** How long a key is used before the secret is read again. */
  static final Duration LONGEST_USE = Duration.ofMinutes(10);

  /** The key's field in a secret with several, if the setting names none. */
  private static final List<String> FIELDS =
      List.of("apiKey", "TOKAIFY_API_KEY", "api_key", "api-key", "key");

  private static final Logger LOG = Logger.getLogger(ApiKey.class);

  private final Settings settings;
  private final Secrets secrets;
  private final ObjectMapper mapper;
  private final Clock clock;
  private @Nullable Key cached;
  private Instant goodUntil = Instant.MIN;

  ApiKey(Settings settings, Secrets secrets, ObjectMapper mapper, Clock clock) {
    this.settings = settings;
    this.secrets = secrets;
    this.mapper = mapper;
    this.clock = clock;
  }

  synchronized Reading get() {
    if (settings.apiKey().isPresent()) {
      return new Key(settings.apiKey().get());
    }
    Key known = cached;
    if (known != null && clock.instant().isBefore(goodUntil)) {
      return known;
    }
    Reading reading = readAnew();
    if (known != null && reading instanceof Unreadable unreadable) {
      // Without Secrets Manager the last key may still be good: the provider decides.
      LOG.warnf("%s; the last key stays in use", unreadable.failure().message());
      goodUntil = clock.instant().plus(LONGEST_USE);
      return known;
    }
    return reading;
  }

  /** The key as it is now: a secret is read, whatever is known of it. */
  synchronized Reading anew() {
    return settings.apiKey().<Reading>map(Key::new).orElseGet(this::readAnew);
  }

  /**
   * The key to use instead of a refused one; the same if there is no other. If several calls were
   * refused with one key, only the first reads the secret again.
   */
  synchronized Reading insteadOf(Key refused) {
    if (settings.apiKeySecret().isPresent() && refused.equals(cached)) {
      return readAnew();
    }
    return cached == null ? refused : cached;
  }

  private Reading readAnew() {
    Reading reading = read(settings.apiKeySecret().orElseThrow());
    if (reading instanceof Key key) {
      cached = key;
      goodUntil = clock.instant().plus(LONGEST_USE);
    }
    return reading;
  }

  private Reading read(SecretName secret) {
    String text;
    try {
      text = secrets.read(secret.id()).strip();
    } catch (RuntimeException e) {
      return Unreadable.of(secret, e.getMessage() == null ? e.toString() : e.getMessage());
    }
    if (secret.jsonKey().isPresent() || text.startsWith("{")) {
      return readField(secret, text);
    }
    return key(secret, text);
  }

  private static Reading key(SecretName secret, String text) {
    return Settings.isApiKey(text)
        ? new Key(text)
        : Unreadable.of(secret, "it holds no key of printable characters");
  }

  private Reading readField(SecretName secret, String json) {
    JsonNode fields;
    try {
      fields = mapper.readTree(json);
    } catch (JsonProcessingException e) {
      return Unreadable.of(secret, "it is not JSON"); // the parser's message may quote the key
    }
    List<String> names = secret.jsonKey().map(List::of).orElse(FIELDS);
    for (String name : names) {
      if (fields.path(name).isTextual()) {
        return key(secret, fields.path(name).asText().strip());
      }
    }
    if (secret.jsonKey().isEmpty() && fields.size() == 1 && fields.iterator().next().isTextual()) {
      return key(secret, fields.iterator().next().asText().strip());
    }
    return Unreadable.of(secret, "it has no text field named " + String.join(" or ", names));
  }
}
