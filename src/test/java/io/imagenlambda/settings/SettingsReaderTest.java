package io.imagenlambda.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.lab.LabTls;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
    "IMAGEN_FALLBACK_MODELS, a/b",
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
    "TOKAIFY_BASE_URL, http://api.tokaify.com",
    "TOKAIFY_BASE_URL, http://127.0.0.1.tokaify.com",
    "OUTPUT_PREFIX, /images",
    "OUTPUT_PREFIX, images",
    "OUTPUT_PREFIX, ./images/",
    "OUTPUT_PREFIX, images/../x/",
    "OUTPUT_PREFIX, images//",
    "IMAGEN_SCHEDULE_REQUESTS, https://bucket/key",
    "QUEUE_URL, requests",
    "QUEUE_URL, http://sqs.example/requests",
    "QUEUE_URL, https://***@sqs.example/requests",
    "DEAD_LETTER_QUEUE_URL, http://sqs.example/dead",
    "IMAGEN_CORS_ORIGINS, shop.example.com",
    "IMAGEN_CORS_ORIGINS, https://shop.example.com/",
    "IMAGEN_CORS_ORIGINS, https://Shop.example.com",
    "IMAGEN_CORS_ORIGINS, https://shop.example.com:443",
    "IMAGEN_CORS_ORIGINS, 'https://shop.example.com,*'",
    "IMAGEN_CORS_ORIGINS, 'https://shop.example.com,'",
    "IMAGEN_CLIENT_KEYS_SECRET, clients:field::",
    "IMAGEN_CLIENT_KEYS_SECRET, two words",
    "IMAGEN_MAX_AGE, 0d",
    "IMAGEN_MAX_AGE, 15d",
    "IMAGEN_MAX_PROMPT, 0",
    "IMAGEN_MAX_REQUESTS, many",
    "IMAGEN_MAX_IMAGE_BYTES, 32MB",
    "IMAGEN_MAX_IMAGE_PIXELS, 1000000001",
    "IMAGEN_LOG_JSON, text",
    "IMAGEN_CA_FILE, /opt/there-is-none.pem",
    "HTTPS_PROXY, proxy.example:3128",
    "HTTPS_PROXY, http://proxy.example",
    "HTTPS_PROXY, https://proxy.example:3128",
    "HTTPS_PROXY, http://***@proxy.example:3128",
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

  @ParameterizedTest
  @CsvSource({
    "imagen/key, imagen/key, ''",
    "imagen/key:apiKey, imagen/key, apiKey",
    "imagen/key:apiKey::, imagen/key, apiKey",
    "imagen/key:::, imagen/key, ''",
    "arn:aws:secretsmanager:eu-central-1:123456789012:secret:imagen/key-a1B2c3, "
        + "arn:aws:secretsmanager:eu-central-1:123456789012:secret:imagen/key-a1B2c3, ''",
    "arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:k-a1B2c3:api key::, "
        + "arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:k-a1B2c3, api key",
  })
  void aSecretIsNamedAsEcsNamesIt(String given, String id, String jsonKey) {
    SecretName name = SecretName.of(given);
    assertEquals(id, name.id());
    assertEquals(jsonKey, name.jsonKey().orElse(""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "my key",
        "imagen/key:apiKey:AWSPREVIOUS:",
        "arn:aws:secretsmanager:eu-central-1:123456789012:secret:k:apiKey::version",
        "arn:aws:ssm:eu-central-1:123456789012:parameter/key"
      })
  void aSecretThatCannotBeFoundIsRefusedAtTheStart(String given) {
    String told = refused(Map.of("TOKAIFY_API_KEY_SECRET", given, "OUTPUT_BUCKET", "b"));
    assertTrue(told.contains("TOKAIFY_API_KEY_SECRET is \"" + given + "\" but must be"), told);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sk-secret 1", "sk-secret\nX-Evil: 1", "sk-secret-ü"})
  void aKeyThatNoHeaderCanHoldIsRefusedAndNotShown(String key) {
    String told = refused(Map.of("TOKAIFY_API_KEY", key, "OUTPUT_BUCKET", "b"));
    assertTrue(told.contains("TOKAIFY_API_KEY must be"), told);
    assertFalse(told.contains("sk-secret"), told);
  }

  @Test
  void aUrlWithAPasswordIsRefusedWithoutShowingIt() {
    String told =
        refused(
            Map.of(
                "TOKAIFY_API_KEY", "k",
                "OUTPUT_BUCKET", "b",
                "TOKAIFY_BASE_URL", "https://user:password@api.example"));
    assertTrue(told.contains("TOKAIFY_BASE_URL is \"https://***@api.example\""), told);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://user:p/a@ss@proxy.example:3128",
        "http://user:p//a@proxy.example:3128",
        "user:p@proxy.example:3128"
      })
  void aProxysPasswordIsRefusedWithoutShowingIt(String url) {
    String told = refused(Map.of("TOKAIFY_API_KEY", "k", "OUTPUT_BUCKET", "b", "HTTPS_PROXY", url));
    assertTrue(told.contains("***@proxy.example:3128\" but must be"), told);
    assertFalse(told.contains("user"), told);
  }

  @Test
  void everySettingInForceIsTold(@TempDir Path directory) throws InterruptedException {
    Settings settings =
        TestSettings.of(
            "IMAGEN_CA_FILE",
            LabTls.create(directory).certificate().toString(),
            "HTTPS_PROXY",
            "http://proxy.example:3128",
            "NO_PROXY",
            "sqs.example",
            "IMAGEN_URL_STYLE",
            "cdn",
            "IMAGEN_CDN_BASE_URL",
            "https://cdn.example",
            "QUEUE_URL",
            "https://sqs.example/q",
            "DEAD_LETTER_QUEUE_URL",
            "https://sqs.example/dead",
            "IMAGEN_SCHEDULE_REQUESTS",
            "s3://b/k.json",
            "IMAGEN_CLIENT_KEYS_SECRET",
            "clients",
            "IMAGEN_CORS_ORIGINS",
            "https://a.example, http://localhost:5173",
            "IMAGEN_FALLBACK_MODELS",
            "gemini-nano-banana-2.1, another");

    assertEquals(List.of("gemini-nano-banana-2.1", "another"), settings.fallbackModels());
    assertEquals(
        EnumSet.complementOf(EnumSet.of(SettingName.TOKAIFY_API_KEY_SECRET)),
        settings.withoutKey().keySet());
  }

  private static String refused(Map<String, String> variables) {
    return String.valueOf(
        assertThrows(ConfigurationException.class, () -> TestSettings.read(variables))
            .getMessage());
  }
}
