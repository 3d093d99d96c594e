package io.imagenlambda;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** Ends {@code ./mvnw verify} with what was skipped and why, from the reports on its tests. */
final class SkippedTests {
  /** The tests that were run; and for each reason, how many tests of each class were not. */
  record Summary(int tests, Map<String, Map<String, Integer>> skipped) {
    @Override
    public String toString() {
      int count =
          skipped.values().stream()
              .flatMap(classes -> classes.values().stream())
              .mapToInt(Integer::intValue)
              .sum();
      if (count == 0) {
        return "Skipped: none of %d tests.".formatted(tests);
      }
      return skipped.entrySet().stream()
          .map(reason -> "%s: %s".formatted(classes(reason.getValue()), reason.getKey()))
          .collect(
              Collectors.joining(
                  "; ",
                  "Skipped: %d of %d tests: ".formatted(count, tests),
                  ". .ci/run installs tools and runs both forms."));
    }

    private static String classes(Map<String, Integer> classes) {
      return classes.entrySet().stream()
          .map(each -> "%s (%d)".formatted(each.getKey(), each.getValue()))
          .collect(Collectors.joining(", "));
    }
  }

  private SkippedTests() {}

  /**
   * Prints the summary.
   *
   * @param arguments when the build began, and the directories of the reports; older reports are
   *     not of this build
   */
  public static void main(String[] arguments) throws IOException {
    List<Path> directories = Stream.of(arguments).skip(1).map(Path::of).toList();
    System.out.println(summary(Instant.parse(arguments[0]), directories));
  }

  static Summary summary(Instant since, List<Path> directories) throws IOException {
    Map<String, Map<String, Integer>> skipped = new TreeMap<>();
    int tests = 0;
    for (Path directory : directories) {
      for (Path report : reports(since, directory)) {
        NodeList cases = elements(report, "testcase");
        tests += cases.getLength();
        for (int i = 0; i < cases.getLength(); i++) {
          Element test = (Element) cases.item(i);
          if (test.getElementsByTagName("skipped").item(0) instanceof Element skip) {
            String name = test.getAttribute("classname");
            skipped
                .computeIfAbsent(reason(skip.getAttribute("message")), any -> new TreeMap<>())
                .merge(name.substring(name.lastIndexOf('.') + 1), 1, Integer::sum);
          }
        }
      }
    }
    return new Summary(tests, skipped);
  }

  private static List<Path> reports(Instant since, Path directory) throws IOException {
    if (Files.notExists(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> reports =
          files
              .filter(file -> file.getFileName().toString().matches("TEST-.*\\.xml"))
              .sorted()
              .toList();
      List<Path> ofThisBuild = new ArrayList<>();
      for (Path report : reports) {
        if (!Files.getLastModifiedTime(report).toInstant().isBefore(since)) {
          ofThisBuild.add(report);
        }
      }
      return ofThisBuild;
    }
  }

  private static NodeList elements(Path report, String name) throws IOException {
    try {
      return DocumentBuilderFactory.newDefaultInstance()
          .newDocumentBuilder()
          .parse(report.toFile())
          .getElementsByTagName(name);
    } catch (ParserConfigurationException | SAXException e) {
      throw new IOException("not a report on tests: " + report, e);
    }
  }

  /** JUnit's message without what the reader does not need. */
  private static String reason(String message) {
    if (message.contains("[imagen.native]")) {
      return "for the function's other form, see -Dnative";
    }
    int own = message.lastIndexOf("==> ");
    String text = own < 0 ? message : message.substring(own + "==> ".length());
    text = text.replaceFirst("^(?:\\S*TestAbortedException: )?Assumption failed: ", "").strip();
    return text.isEmpty() ? "no reason is given" : text;
  }
}
