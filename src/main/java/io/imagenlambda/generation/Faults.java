package io.imagenlambda.generation;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with one request, so that its sender learns everything at once. */
final class Faults {
  private static final int LONGEST_VALUE_SHOWN = 60;

  private final List<Fault> faults = new ArrayList<>();

  /** Notes that the field at {@code path}, such as {@code parameters.sampleCount}, is wrong. */
  void add(String path, String is) {
    faults.add(new Fault(path.isEmpty() ? "" : "/" + path.replace('.', '/'), (path + " " + is)));
  }

  /** Notes that the field holds {@code value} but must be something else. */
  void add(String path, JsonNode value, String mustBe) {
    add(path, "is %s but must be %s".formatted(shown(value), mustBe));
  }

  void throwIfAny() {
    if (!faults.isEmpty()) {
      throw new InvalidRequest(faults);
    }
  }

  private static String shown(JsonNode value) {
    String json = value.toString();
    return json.length() <= LONGEST_VALUE_SHOWN
        ? json
        : json.substring(0, LONGEST_VALUE_SHOWN) + "…";
  }
}
