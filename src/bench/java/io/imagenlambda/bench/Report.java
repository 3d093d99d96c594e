package io.imagenlambda.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What is printed and kept.
 *
 * @param machine where and when it was measured
 * @param notes what was left out, and why
 * @param compared the lines of the first table
 * @param growth the lines of the second
 */
record Report(List<String> machine, List<String> notes, List<Row> compared, List<Row> growth) {
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
    if (!compared.isEmpty()) {
      text.append(table("Condition", compared, Column.COMPARED)).append('\n');
      if (compared.stream().anyMatch(row -> !row.program().equals(first()))) {
        text.append(ratios()).append('\n');
      }
    }
    if (!growth.isEmpty()) {
      text.append(table("Growth", growth, Column.GROWTH)).append('\n');
    }
    machine.forEach(line -> text.append("- ").append(line).append('\n'));
    notes.forEach(line -> text.append("- ").append(line).append('\n'));
    return text.toString();
  }

  private static Table table(String first, List<Row> rows, List<Column> columns) {
    List<String> header = new ArrayList<>(List.of(first, "Program"));
    columns.forEach(column -> header.add(column.title()));
    Table table = new Table(2, header);
    for (Row row : rows) {
      List<String> cells = new ArrayList<>(List.of(row.condition(), row.program()));
      columns.forEach(column -> cells.add(row.cell(column)));
      table.add(cells);
    }
    return table;
  }

  /** The program that the others are compared with. */
  private String first() {
    return compared.getFirst().program();
  }

  private Table ratios() {
    List<String> header = new ArrayList<>(List.of("Condition", first() + " : …"));
    Column.COMPARED.forEach(column -> header.add(column.title()));
    Table table = new Table(2, header);
    for (Row ours : compared) {
      if (ours.program().equals(first())) {
        for (Row other : compared) {
          if (other.condition().equals(ours.condition()) && other != ours) {
            List<String> cells = new ArrayList<>(List.of(other.condition(), other.program()));
            Column.COMPARED.forEach(column -> cells.add(ours.ratioTo(other, column)));
            table.add(cells);
          }
        }
      }
    }
    return table;
  }

  private ObjectNode json() {
    ObjectNode root = JSON.createObjectNode();
    machine.forEach(root.putArray("machine")::add);
    notes.forEach(root.putArray("notes")::add);
    rows(root.putArray("compared"), compared, Column.COMPARED);
    rows(root.putArray("growth"), growth, Column.GROWTH);
    return root;
  }

  private static void rows(ArrayNode into, List<Row> rows, List<Column> columns) {
    for (Row row : rows) {
      ObjectNode node =
          into.addObject().put("condition", row.condition()).put("program", row.program());
      ObjectNode medians = node.putObject("medians");
      for (Column column : columns) {
        if (!row.values(column).isEmpty()) {
          medians.put(column.key(), Median.of(row.values(column)));
        }
      }
      ArrayNode runs = node.putArray("runs");
      for (Run run : row.runs()) {
        ObjectNode values = runs.addObject();
        for (Column column : columns) {
          Double value = run.get(column);
          if (value != null) {
            values.put(column.key(), value);
          }
        }
        if (run.lost() != null) {
          values.put("lost", run.lost());
        }
      }
    }
  }
}
