package io.imagenlambda.request;

import com.fasterxml.jackson.core.JsonStreamContext;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where a field stands in a request.
 *
 * @param steps names of fields and indices of elements, from the outside; none for the request as a
 *     whole
 */
public record FieldPath(List<String> steps) {
  /** A name that is shown behind a dot; any other is shown in brackets, as JavaScript has it. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_-]+");

  public FieldPath {
    steps = List.copyOf(steps);
  }

  /** The path of these names and indices. */
  public static FieldPath of(Object... steps) {
    return new FieldPath(Stream.of(steps).map(Object::toString).toList());
  }

  /** Where a parser is, without the {@code outside} levels around. */
  static FieldPath of(JsonStreamContext here, int outside) {
    List<String> steps = new ArrayList<>();
    for (JsonStreamContext each = here; each.getNestingDepth() > outside; each = each.getParent()) {
      steps.addFirst(
          each.inArray()
              ? Integer.toString(each.getCurrentIndex())
              : String.valueOf(each.getCurrentName()));
    }
    return new FieldPath(steps);
  }

  /** A field of the object, or an element of the array, at this path. */
  public FieldPath then(Object... more) {
    return new FieldPath(
        Stream.concat(steps.stream(), Stream.of(more).map(Object::toString)).toList());
  }

  /** The JSON Pointer (RFC 6901). */
  String pointer() {
    return steps.stream()
        .map(step -> "/" + step.replace("~", "~0").replace("/", "~1"))
        .collect(Collectors.joining());
  }

  /** As people write it: {@code parameters.sampleCount}, {@code metadata["utm.source"]}. */
  @Override
  public String toString() {
    StringBuilder shown = new StringBuilder();
    for (String step : steps) {
      if (PLAIN.matcher(step).matches()) {
        shown.append(shown.isEmpty() ? "" : ".").append(step);
      } else {
        shown.append("[\"").append(step).append("\"]");
      }
    }
    return shown.toString();
  }
}
