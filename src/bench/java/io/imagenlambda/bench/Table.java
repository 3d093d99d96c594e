package io.imagenlambda.bench;

import java.util.ArrayList;
import java.util.List;

/** A Markdown table that is easy to read as plain text too. */
final class Table {
  private final int textColumns;
  private final List<List<String>> lines = new ArrayList<>();

  /**
   * A table with this header and no lines yet.
   *
   * @param textColumns how many columns from the left are text; the others are numbers, aligned to
   *     the right
   */
  Table(int textColumns, List<String> header) {
    this.textColumns = textColumns;
    lines.add(List.copyOf(header));
  }

  void add(List<String> cells) {
    if (cells.size() != lines.getFirst().size()) {
      throw new IllegalArgumentException(
          "%s does not have as many cells as the header".formatted(cells));
    }
    lines.add(List.copyOf(cells));
  }

  @Override
  public String toString() {
    int[] widths = new int[lines.getFirst().size()];
    for (List<String> line : lines) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], line.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (int n = 0; n < lines.size(); n++) {
      for (int i = 0; i < widths.length; i++) {
        String cell = lines.get(n).get(i);
        String space = " ".repeat(widths[i] - cell.length());
        text.append("| ").append(isText(i) ? cell + space : space + cell).append(' ');
      }
      text.append("|\n");
      if (n == 0) {
        for (int i = 0; i < widths.length; i++) {
          text.append('|').append("-".repeat(widths[i] + 1)).append(isText(i) ? '-' : ':');
        }
        text.append("|\n");
      }
    }
    return text.toString();
  }

  private boolean isText(int column) {
    return column < textColumns;
  }
}
