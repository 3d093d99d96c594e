package io.imagenlambda.provider;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A date in a header, in any of HTTP's three forms.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#name-date-time-formats">RFC 9110</a>
 */
final class HttpDate {
  /** A year of two digits is at most so many years ahead. */
  private static final int MOST_YEARS_AHEAD = 50;

  private HttpDate() {}

  /** Reads a date; empty if it is none. The day of the week says nothing more. */
  static Optional<Instant> parse(String date, Clock clock) {
    String text = date.replaceFirst("^[A-Za-z]{3,9},?+", "").strip().replaceAll(" +", " ");
    int now = clock.instant().atZone(ZoneOffset.UTC).getYear();
    List<DateTimeFormatter> forms =
        List.of(
            form("d MMM yyyy HH:mm:ss 'GMT'"),
            new DateTimeFormatterBuilder()
                .appendPattern("d-MMM-")
                .appendValueReduced(ChronoField.YEAR, 2, 2, now + MOST_YEARS_AHEAD - 99)
                .appendPattern(" HH:mm:ss 'GMT'")
                .toFormatter(Locale.ENGLISH),
            form("MMM d HH:mm:ss yyyy"));
    for (DateTimeFormatter form : forms) {
      try {
        return Optional.of(LocalDateTime.parse(text, form).toInstant(ZoneOffset.UTC));
      } catch (DateTimeParseException another) {
        // the next form
      }
    }
    return Optional.empty();
  }

  private static DateTimeFormatter form(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH);
  }
}
