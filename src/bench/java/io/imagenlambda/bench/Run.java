package io.imagenlambda.bench;

import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one fresh process has shown, as far as it came. */
final class Run {
  private final Map<Column, Double> values = new EnumMap<>(Column.class);
  private @Nullable String lost;

  void set(Column column, double value) {
    values.put(column, value);
  }

  /** It did not get through, for this reason. */
  void lost(String reason) {
    lost = reason;
  }

  @Nullable Double get(Column column) {
    return values.get(column);
  }

  @Nullable String lost() {
    return lost;
  }
}
