package io.imagenlambda.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.imagenlambda.bench.Row.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * The report that is printed and written to files.
 *
 * @param machine where and when it was measured
 * @param notes what was left out, and why
 * @param compared the lines of each wire's table
 * @param growth the lines of the last one
 */
record Report(
    List<String> machine,
    List<String> notes,
    Map<Comparison, List<Row>> compared,
    List<Row> growth) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** Writes {@code bench.md} and {@code bench.json}. */
  void write(Path directory) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("bench.md"), markdown());
    Files.writeString(directory.resolve("bench.json"), JSON.writeValueAsString(json()));
  }

  String markdown() {
    StringBuilder text = new StringBuilder();
    compared.forEach((comparison, rows) -> {
      List<Metric> metrics = comparison.metrics();
      String wire = comparison.title();
      append(text, wire, "Program", rows, metrics, Row::cell);
      append(
          text, wire, first(rows) + " : …", others(rows), metrics, (row, m) -> ratio(rows, row, m));
    });
    append(text, "Growth", "Program", growth, Metric.GROWTH, Row::cell);
    machine.forEach(line -> text.append("- ").append(line).append('\n'));
    notes.forEach(line -> text.append("- ").append(line).append('\n'));
    return text.toString();
  }

  private static void append(
      StringBuilder text,
      String condition,
      String program,
      List<Row> rows,
      List<Metric> metrics,
      BiFunction<Row, Metric, String> cell) {
    if (rows.isEmpty()) {
      return;
    }
    List<String> header = new ArrayList<>(List.of(condition, program));
    metrics.forEach(metric -> header.add(metric.title()));
    Table table = new Table(2, header);
    for (Row row : rows) {
      List<String> cells = new ArrayList<>(List.of(row.condition(), row.program()));
      metrics.forEach(metric -> cells.add(cell.apply(row, metric)));
      table.add(cells);
    }
    text.append(table).append('\n');
  }

  /** The program that all others are compared with: the first one. */
  private static String first(List<Row> rows) {
    return rows.isEmpty() ? "" : rows.getFirst().program();
  }

  private static List<Row> others(List<Row> rows) {
    return rows.stream().filter(row -> !row.program().equals(first(rows))).toList();
  }

  private static String ratio(List<Row> rows, Row other, Metric metric) {
    return rows.stream()
        .filter(row -> row.program().equals(first(rows)))
        .filter(row -> row.condition().equals(other.condition()))
        .findFirst()
        .orElseThrow()
        .ratioTo(other, metric);
  }

  private ObjectNode json() {
    ObjectNode root = JSON.createObjectNode();
    machine.forEach(root.putArray("machine")::add);
    notes.forEach(root.putArray("notes")::add);
    compared.forEach(
        (comparison, rows) -> rows(root.putArray(comparison.wire()), rows, comparison.metrics()));
    rows(root.putArray("growth"), growth, Metric.GROWTH);
    return root;
  }

  private static void rows(ArrayNode into, List<Row> rows, List<Metric> metrics) {
    for (Row row : rows) {
      ObjectNode node =
          into.addObject().put("condition", row.condition()).put("program", row.program());
      ObjectNode medians = node.putObject("medians");
      for (Metric metric : metrics) {
        if (!row.values(metric).isEmpty()) {
          medians.put(metric.key(), Row.median(row.values(metric)));
        }
      }
      ArrayNode runs = node.putArray("runs");
      for (Run run : row.runs()) {
        ObjectNode values = runs.addObject();
        for (Metric metric : metrics) {
          Double value = run.get(metric);
          if (value != null) {
            values.put(metric.key(), value);
          }
        }
        if (run.failure() != null) {
          values.put("lost", run.failure());
        }
      }
    }
  }
}
