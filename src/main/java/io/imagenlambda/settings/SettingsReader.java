package io.imagenlambda.settings;

import static io.imagenlambda.settings.SettingName.*;

import io.imagenlambda.settings.Settings.Limits;
import io.imagenlambda.settings.Settings.UrlStyle;
import io.quarkus.runtime.ImageMode;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

/**
 * Reads {@link Settings} from SmallRye Config by the variables' own names, so that a fault is told
 * in the words that the operator used.
 */
@Dependent
final class SettingsReader {
  private static final Logger LOG = Logger.getLogger(SettingsReader.class);

  private final Config config;
  private final List<String> faults = new ArrayList<>();

  SettingsReader(Config config) {
    this.config = config;
  }

  /**
   * Reads all settings.
   *
   * @throws ConfigurationException with one line that names every missing or wrong setting; it ends
   *     the start
   */
  @Produces
  @Singleton
  @Startup
  Settings read() {
    Optional<String> apiKey = text(TOKAIFY_API_KEY);
    if (apiKey.isPresent() == text(TOKAIFY_API_KEY_SECRET).isPresent()) {
      faults.add(
          "set one of TOKAIFY_API_KEY and TOKAIFY_API_KEY_SECRET, %s"
              .formatted(apiKey.isPresent() ? "not both" : "both are missing"));
    }
    if (!apiKey.map(Settings::isApiKey).orElse(true)) {
      faults.add("TOKAIFY_API_KEY must be " + TOKAIFY_API_KEY.accepts()); // and is not shown
    }
    UrlStyle urlStyle =
        value(IMAGEN_URL_STYLE, UrlStyle.PRESIGNED, SettingValues::urlStyle, style -> true);
    Optional<URI> cdnBaseUrl = optional(IMAGEN_CDN_BASE_URL, SettingValues::httpUrl);
    if (urlStyle == UrlStyle.CDN && cdnBaseUrl.isEmpty()) {
      faults.add("IMAGEN_CDN_BASE_URL is missing: " + IMAGEN_CDN_BASE_URL.accepts());
    }
    Settings settings =
        new Settings(
            apiKey,
            optional(TOKAIFY_API_KEY_SECRET, SecretName::of),
            optional(TOKAIFY_BASE_URL, SettingValues::httpUrl)
                .orElse(URI.create("https://api.tokaify.com")),
            value(
                IMAGEN_MODEL,
                "imagen-4.0-generate-001",
                model -> model,
                model -> model.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,127}")),
            duration(IMAGEN_TIMEOUT, Duration.ofMinutes(2), Duration.ofMinutes(15)),
            bool(IMAGEN_REPEAT_UNKNOWN, false),
            number(IMAGEN_CONCURRENCY, 4, 64),
            required(OUTPUT_BUCKET),
            value(OUTPUT_PREFIX, "images/", prefix -> prefix, SettingValues::isKeyPrefix),
            urlStyle,
            duration(IMAGEN_URL_EXPIRY, Duration.ofHours(1), Duration.ofDays(7)),
            cdnBaseUrl,
            optional(QUEUE_URL, SettingValues::httpUrl),
            optional(IMAGEN_SCHEDULE_REQUESTS, SettingValues::s3Object),
            new Limits(
                number(IMAGEN_MAX_PROMPT, 10_000, 100_000),
                number(IMAGEN_MAX_REQUESTS, 10_000, 1_000_000),
                // A 2K image has up to 13 MB and 4.3 million pixels; four of these fit into /tmp.
                number(IMAGEN_MAX_IMAGE_BYTES, 32 * 1024 * 1024, 1_000_000_000),
                number(IMAGEN_MAX_IMAGE_PIXELS, 40_000_000, 1_000_000_000)),
            bool(IMAGEN_LOG_PROMPTS, false),
            bool(IMAGEN_LOG_JSON, true),
            config.getOptionalValue("quarkus.application.version", String.class).orElse("unknown"));
    if (!faults.isEmpty()) {
      throw refusal("imagen-lambda cannot start: " + String.join("; ", faults));
    }
    return settings;
  }

  /** Quarkus's main prints it and exits with 1; AWS's Java runtime keeps it for the first event. */
  private static ConfigurationException refusal(String told) {
    if (ImageMode.current() == ImageMode.JVM) {
      LOG.error(told);
    }
    return new ConfigurationException(told);
  }

  private Optional<String> text(SettingName name) {
    return config.getOptionalValue(name.name(), String.class).map(String::strip);
  }

  private String required(SettingName name) {
    return text(name)
        .orElseGet(() -> {
          faults.add(name + " is missing: " + name.accepts());
          return "";
        });
  }

  private <T> Optional<T> optional(SettingName name, Function<String, T> parse) {
    return text(name).flatMap(given -> parsed(name, given, parse, value -> true));
  }

  private <T> T value(
      SettingName name, T byDefault, Function<String, T> parse, Predicate<T> allowed) {
    return text(name).flatMap(given -> parsed(name, given, parse, allowed)).orElse(byDefault);
  }

  private <T> Optional<T> parsed(
      SettingName name, String given, Function<String, T> parse, Predicate<T> allowed) {
    try {
      T value = parse.apply(given);
      if (allowed.test(value)) {
        return Optional.of(value);
      }
    } catch (IllegalArgumentException notParsed) {
      // told below, in the words of the setting
    }
    String shown = given.replaceFirst("//[^/@]*@", "//***@"); // a URL's password
    faults.add("%s is \"%s\" but must be %s".formatted(name, shown, name.accepts()));
    return Optional.empty();
  }

  private boolean bool(SettingName name, boolean byDefault) {
    return value(name, byDefault, SettingValues::trueOrFalse, value -> true);
  }

  private int number(SettingName name, int byDefault, int most) {
    return value(name, byDefault, Integer::valueOf, given -> given >= 1 && given <= most);
  }

  private Duration duration(SettingName name, Duration byDefault, Duration longest) {
    return value(
        name,
        byDefault,
        SettingValues::duration,
        value -> value.compareTo(Duration.ofSeconds(1)) >= 0 && value.compareTo(longest) <= 0);
  }
}
