package io.imagenlambda.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.imagenlambda.request.InvalidRequest.Faults;

/** What a request's text must not be, because nobody wants to pay for it. */
final class Text {
  private Text() {}

  /**
   * Whether nothing of a text can be seen: it has only what Unicode calls White_Space (of its
   * separators and controls), control characters, and characters for the layout of others such as
   * U+200B and U+FEFF.
   */
  static boolean isInvisible(String text) {
    return text.codePoints()
        .allMatch(character ->
            switch (Character.getType(character)) {
              case Character.SPACE_SEPARATOR,
                  Character.LINE_SEPARATOR,
                  Character.PARAGRAPH_SEPARATOR,
                  Character.CONTROL,
                  Character.FORMAT ->
                  true;
              default -> false;
            });
  }

  /** Refuses every text of a request, names included, that was mangled on its way. */
  static void refuseMangled(JsonNode value, FieldPath path, Faults faults) {
    if (value.isTextual()) {
      refuseMangled(value.textValue(), path, faults);
    }
    value
        .properties()
        .forEach(field -> {
          FieldPath below = path.then(field.getKey());
          refuseMangled(field.getKey(), below, faults);
          refuseMangled(field.getValue(), below, faults);
        });
    if (value.isArray()) {
      for (int i = 0; i < value.size(); i++) {
        refuseMangled(value.path(i), path.then(i), faults);
      }
    }
  }

  private static void refuseMangled(String text, FieldPath path, Faults faults) {
    if (text.indexOf('\uFFFD') >= 0) {
      faults.add(path, "has U+FFFD, which stands for a character that was lost on its way");
    } else if (text.codePoints().anyMatch(Text::isSurrogate)) {
      faults.add(path, "has half a character, a surrogate without its other");
    }
  }

  private static boolean isSurrogate(int codePoint) {
    return Character.getType(codePoint) == Character.SURROGATE;
  }
}
