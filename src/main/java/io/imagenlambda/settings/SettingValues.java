package io.imagenlambda.settings;

import io.imagenlambda.settings.Settings.UrlStyle;
import java.net.URI;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;

/** How the values of settings are written; what is not is an {@link IllegalArgumentException}. */
final class SettingValues {
  private SettingValues() {}

  /** {@code 90s}, {@code 15m}, {@code 1h}, {@code 7d}, a plain number of seconds, or ISO 8601. */
  static Duration duration(String given) {
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

  static boolean trueOrFalse(String given) {
    return switch (given.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException(given);
    };
  }

  static UrlStyle urlStyle(String given) {
    return UrlStyle.valueOf(given.toUpperCase(Locale.ROOT));
  }

  static URI httpUrl(String given) {
    URI url = URI.create(given.replaceFirst("/+$", ""));
    boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
    // Credentials would come out again wherever the URL is told.
    boolean plain =
        url.getUserInfo() == null && url.getQuery() == null && url.getFragment() == null;
    if (!http || url.getHost() == null || !plain) {
      throw new IllegalArgumentException(given);
    }
    return url;
  }

  static URI s3Object(String given) {
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
  static boolean isKeyPrefix(String given) {
    return given.matches("(?:[A-Za-z0-9._=-]+/)*");
  }
}
