package io.imagenlambda.predict;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.imagenlambda.settings.SecretName;
import io.imagenlambda.settings.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The predict API's key, from the environment or from a secret. A secret is read when the key is
 * first needed, again when it has been kept for ten minutes, and at once when the provider has
 * refused the key, so that it can be rotated while the function runs.
 */
@Singleton
final class ApiKey {
  /** The key cannot be had; what is told names the secret and never holds the key. */
  static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Failure failure;

    Unreadable(SecretName secret, String why, @Nullable Throwable cause) {
      super(why, cause);
      this.failure =
          Failure.of(
              Outcome.ACCOUNT,
              "api_key",
              "the API key cannot be read from secret %s: %s".formatted(secret, why));
    }

    Failure failure() {
      return failure;
    }
  }

  /** How long a key is used before the secret is asked again. */
  static final Duration LONGEST_USE = Duration.ofMinutes(10);

  /** The field of a secret with several, where the setting names none. */
  private static final List<String> FIELDS =
      List.of("apiKey", "TOKAIFY_API_KEY", "api_key", "api-key", "key");

  private static final Logger LOG = Logger.getLogger(ApiKey.class);

  private final Settings settings;
  private final SecretReader secrets;
  private final ObjectMapper mapper;
  private final Clock clock;
  private @Nullable String cached;
  private Instant goodUntil = Instant.MIN;

  @Inject
  ApiKey(Settings settings, SecretReader secrets, ObjectMapper mapper) {
    this(settings, secrets, mapper, Clock.systemUTC());
  }

  /**
   * As it is made in production, but for the clock.
   *
   * @param clock the wall's: a monotonic one may stand still while Lambda has the process frozen
   */
  ApiKey(Settings settings, SecretReader secrets, ObjectMapper mapper, Clock clock) {
    this.settings = settings;
    this.secrets = secrets;
    this.mapper = mapper;
    this.clock = clock;
  }

  synchronized String get() throws Unreadable {
    if (settings.apiKey().isPresent()) {
      return settings.apiKey().get();
    }
    String key = cached;
    if (key == null) {
      return readAnew();
    }
    if (clock.instant().isBefore(goodUntil)) {
      return key;
    }
    try {
      return readAnew();
    } catch (Unreadable e) {
      // An outage of the secrets is none of the images: the provider says whether the key is good.
      LOG.warnf("%s; the last one is used on", e.failure().message());
      goodUntil = clock.instant().plus(LONGEST_USE);
      return key;
    }
  }

  /**
   * The key to use in place of one that was refused; empty where there is no other. Of several
   * calls that were refused the same key, only the first reads the secret again.
   */
  synchronized Optional<String> insteadOf(String refused) throws Unreadable {
    if (settings.apiKeySecret().isPresent() && refused.equals(cached)) {
      readAnew();
    }
    return Optional.ofNullable(cached).filter(key -> !key.equals(refused));
  }

  private String readAnew() throws Unreadable {
    String key = read(settings.apiKeySecret().orElseThrow());
    cached = key;
    goodUntil = clock.instant().plus(LONGEST_USE);
    return key;
  }

  private String read(SecretName secret) throws Unreadable {
    String text;
    try {
      text = secrets.read(secret.id()).strip();
    } catch (RuntimeException e) {
      throw new Unreadable(secret, e.getMessage() == null ? e.toString() : e.getMessage(), e);
    }
    String key = secret.jsonKey().isPresent() || text.startsWith("{") ? field(secret, text) : text;
    if (!Settings.isApiKey(key)) {
      throw new Unreadable(secret, "it holds no key of printable characters", null);
    }
    return key;
  }

  private String field(SecretName secret, String json) throws Unreadable {
    JsonNode fields;
    try {
      fields = mapper.readTree(json);
    } catch (JsonProcessingException e) {
      // Not the cause: its message may quote the key.
      throw new Unreadable(secret, "it is not JSON", null);
    }
    List<String> names = secret.jsonKey().map(List::of).orElse(FIELDS);
    for (String name : names) {
      if (fields.path(name).isTextual()) {
        return fields.path(name).asText().strip();
      }
    }
    if (secret.jsonKey().isEmpty() && fields.size() == 1 && fields.iterator().next().isTextual()) {
      return fields.iterator().next().asText().strip();
    }
    throw new Unreadable(secret, "it has no text field named " + String.join(" or ", names), null);
  }
}
