package io.imagenlambda.lab;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * An option of {@code ./mvnw -Plab}.
 *
 * @param byDefault the value, or in words what happens without one
 */
record CommandOption(String name, String purpose, Allowed allowed, String byDefault) {

  /** What a value may be. */
  sealed interface Allowed {
    boolean takes(String value);

    /** As it follows "must be". */
    String words();
  }

  record WholeNumber(int least, int most) implements Allowed {
    @Override
    public boolean takes(String value) {
      try {
        int number = Integer.parseInt(value);
        return number >= least && number <= most;
      } catch (NumberFormatException e) {
        return false;
      }
    }

    @Override
    public String words() {
      return most == Integer.MAX_VALUE
          ? "a whole number, not less than " + least
          : "a whole number from %d to %d".formatted(least, most);
    }
  }

  record OneOf(List<String> values) implements Allowed {
    static OneOf of(String... values) {
      return new OneOf(List.of(values));
    }

    @Override
    public boolean takes(String value) {
      return values.stream().anyMatch(value::equalsIgnoreCase);
    }

    @Override
    public String words() {
      return values.size() == 1 ? values.getFirst() : "one of " + String.join(", ", values);
    }
  }

  /** Maven makes {@code true} of an option without a value, which is no text. */
  record Text(String words) implements Allowed {
    @Override
    public boolean takes(String value) {
      return !value.isBlank() && !value.equals("true");
    }
  }

  record ListOf(Pattern each, String words) implements Allowed {
    @Override
    public boolean takes(String value) {
      List<String> parts = parts(value);
      return !parts.isEmpty() && parts.stream().allMatch(part -> each.matcher(part).matches());
    }

    static List<String> parts(String value) {
      return Stream.of(value.split(",", -1)).map(String::strip).filter(p -> !p.isEmpty()).toList();
    }
  }

  String help() {
    return "  -D%-20s %s%n  %22s must be %s; default: %s%n"
        .formatted(name, purpose, "", allowed.words(), byDefault);
  }
}
