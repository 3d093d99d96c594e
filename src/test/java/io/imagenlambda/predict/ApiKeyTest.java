package io.imagenlambda.predict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.imagenlambda.settings.Settings;
import io.imagenlambda.settings.Settings.UrlStyle;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the key comes from, and that it goes nowhere else. */
class ApiKeyTest {
  private int reads;
  private String secret = "sk-1";

  private ApiKey key(Optional<String> given) {
    Optional<String> name = given.isPresent() ? Optional.empty() : Optional.of("imagen/key");
    return new ApiKey(settings(given, name, Duration.ofMinutes(2)), this::read, new ObjectMapper());
  }

  static Settings settings(URI baseUrl) {
    return settings(Optional.of("key"), Optional.empty(), baseUrl, Duration.ofMinutes(2));
  }

  static Settings settings(Optional<String> key, Optional<String> secret, Duration timeout) {
    return settings(key, secret, URI.create("https://unused.example"), timeout);
  }

  private static Settings settings(
      Optional<String> key, Optional<String> secret, URI baseUrl, Duration timeout) {
    return new Settings(
        key,
        secret,
        baseUrl,
        "imagen",
        timeout,
        false,
        1,
        "bucket",
        "images/",
        UrlStyle.S3,
        Duration.ofHours(1),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false);
  }

  private String read(String name) {
    assertEquals("imagen/key", name);
    reads++;
    return secret;
  }

  @Test
  void aKeyOfTheEnvironmentNeedsNoSecretAndHasNoOther() throws ApiKey.Unreadable {
    ApiKey key = key(Optional.of("sk-env"));
    assertEquals("sk-env", key.get());
    assertEquals(Optional.empty(), key.insteadOf("sk-env"));
    assertEquals(0, reads);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sk-1",
        " sk-1\n",
        "{\"apiKey\":\"sk-1\"}",
        "{\"other\":\"x\",\"TOKAIFY_API_KEY\":\"sk-1\"}",
        "{\"whatever\":\"sk-1\"}"
      })
  void aSecretIsTextOrJson(String text) throws ApiKey.Unreadable {
    secret = text;
    assertEquals("sk-1", key(Optional.empty()).get());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "sk 1",
        "sk-1\nX-Evil: 1",
        "{\"a\":\"sk-1\",\"b\":\"sk-1\"}",
        "{\"a\":1}",
        "{sk-1",
        "{\"apiKey\":\"\"}",
        "sk-ü"
      })
  void aSecretWithoutAKeyIsToldByNameAndNotByContent(String text) {
    secret = text;
    ApiKey.Unreadable unreadable =
        assertThrows(ApiKey.Unreadable.class, () -> key(Optional.empty()).get());
    Failure failure = unreadable.failure();
    assertEquals(Outcome.ACCOUNT, failure.outcome());
    assertEquals(
        "the API key cannot be read from secret imagen/key: ", failure.message().substring(0, 51));
    assertFalse(failure.message().contains("sk"));
  }

  @Test
  void aSecretIsReadOnceAndAgainOnlyWhenItsKeyIsRefused() throws ApiKey.Unreadable {
    ApiKey key = key(Optional.empty());
    assertEquals("sk-1", key.get());
    assertEquals("sk-1", key.get());
    assertEquals(1, reads);
    assertEquals(Optional.empty(), key.insteadOf("sk-1"));
    assertEquals(2, reads);
    secret = "sk-2";
    assertEquals(Optional.of("sk-2"), key.insteadOf("sk-1"));
    assertEquals(3, reads);
    assertEquals(Optional.of("sk-2"), key.insteadOf("sk-1"), "another call was refused, too");
    assertEquals("sk-2", key.get());
    assertEquals(3, reads);
  }
}
