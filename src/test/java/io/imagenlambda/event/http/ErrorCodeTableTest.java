package io.imagenlambda.event.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.generation.Generation.SendAgain;
import io.imagenlambda.request.Failure;
import io.imagenlambda.request.GenerationResult;
import io.imagenlambda.request.GenerationResult.Charged;
import io.imagenlambda.request.GenerationResult.Status;
import io.imagenlambda.request.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * {@code deploy/faults.md} has every code that an error can have, and no other, and {@code
 * README.md} has the same. The codes are looked up in the source, where a failure gets its code as
 * a word.
 */
final class ErrorCodeTableTest {
  private static final Path DOCUMENT = Path.of("deploy/faults.md");
  private static final Path README = Path.of("README.md");
  private static final String IN_README = "| `error.outcome` | what it means |";
  private static final String OWN = "### Codes of this function\n";
  private static final String OF_THE_PROVIDER = "### Codes of the provider\n";

  /** What a provider may have answered: too many, an error, not in time. */
  private static final List<Integer> STATUSES = List.of(429, 500, 504);

  private static final Path SOURCE = Path.of("src/main/java/io/imagenlambda");
  private static final Pattern FAILURE =
      Pattern.compile("\\bFailure\\.of\\(\\s*([\\w.]+),\\s*([^,]+),");
  private static final Pattern WORD = Pattern.compile("\"(\\w+)\"");

  /** What carries a code to a failure, which then asks it for its {@code code()}. */
  private static final Pattern CARRIED =
      Pattern.compile("new (?:Refused|UnusableAnswer)\\(\"(\\w+)\"");

  private static final Pattern PROVIDERS = Pattern.compile("entry\\(\"([^\"]+)\", (\\w+)\\)");

  /** A row of a table. */
  private record Row(List<String> codes, Set<Outcome> outcomes, Set<Integer> statuses) {
    static Row of(String line) {
      String[] cells = line.split("\\|", -1);
      return new Row(
          found("`([^`]+)`", cells[1]).toList(),
          found("`([^`]+)`", cells[2])
              .map(word -> Outcome.valueOf(word.toUpperCase(Locale.ROOT)))
              .collect(Collectors.toCollection(() -> EnumSet.noneOf(Outcome.class))),
          found("(\\d+)", cells[3])
              .map(Integer::valueOf)
              .collect(Collectors.toCollection(TreeSet::new)));
    }

    private static Stream<String> found(String pattern, String cell) {
      return Pattern.compile(pattern).matcher(cell).results().map(found -> found.group(1));
    }
  }

  @Test
  void theTableHasEveryCodeOfTheFunctionWithItsOutcomes() throws IOException {
    Map<String, Set<Outcome>> expected = own();
    Map<String, Set<Outcome>> shown = shown(OWN);

    assertEquals(expected.keySet(), shown.keySet());
    expected.forEach((code, outcomes) ->
        assertTrue(shown.getOrDefault(code, Set.of()).containsAll(outcomes), code + outcomes));
  }

  @Test
  void theTableHasEveryCodeOfTheProviderWithItsOutcome() throws IOException {
    Map<String, Set<Outcome>> expected = new TreeMap<>();
    PROVIDERS
        .matcher(Files.readString(SOURCE.resolve("provider/ErrorCodes.java")))
        .results()
        .forEach(
            entry -> expected.put(entry.group(1), EnumSet.of(Outcome.valueOf(entry.group(2)))));
    expected.keySet().removeAll(shown(OWN).keySet());

    assertEquals(expected, shown(OF_THE_PROVIDER));
  }

  @Test
  void theReadmeHasEveryCodeUnderItsOutcomes() throws IOException {
    Map<String, Set<Outcome>> expected = new TreeMap<>(shown(OWN));
    expected.putAll(shown(OF_THE_PROVIDER));

    Map<String, Set<Outcome>> inReadme = new TreeMap<>();
    for (String line : lines(README, IN_README)) {
      String[] cells = line.split("\\|", -1);
      Row.found("`(\\w+)`", cells[1])
          .map(word -> Outcome.valueOf(word.toUpperCase(Locale.ROOT)))
          .forEach(outcome ->
              Row.found("`([^`]+)`", cells[3])
                  .forEach(code -> outcomes(inReadme, code).add(outcome)));
    }
    assertEquals(expected, inReadme);
  }

  @Test
  void eachCodeComesWithTheStatusesOfItsRow() throws IOException {
    for (Row row : rows(OWN)) {
      for (String code : row.codes) {
        assertEquals(
            row.outcomes.stream()
                .map(outcome -> Failure.of(outcome, code, "a message"))
                .map(ErrorCodeTableTest::status)
                .collect(Collectors.toCollection(TreeSet::new)),
            row.statuses,
            code);
      }
    }
    for (Row row : rows(OF_THE_PROVIDER)) {
      assertEquals(
          row.outcomes.stream()
              .flatMap(outcome ->
                  STATUSES.stream()
                      .map(status -> new Failure(outcome, "a_code", "a message", status, null)))
              .map(ErrorCodeTableTest::status)
              .collect(Collectors.toCollection(TreeSet::new)),
          row.statuses,
          row::toString);
    }
  }

  /** Otherwise there may be codes that are not found here. */
  @Test
  void failuresAreMadeByWordsOrOfTheProvidersAnswer() throws IOException {
    assertEquals(
        Set.of("Failure.java", "ErrorAnswer.java", "KeyMask.java"),
        sources().stream()
            .filter(source -> read(source).contains("new Failure("))
            .map(source -> source.getFileName().toString())
            .collect(Collectors.toSet()));
  }

  private static int status(Failure failure) {
    return (failure.outcome().isRefusal()
            ? HttpAnswers.generation(new SendAgain("an-id", failure, Optional.empty(), false))
            : HttpAnswers.result(failed(failure)))
        .status();
  }

  private static GenerationResult failed(Failure failure) {
    return new GenerationResult(
        "an-id",
        Status.FAILED,
        "a-model",
        null,
        1,
        List.of(),
        List.of(),
        failure,
        Charged.MAYBE,
        null,
        List.of(),
        null,
        Map.of(),
        Instant.EPOCH,
        0,
        1,
        false,
        "");
  }

  private static Map<String, Set<Outcome>> shown(String heading) throws IOException {
    Map<String, Set<Outcome>> shown = new TreeMap<>();
    for (Row row : rows(heading)) {
      for (String code : row.codes) {
        assertTrue(shown.put(code, row.outcomes) == null, code + " stands there twice");
      }
    }
    return shown;
  }

  private static List<Row> rows(String heading) throws IOException {
    return lines(DOCUMENT, heading).stream().map(Row::of).toList();
  }

  /** The rows of the tables behind a line, up to the next heading. */
  private static List<String> lines(Path document, String heading) throws IOException {
    String text = Files.readString(document);
    int start = text.indexOf(heading);
    assertTrue(start >= 0, heading);
    return text.substring(start + heading.length())
        .lines()
        .takeWhile(line -> !line.startsWith("#"))
        .filter(line -> line.startsWith("| `"))
        .toList();
  }

  /** The function's own codes, with the outcomes that stand beside them in the source. */
  private static Map<String, Set<Outcome>> own() throws IOException {
    Map<String, Set<Outcome>> own = new TreeMap<>();
    for (Path path : sources()) {
      String source = read(path);
      CARRIED.matcher(source).results().forEach(carried -> outcomes(own, carried.group(1)));
      for (MatchResult failure : FAILURE.matcher(source).results().toList()) {
        String code = failure.group(2);
        if (!code.endsWith(".code()")) {
          Set<Outcome> outcomes = outcomes(own, word(code, source));
          if (failure.group(1).startsWith("Outcome.")) {
            outcomes.add(Outcome.valueOf(failure.group(1).substring("Outcome.".length())));
          }
        }
      }
    }
    return own;
  }

  private static Set<Outcome> outcomes(Map<String, Set<Outcome>> all, String code) {
    return all.computeIfAbsent(code, any -> EnumSet.noneOf(Outcome.class));
  }

  /** The word in an expression, or of a constant in the same file. */
  private static String word(String code, String source) {
    Matcher word = WORD.matcher(code);
    if (word.find()) {
      return word.group(1);
    }
    Matcher constant =
        Pattern.compile("String " + Pattern.quote(code) + " = \"(\\w+)\"").matcher(source);
    assertTrue(constant.find(), () -> "what code is " + code);
    return constant.group(1);
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCE)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
