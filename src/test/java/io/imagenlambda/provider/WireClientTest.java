package io.imagenlambda.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.imagenlambda.settings.TestSettings;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the key is sent: Google takes API keys in a header of its own only. */
final class WireClientTest {
  private static WireClient<Object> client(String baseUrl) {
    return new WireClient<>(Object.class, TestSettings.of("TOKAIFY_BASE_URL", baseUrl));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://generativelanguage.googleapis.com",
        "https://GenerativeLanguage.GoogleAPIs.com"
      })
  void googleGetsTheKeyInItsOwnHeader(String baseUrl) {
    assertEquals("key", client(baseUrl).googleKey("key"));
    assertNull(client(baseUrl).authorization("key"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://api.tokaify.com",
        "https://googleapis.com.example.org",
        "https://notgoogleapis.com",
        "http://127.0.0.1:8080"
      })
  void everybodyElseGetsItAsABearers(String baseUrl) {
    assertEquals("Bearer key", client(baseUrl).authorization("key"));
    assertNull(client(baseUrl).googleKey("key"));
  }
}
