package io.imagenlambda.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SettingsReaderTest {
  @Test
  void theKeyAndTheBucketAreEnough() {
    Settings settings = TestSettings.of();

    assertEquals(URI.create("https://api.tokaify.com"), settings.baseUrl());
    assertEquals("imagen-4.0-generate-001", settings.model());
    assertEquals("images/", settings.outputPrefix());
    assertEquals(Settings.UrlStyle.PRESIGNED, settings.urlStyle());
    assertFalse(settings.repeatUnknown());
    assertFalse(settings.logPrompts());
    assertEquals(Optional.empty(), settings.queueUrl());
  }

  @ParameterizedTest
  @CsvSource({"90s, 90", "2m, 120", "45, 45", "PT1M, 60"})
  void durationsAreWrittenAsPeopleWriteThem(String given, long seconds) {
    assertEquals(Duration.ofSeconds(seconds), TestSettings.of("IMAGEN_TIMEOUT", given).timeout());
  }

  @Test
  void everythingThatIsMissingIsNamedInOneLine() {
    String told = refused(Map.of());

    assertEquals(
        "imagen-lambda cannot start: set one of TOKAIFY_API_KEY and TOKAIFY_API_KEY_SECRET, both"
            + " are missing; OUTPUT_BUCKET is missing: the name of the S3 bucket for the images",
        told);
  }

  @ParameterizedTest
  @CsvSource({
    "IMAGEN_TIMEOUT, soon",
    "IMAGEN_TIMEOUT, 16m",
    "IMAGEN_TIMEOUT, 0s",
    "IMAGEN_CONCURRENCY, 0",
    "IMAGEN_CONCURRENCY, many",
    "IMAGEN_URL_STYLE, public",
    "IMAGEN_URL_EXPIRY, 8d",
    "IMAGEN_REPEAT_UNKNOWN, yes",
    "IMAGEN_MODEL, ../models",
    "TOKAIFY_BASE_URL, api.tokaify.com",
    "TOKAIFY_BASE_URL, ftp://api.tokaify.com",
    "OUTPUT_PREFIX, /images",
    "OUTPUT_PREFIX, images",
    "IMAGEN_SCHEDULE_REQUESTS, https://bucket/key",
    "QUEUE_URL, requests",
  })
  void aWrongValueIsNamedWithWhatIsAllowed(String name, String value) {
    String told = refused(Map.of("TOKAIFY_API_KEY", "k", "OUTPUT_BUCKET", "b", name, value));

    assertEquals(
        "imagen-lambda cannot start: %s is \"%s\" but must be %s"
            .formatted(name, value, SettingName.valueOf(name).accepts()),
        told);
  }

  @Test
  void aCdnNeedsItsBaseUrl() {
    String told =
        refused(Map.of("TOKAIFY_API_KEY", "k", "OUTPUT_BUCKET", "b", "IMAGEN_URL_STYLE", "cdn"));
    assertTrue(told.contains("IMAGEN_CDN_BASE_URL is missing"), told);
  }

  @Test
  void theKeyAppearsInNoText() {
    assertFalse(TestSettings.of("TOKAIFY_API_KEY", "sk-secret").toString().contains("sk-secret"));
  }

  private static String refused(Map<String, String> variables) {
    return String.valueOf(
        assertThrows(IllegalStateException.class, () -> TestSettings.read(variables)).getMessage());
  }
}
