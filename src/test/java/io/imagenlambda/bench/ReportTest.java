package io.imagenlambda.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.imagenlambda.bench.Row.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the numbers. */
class ReportTest {
  @Test
  void theMedianIsTheMiddleOneOrBetweenTheTwoInTheMiddle() {
    assertEquals(3, Row.median(List.of(900.0, 3.0, 1.0)));
    assertEquals(2.5, Row.median(List.of(4.0, 1.0, 3.0, 2.0)));
    assertThrows(IllegalArgumentException.class, () -> Row.median(List.of()));
  }

  @Test
  void aTableIsAlignedWordsToTheLeftAndNumbersToTheRight() {
    Table table = new Table(1, List.of("Program", "ms"));
    table.add(List.of("native", "7"));
    table.add(List.of("Node", "1234"));
    assertEquals(
        """
        | Program |   ms |
        |---------|-----:|
        | native  |    7 |
        | Node    | 1234 |
        """,
        table.toString());
    assertThrows(IllegalArgumentException.class, () -> table.add(List.of("one cell")));
  }

  @Test
  void aRunThatDidNotGetThroughIsShownByHowItEnded() {
    Row row = new Row("128 MiB", "Python");
    row.add(run(300, "killed"));
    row.add(run(320, "killed"));
    assertEquals("310", row.cell(Metric.COLD));
    assertEquals("killed", row.cell(Metric.FOUR));
    assertTrue(row.alwaysFails());
  }

  @Test
  void oneFailureAmongSuccessesIsShownNextToTheirMedian() {
    Row row = new Row("HTTP", "native");
    row.add(run(50, null));
    row.add(new Run());
    row.runs().getLast().failed("killed");
    assertEquals("50 (1× killed)", row.cell(Metric.COLD));
    assertFalse(row.alwaysFails());
  }

  @Test
  void theReportIsWrittenForPeopleAndForPrograms(@TempDir Path directory) throws IOException {
    Row row = new Row("HTTP", "native");
    row.add(run(50, null));
    row.add(run(60, null));
    new Report(List.of("2 CPUs"), List.of("Node is left out"), imagen(row), List.of())
        .write(directory);
    String markdown = Files.readString(directory.resolve("bench.md"));
    assertTrue(markdown.contains("| HTTP     | native  |"), markdown);
    assertTrue(markdown.endsWith("- 2 CPUs\n- Node is left out\n"), markdown);
    JsonNode line =
        new ObjectMapper().readTree(directory.resolve("bench.json").toFile()).at("/imagen/0");
    assertEquals(55, line.at("/medians/cold").asDouble());
    assertEquals(60, line.at("/runs/1/cold").asDouble());
  }

  @Test
  void programsAreComparedRoundByRound() {
    Row ours = new Row("HTTP", "native");
    Row theirs = new Row("HTTP", "Node");
    for (double slowness : List.of(1.0, 3.0, 2.0)) {
      ours.add(run(20 * slowness, null));
    }
    for (double slowness : List.of(1.0, 3.0, 20.0)) {
      theirs.add(run(100 * slowness, slowness > 10 ? "killed" : null));
    }
    String markdown = new Report(List.of(), List.of(), imagen(ours, theirs), List.of()).markdown();
    assertTrue(markdown.contains("| :predict | native : … |"), markdown);
    assertTrue(markdown.contains("| HTTP     | Node       |       – |    0.20 |"), markdown);
  }

  private static Map<Comparison, List<Row>> imagen(Row... rows) {
    return Map.of(Comparison.IMAGEN, List.of(rows));
  }

  private static Run run(double cold, @Nullable String lost) {
    Run run = new Run();
    run.set(Metric.COLD, cold);
    if (lost != null) {
      run.failed(lost);
    }
    return run;
  }
}
