package io.imagenlambda.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.imagenlambda.request.Failure;
import io.imagenlambda.request.Outcome;
import io.imagenlambda.request.TestClock;
import io.imagenlambda.settings.Settings;
import io.imagenlambda.settings.TestSettings;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the key comes from, and that it goes nowhere else. */
class ApiKeyTest {
  private int reads;
  private String secret = "sk-1";

  private final TestClock clock = new TestClock();

  private static String text(ApiKey.Reading reading) {
    return assertInstanceOf(ApiKey.Key.class, reading).text();
  }

  private static ApiKey.Key known(String text) {
    return new ApiKey.Key(text);
  }

  private ApiKey key() {
    return key("imagen/key");
  }

  private ApiKey key(String secretName) {
    return new ApiKey(withSecret(secretName), this::read, new ObjectMapper(), clock);
  }

  static Settings withSecret(String name) {
    return TestSettings.of("TOKAIFY_API_KEY", "", "TOKAIFY_API_KEY_SECRET", name);
  }

  private String read(String name) {
    assertEquals("imagen/key", name);
    reads++;
    return secret;
  }

  @Test
  void aKeyOfTheEnvironmentNeedsNoSecretAndHasNoOther() {
    ApiKey key =
        new ApiKey(
            TestSettings.of("TOKAIFY_API_KEY", "sk-env"), this::read, new ObjectMapper(), clock);
    assertEquals("sk-env", text(key.get()));
    assertEquals(known("sk-env"), key.insteadOf(known("sk-env")));
    assertEquals(0, reads);
  }

  @Test
  void aCheckReadsTheSecretWhateverIsKnownOfIt() {
    ApiKey key = key();
    assertEquals("sk-1", text(key.get()));
    secret = "sk-2";
    assertEquals("sk-2", text(key.anew()));
    assertEquals("sk-2", text(key.get()));
    assertEquals(2, reads);
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
  void aSecretIsTextOrJson(String text) {
    secret = text;
    assertEquals("sk-1", text(key().get()));
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
    ApiKey.Unreadable unreadable = assertInstanceOf(ApiKey.Unreadable.class, key().get());
    Failure failure = unreadable.failure();
    assertEquals(Outcome.ACCOUNT, failure.outcome());
    assertEquals(
        "the API key cannot be read from secret imagen/key: ", failure.message().substring(0, 51));
    assertFalse(failure.message().contains("sk"));
  }

  @Test
  void aSecretIsReadOnceAndAgainOnlyWhenItsKeyIsRefused() {
    ApiKey key = key();
    assertEquals("sk-1", text(key.get()));
    assertEquals("sk-1", text(key.get()));
    assertEquals(1, reads);
    assertEquals(known("sk-1"), key.insteadOf(known("sk-1")));
    assertEquals(2, reads);
    secret = "sk-2";
    assertEquals(known("sk-2"), key.insteadOf(known("sk-1")));
    assertEquals(3, reads);
    assertEquals(known("sk-2"), key.insteadOf(known("sk-1")), "another call was refused, too");
    assertEquals("sk-2", text(key.get()));
    assertEquals(3, reads);
  }

  @ParameterizedTest
  @ValueSource(strings = {"imagen/key:second", "imagen/key:second:", "imagen/key:second::"})
  void theSettingMayNameTheFieldAsEcsDoes(String name) {
    secret = "{\"apiKey\":\"sk-1\",\"second\":\"sk-2\"}";
    assertEquals("sk-2", text(key(name).get()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sk-plain", "{\"apiKey\":\"sk-1\"}", "[\"sk-1\"]", "{\"second\":{}}"})
  void aFieldThatIsNotThereIsToldByItsNameAndNoOtherIsTaken(String text) {
    secret = text;
    Failure failure =
        assertInstanceOf(ApiKey.Unreadable.class, key("imagen/key:second::").get()).failure();
    assertTrue(failure.message().contains("secret imagen/key:second::: "), failure.message());
    assertFalse(failure.message().contains("sk"), failure.message());
  }

  @Test
  void aSecretIsReadAgainWhenItsKeyHasBeenUsedForTenMinutes() {
    ApiKey key = key();
    assertEquals("sk-1", text(key.get()));
    secret = "sk-2";
    clock.pass(ApiKey.LONGEST_USE.minusNanos(1));
    assertEquals("sk-1", text(key.get()));
    clock.pass(Duration.ofNanos(1));
    assertEquals("sk-2", text(key.get()));
    assertEquals(2, reads);
  }

  @Test
  void theLastKeyIsUsedOnWhileItsSecretCannotBeRead() {
    ApiKey key = key();
    assertEquals("sk-1", text(key.get()));
    secret = "no key at all";
    clock.pass(ApiKey.LONGEST_USE);
    assertEquals("sk-1", text(key.get()));
    assertEquals("sk-1", text(key.get()));
    assertEquals(2, reads, "and it is not asked for each call");
    assertInstanceOf(
        ApiKey.Unreadable.class, key.insteadOf(known("sk-1")), "but a refused one is not");
  }
}
