package io.imagenlambda.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.imagenlambda.deploy.Template;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code template.yaml} gives to the function is what the function takes. */
final class DeployedSettingsTest {
  private static final String SECRET =
      "arn:aws:secretsmanager:eu-central-1:123456789012:secret:imagen-lambda/api-key-AbCdEf";

  /** What the resources of a stack would come to. */
  private static final Map<String, String> RESOURCES =
      Map.of(
          "TOKAIFY_API_KEY_SECRET", SECRET,
          "OUTPUT_BUCKET", "images-bucket",
          "QUEUE_URL", "https://sqs.eu-central-1.amazonaws.com/123456789012/requests",
          "DEAD_LETTER_QUEUE_URL", "https://sqs.eu-central-1.amazonaws.com/123456789012/dead",
          "IMAGEN_SCHEDULE_REQUESTS", "s3://requests-bucket/schedule/requests.jsonl");

  private final Template template = Template.read();

  @Test
  void theTemplatesDefaultsAreTheFunctionsOwn() {
    assertEquals(TestSettings.read(RESOURCES), TestSettings.read(deployed(Map.of())));
  }

  /** The shortest function uses half its time for a call; all others have half a minute more. */
  @Test
  void theFunctionHasMoreTimeThanThePaidCall() {
    long function = template.parameter("Timeout").path("Default").asLong();

    assertEquals(
        TestSettings.read(deployed(Map.of())).timeout().plusSeconds(60).toSeconds(), function);
  }

  @Test
  void theSecretOfTheCallersKeysIsTaken() {
    String secret = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:clients-a1b2c3";
    assertTrue(
        secret.matches(template.parameter("ClientKeysSecretArn").path("AllowedPattern").asText()));

    assertEquals(
        secret,
        TestSettings.read(
                deployed(Map.of("HttpAuthorization", "KEY", "ClientKeysSecretArn", secret)))
            .clientKeysSecret()
            .orElseThrow()
            .toString());
  }

  @ParameterizedTest
  @CsvSource({
    "*",
    "https://shop.example.com",
    "https://shop.example.com:80",
    "https://[2001:db8::443]",
    "'https://a.example,http://localhost:5173'"
  })
  void originsThatTheTemplateAllowsAreTaken(String origins) {
    assertTrue(origins.matches(template.parameter("CorsOrigins").path("AllowedPattern").asText()));

    assertEquals(
        List.of(origins.split(",", -1)),
        TestSettings.read(deployed(Map.of("CorsOrigins", origins))).corsOrigins());
  }

  @ParameterizedTest
  @CsvSource({
    "shop.example.com",
    "https://shop.example.com/",
    "https://Shop.example.com",
    "https://shop.example.com:443",
    "http://shop.example.com:80",
    "'https://a.example,http://b.example:80,https://c.example'",
    "'*,https://a.example'"
  })
  void originsThatTheFunctionRefusesAreRefusedByTheTemplate(String origins) {
    assertFalse(origins.matches(template.parameter("CorsOrigins").path("AllowedPattern").asText()));
  }

  @ParameterizedTest
  @CsvSource({"UrlStyle", "RepeatUnknown", "RouteBytes", "LogPrompts"})
  void everyValueThatAParameterAllowsIsTaken(String parameter) {
    for (JsonNode allowed : template.parameter(parameter).path("AllowedValues")) {
      TestSettings.read(
          deployed(Map.of(parameter, allowed.asText(), "CdnBaseUrl", "https://cdn.example.com")));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "ImagenTimeout, 1",
    "ImagenTimeout, 59s",
    "ImagenTimeout, 900",
    "ImagenTimeout, 15m",
    "UrlExpiry, 1s",
    "UrlExpiry, 604800",
    "UrlExpiry, 10080m",
    "UrlExpiry, 168h",
    "UrlExpiry, 7d",
    "MaxAge, 1m",
    "MaxAge, 9999m",
    "MaxAge, 1h",
    "MaxAge, 312h",
    "MaxAge, 1d",
    "MaxAge, 13d"
  })
  void aTimeThatTheTemplateAllowsIsTaken(String parameter, String time) {
    assertTrue(time.matches(template.parameter(parameter).path("AllowedPattern").asText()));
    TestSettings.read(deployed(Map.of(parameter, time)));
  }

  @ParameterizedTest
  @CsvSource({
    "ImagenTimeout, 0",
    "ImagenTimeout, 901s",
    "ImagenTimeout, 16m",
    "ImagenTimeout, 9999m",
    "ImagenTimeout, 1h",
    "UrlExpiry, 0s",
    "UrlExpiry, 604801",
    "UrlExpiry, 10081m",
    "UrlExpiry, 169h",
    "UrlExpiry, 8d",
    "UrlExpiry, 400d",
    "MaxAge, 0m",
    "MaxAge, 0d",
    "MaxAge, 15d",
    "MaxAge, 400h"
  })
  void aTimeThatTheFunctionRefusesIsRefusedByTheTemplate(String parameter, String time) {
    assertFalse(time.matches(template.parameter(parameter).path("AllowedPattern").asText()));
  }

  @ParameterizedTest
  @CsvSource({"MinValue", "MaxValue"})
  void theSmallestAndTheLargestBatchAreTaken(String limit) {
    int size = template.parameter("BatchSize").path(limit).asInt();

    assertEquals(
        size,
        TestSettings.read(deployed(Map.of("BatchSize", Integer.toString(size)))).concurrency());
  }

  @ParameterizedTest
  @CsvSource({"MaxPrompt", "MaxRequests", "MaxImageBytes", "MaxImagePixels"})
  void theSmallestAndTheLargestLimitAreTaken(String parameter) {
    for (String limit : new String[] {"MinValue", "MaxValue"}) {
      String value = template.parameter(parameter).path(limit).asText();
      TestSettings.read(deployed(Map.of(parameter, value)));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "MaxPrompt, IMAGEN_MAX_PROMPT",
    "MaxRequests, IMAGEN_MAX_REQUESTS",
    "MaxImageBytes, IMAGEN_MAX_IMAGE_BYTES",
    "MaxImagePixels, IMAGEN_MAX_IMAGE_PIXELS"
  })
  void theTemplatesLargestLimitsAreTheFunctionsOwn(String parameter, SettingName setting) {
    assertEquals(setting.most(), template.parameter(parameter).path("MaxValue").asLong());
  }

  @Test
  void theTemplateTakesTheModelsThatTheFunctionTakes() {
    assertEquals(
        Settings.MODEL_PATTERN, template.parameter("Model").path("AllowedPattern").asText());
  }

  /** The variables of a stack whose parameters have their defaults, but for some. */
  private Map<String, String> deployed(Map<String, String> parameters) {
    Map<String, String> variables = new HashMap<>(RESOURCES);
    template
        .with(parameters)
        .properties("ImagenFunction")
        .at("/Environment/Variables")
        .properties()
        .forEach(variable -> {
          String value = variable.getValue().asText();
          if (!value.isEmpty()) {
            variables.putIfAbsent(variable.getKey(), value);
          }
        });
    return variables;
  }
}
