package io.imagenlambda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What documents point to is there: files, headings by GitHub's rule, and tests by their names.
 * What stands in two documents is the same in both.
 */
final class DocumentsTest {
  private static final Path README = Path.of("README.md");
  private static final List<String> PLACES =
      List.of("README.md", ".github", ".ci", "deploy", "src");

  private static final Pattern BLOCK = Pattern.compile("(?ms)^ *```.*?^ *``` *$");
  private static final Pattern CODE = Pattern.compile("`[^`]*`");
  private static final Pattern LINK = Pattern.compile("\\]\\(\\s*([^)\\s]+)");
  private static final Pattern SCHEME = Pattern.compile("[a-z]+:");
  private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.+?) *$");
  private static final Pattern LINK_OF_HEADING = Pattern.compile("\\[([^\\]]*)\\]\\([^)]*\\)");
  private static final Pattern NOT_IN_ANCHORS = Pattern.compile("(?U)[^\\w\\- ]");
  private static final Pattern TEST = Pattern.compile("\\b[A-Z]\\w*[a-z](?:Test|IT)\\b");

  static List<Path> documents() throws IOException {
    List<Path> documents = new ArrayList<>();
    for (String place : PLACES) {
      try (Stream<Path> files = Files.walk(Path.of(place))) {
        files.filter(file -> file.toString().endsWith(".md")).forEach(documents::add);
      }
    }
    return documents;
  }

  @ParameterizedTest
  @MethodSource("documents")
  void everyLinkLeadsSomewhere(Path document) throws IOException {
    assertEquals(List.of(), broken(document));
  }

  @ParameterizedTest
  @MethodSource("documents")
  void everyTestThatIsNamedIsThere(Path document) throws IOException {
    Set<String> tests = tests();
    List<String> gone =
        CODE.matcher(withoutBlocks(document))
            .results()
            .flatMap(code -> TEST.matcher(code.group()).results())
            .map(MatchResult::group)
            .filter(name -> !tests.contains(name + ".java"))
            .toList();

    assertEquals(List.of(), gone);
  }

  @Test
  void aLinkThatLeadsNowhereIsFound(@TempDir Path directory) throws IOException {
    Files.writeString(
        directory.resolve("there.md"),
        "# What `it` is: a [test](gone.md)?\n\n## Twice\n\n```sh\n# code\n```\n\n## Twice\n");
    Path document =
        Files.writeString(
            directory.resolve("links.md"),
            """
            ## Own heading

            [to a file](there.md), [to a heading](there.md#what-it-is-a-test), [to the
            second](there.md#twice-1), [here](#own-heading), [away](https://example.com/gone.md),
            `[code](gone.md)`

            [`gone`](gone.md), [no third](there.md#twice-2), [code](there.md#code), [no](#heading)
            """);

    assertEquals(
        List.of("gone.md", "there.md#twice-2", "there.md#code", "#heading"), broken(document));
  }

  /** It is for somebody who has ten minutes. */
  @Test
  void theReadmeIsShort() throws IOException {
    assertTrue(Files.readAllLines(README).size() <= 300, "the longer parts are for deploy/");
  }

  @Test
  void theReadmeNamesEveryPackage() throws IOException {
    String root = "io.imagenlambda";
    Path sources = Path.of("src/main/java", root.split("\\."));
    String readme = Files.readString(README);
    try (Stream<Path> files = Files.walk(sources)) {
      List<String> missing =
          files
              .filter(Files::isDirectory)
              .map(each -> sources.relativize(each).toString().replace('/', '.'))
              .map(name -> "`%s`".formatted(name.isEmpty() ? root : name))
              .filter(name -> !readme.contains(name))
              .toList();
      assertEquals(List.of(), missing);
    }
  }

  /** The figures of a section of the README are those of the document where they come from. */
  @ParameterizedTest
  @CsvSource({"Speed, deploy/performance.md", "'What 1,000 images cost', deploy/operations.md"})
  void figuresThatStandInTwoDocumentsAreTheSame(String section, Path source) throws IOException {
    Set<String> figures = rows(Files.readString(source));
    String readme = Files.readString(README);
    int start = readme.indexOf("# " + section + "\n");
    assertTrue(start >= 0, section);
    int end = readme.indexOf("\n#", start + 2);
    Set<String> shown = rows(readme.substring(start, end));

    assertTrue(shown.size() >= 3, shown::toString);
    shown.removeAll(figures);
    assertEquals(Set.of(), shown);
  }

  /** The rows of all tables, however they are padded. */
  private static Set<String> rows(String text) {
    return text.lines()
        .filter(line -> line.startsWith("| "))
        .map(line -> line.replaceAll(" +", " "))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> tests() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
      return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
    }
  }

  /** The links of a document that lead nowhere, in its order. */
  private static List<String> broken(Path document) throws IOException {
    List<String> links =
        LINK.matcher(CODE.matcher(withoutBlocks(document)).replaceAll(""))
            .results()
            .map(link -> link.group(1))
            .filter(link -> !SCHEME.matcher(link).lookingAt())
            .toList();
    Set<String> good = new HashSet<>();
    for (String link : links) {
      if (leads(document, link)) {
        good.add(link);
      }
    }
    return links.stream().filter(link -> !good.contains(link)).toList();
  }

  private static boolean leads(Path document, String link) throws IOException {
    int hash = link.indexOf('#');
    String file = hash < 0 ? link : link.substring(0, hash);
    Path target = file.isEmpty() ? document : document.resolveSibling(file);
    return Files.exists(target) && (hash < 0 || anchors(target).contains(link.substring(hash + 1)));
  }

  /** As GitHub makes them: of a heading that comes again, the second has a 1 behind it. */
  private static Set<String> anchors(Path document) throws IOException {
    Map<String, Integer> seen = new HashMap<>();
    Set<String> anchors = new HashSet<>();
    HEADING
        .matcher(withoutBlocks(document))
        .results()
        .map(heading -> LINK_OF_HEADING.matcher(heading.group(1)).replaceAll("$1"))
        .map(text -> NOT_IN_ANCHORS.matcher(text.toLowerCase(Locale.ROOT)).replaceAll(""))
        .map(text -> text.replace(' ', '-'))
        .forEach(anchor -> {
          int before = seen.merge(anchor, 1, Integer::sum) - 1;
          anchors.add(before == 0 ? anchor : anchor + "-" + before);
        });
    return anchors;
  }

  private static String withoutBlocks(Path document) throws IOException {
    return BLOCK.matcher(Files.readString(document)).replaceAll("");
  }
}
