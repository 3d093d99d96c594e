package io.imagenlambda.predict;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.imagenlambda.settings.Settings;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The predict API's key, from the environment or from a secret. A secret is read when the key is
 * first needed and again when the provider has refused the key, so that it can be rotated while the
 * function runs.
 */
@Singleton
final class ApiKey {
  /** The key cannot be had; what is told names the secret and never holds the key. */
  static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Failure failure;

    Unreadable(String secret, String why, @Nullable Throwable cause) {
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

  private static final List<String> FIELDS =
      List.of("apiKey", "TOKAIFY_API_KEY", "api_key", "api-key", "key");

  private final Settings settings;
  private final SecretReader secrets;
  private final ObjectMapper mapper;
  private @Nullable String cached;

  ApiKey(Settings settings, SecretReader secrets, ObjectMapper mapper) {
    this.settings = settings;
    this.secrets = secrets;
    this.mapper = mapper;
  }

  synchronized String get() throws Unreadable {
    String key = settings.apiKey().orElse(cached);
    if (key == null) {
      key = read(settings.apiKeySecret().orElseThrow());
      cached = key;
    }
    return key;
  }

  /**
   * The key to use in place of one that was refused; empty where there is no other. Of several
   * calls that were refused the same key, only the first reads the secret again.
   */
  synchronized Optional<String> insteadOf(String refused) throws Unreadable {
    if (settings.apiKeySecret().isPresent() && refused.equals(cached)) {
      cached = read(settings.apiKeySecret().get());
    }
    return Optional.ofNullable(cached).filter(key -> !key.equals(refused));
  }

  private String read(String secret) throws Unreadable {
    String text;
    try {
      text = secrets.read(secret).strip();
    } catch (RuntimeException e) {
      throw new Unreadable(secret, e.getMessage() == null ? e.toString() : e.getMessage(), e);
    }
    String key = text.startsWith("{") ? field(secret, text) : text;
    // What would not pass as a header must not reach the HTTP client, whose complaint would tell
    // it.
    if (key.isEmpty() || !key.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
      throw new Unreadable(secret, "it holds no key of printable characters", null);
    }
    return key;
  }

  private String field(String secret, String json) throws Unreadable {
    JsonNode fields;
    try {
      fields = mapper.readTree(json);
    } catch (JsonProcessingException e) {
      // Not the cause: its message may quote the key.
      throw new Unreadable(secret, "it begins like JSON but is not", null);
    }
    for (String name : FIELDS) {
      if (fields.path(name).isTextual()) {
        return fields.path(name).asText().strip();
      }
    }
    if (fields.size() == 1 && fields.iterator().next().isTextual()) {
      return fields.iterator().next().asText().strip();
    }
    throw new Unreadable(secret, "none of its fields is named apiKey", null);
  }
}
