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
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

/**
 * Reads {@link Settings} from SmallRye Config by the variables' own names, so that faults use the
 * operator's words.
 */
@Dependent
final class SettingsReader {
  private static final Logger LOG = Logger.getLogger(SettingsReader.class);

  private static final Pattern ORIGIN =
      Pattern.compile(
          "(https://(?!.*:443$)|http://(?!.*:80$))([a-z0-9.-]+|\\[[0-9a-f:.]+])(:[0-9]{1,5})?");

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
        value(IMAGEN_URL_STYLE, UrlStyle.PRESIGNED, SettingsReader::urlStyle, style -> true);
    Optional<URI> cdnBaseUrl = optional(IMAGEN_CDN_BASE_URL, SettingsReader::httpUrl);
    if (urlStyle == UrlStyle.CDN && cdnBaseUrl.isEmpty()) {
      faults.add("IMAGEN_CDN_BASE_URL is missing: " + IMAGEN_CDN_BASE_URL.accepts());
    }
    Settings settings =
        new Settings(
            apiKey,
            optional(TOKAIFY_API_KEY_SECRET, SecretName::of),
            optional(TOKAIFY_BASE_URL, SettingsReader::safeUrl)
                .orElse(URI.create("https://api.tokaify.com")),
            value(IMAGEN_MODEL, "imagen-4.0-generate-001", model -> model, Settings::isModel),
            value(
                IMAGEN_FALLBACK_MODELS,
                List.of(),
                SettingsReader::list,
                models -> models.stream().allMatch(Settings::isModel)),
            duration(IMAGEN_TIMEOUT, Duration.ofMinutes(9)),
            bool(IMAGEN_REPEAT_UNKNOWN, false),
            number(IMAGEN_CONCURRENCY, 4),
            required(OUTPUT_BUCKET),
            value(OUTPUT_PREFIX, "images/", prefix -> prefix, SettingsReader::isKeyPrefix),
            urlStyle,
            duration(IMAGEN_URL_EXPIRY, Duration.ofHours(1)),
            cdnBaseUrl,
            optional(QUEUE_URL, SettingsReader::safeUrl),
            optional(DEAD_LETTER_QUEUE_URL, SettingsReader::safeUrl),
            duration(IMAGEN_MAX_AGE, Duration.ofDays(13)),
            duration(IMAGEN_HTTP_PATIENCE, Duration.ofSeconds(25)),
            bool(IMAGEN_ROUTE_BYTES, false),
            optional(IMAGEN_CLIENT_KEYS_SECRET, SecretName::ofLines),
            value(IMAGEN_CORS_ORIGINS, List.of(), SettingsReader::list, SettingsReader::areOrigins),
            optional(IMAGEN_SCHEDULE_REQUESTS, SettingsReader::s3Object),
            new Limits(
                number(IMAGEN_MAX_PROMPT, 10_000),
                number(IMAGEN_MAX_REQUESTS, 10_000),
                // A 2K image has up to 13 MB and 4.3 million pixels; four of these fit into /tmp.
                number(IMAGEN_MAX_IMAGE_BYTES, 32 * 1024 * 1024),
                number(IMAGEN_MAX_IMAGE_PIXELS, 40_000_000)),
            bool(IMAGEN_LOG_PROMPTS, false),
            bool(IMAGEN_LOG_JSON, true),
            optional(IMAGEN_CA_FILE, CaFile::read),
            optional(HTTPS_PROXY, url -> HttpsProxy.of(url, text(NO_PROXY).orElse(""))),
            config.getOptionalValue("quarkus.application.version", String.class).orElse("unknown"));
    faults.addAll(UnsafeSettings.faults(UnsafeSettings.given()));
    if (!faults.isEmpty()) {
      String why = "imagen-lambda cannot start: " + String.join("; ", faults);
      InitError.tell(why);
      throw refusal(why);
    }
    return settings;
  }

  /** Quarkus's main prints it and exits with 1; AWS's Java runtime prints only what it led to. */
  private static ConfigurationException refusal(String why) {
    if (ImageMode.current() == ImageMode.JVM) {
      LOG.error(why);
    }
    return new ConfigurationException(why);
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
      // reported below
    }
    // without a URL's password, whatever is in it
    String shown = given.replaceFirst("(?s)^(\\w+://)?.*@", "$1***@");
    faults.add("%s is \"%s\" but must be %s".formatted(name, shown, name.accepts()));
    return Optional.empty();
  }

  private static List<String> list(String given) {
    return Arrays.stream(given.split(",", -1)).map(String::strip).toList();
  }

  private boolean bool(SettingName name, boolean byDefault) {
    return value(name, byDefault, SettingsReader::trueOrFalse, value -> true);
  }

  private int number(SettingName name, int byDefault) {
    return value(name, byDefault, Integer::valueOf, given -> given >= 1 && given <= name.most());
  }

  private Duration duration(SettingName name, Duration byDefault) {
    return value(
        name,
        byDefault,
        SettingsReader::parseDuration,
        given ->
            given.compareTo(Duration.ofSeconds(1)) >= 0
                && given.compareTo(Duration.ofSeconds(name.most())) <= 0);
  }

  // Parsers of values; each throws an IllegalArgumentException for what it does not accept.

  /** {@code 90s}, {@code 15m}, {@code 1h}, {@code 7d}, a plain number of seconds, or ISO 8601. */
  private static Duration parseDuration(String given) {
    String lower = given.toLowerCase(Locale.ROOT);
    if (lower.startsWith("p")) {
      try {
        return Duration.parse(given);
      } catch (DateTimeParseException e) {
        throw new IllegalArgumentException(e);
      }
    }
    if (!lower.matches("\\d{1,9}[smhd]?")) {
      throw new IllegalArgumentException(given);
    }
    return Duration.parse(
        switch (lower.charAt(lower.length() - 1)) {
          case 'd' -> "P" + lower;
          case 's', 'm', 'h' -> "PT" + lower;
          default -> "PT" + lower + "s";
        });
  }

  private static boolean trueOrFalse(String given) {
    return switch (given.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException(given);
    };
  }

  private static UrlStyle urlStyle(String given) {
    return UrlStyle.valueOf(given.toUpperCase(Locale.ROOT));
  }

  private static URI httpUrl(String given) {
    URI url = URI.create(given.replaceFirst("/+$", ""));
    boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
    // Credentials would come out again wherever the URL is shown.
    boolean plain =
        url.getUserInfo() == null && url.getQuery() == null && url.getFragment() == null;
    if (!http || url.getHost() == null || !plain) {
      throw new IllegalArgumentException(given);
    }
    return url;
  }

  /** A URL to which keys or prompts are sent. */
  private static URI safeUrl(String given) {
    URI url = httpUrl(given);
    if (UnsafeSettings.isPlain(url)) {
      throw new IllegalArgumentException(given);
    }
    return url;
  }

  /** A browser names a port only where it is not that of the scheme. */
  private static boolean areOrigins(List<String> given) {
    return given.equals(List.of("*"))
        || given.stream().allMatch(each -> ORIGIN.matcher(each).matches());
  }

  private static URI s3Object(String given) {
    URI url = URI.create(given);
    if (!"s3".equals(url.getScheme())
        || url.getAuthority() == null
        || url.getPath() == null
        || url.getPath().length() < 2) {
      throw new IllegalArgumentException(given);
    }
    return url;
  }

  /** S3 takes any key, but URLs and IAM policies are only pleasant with plain ones. */
  private static boolean isKeyPrefix(String given) {
    return given.matches("(?:(?!\\.{1,2}/)[A-Za-z0-9._=-]+/)*"); // clients take ./ out of URLs
  }
}
