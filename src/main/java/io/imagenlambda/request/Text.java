package io.imagenlambda.request;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.imagenlambda.request.InvalidRequest.Faults;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;

/** What the text of a request must not be: nobody wants to pay for what was mangled on its way. */
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
    } else if (hasHalves(text)) {
      faults.add(path, "has half a character, a surrogate without its other");
    }
  }

  /** Whether a surrogate stands in it without its other. */
  static boolean hasHalves(String text) {
    return text.codePoints()
        .anyMatch(character -> Character.getType(character) == Character.SURROGATE);
  }

  /** Whether the bytes are UTF-8, and not UTF-16 or UTF-32, whose ASCII begins with a NUL. */
  static boolean isUtf8(byte[] bytes) {
    if (bytes.length > 1 && (bytes[0] == 0 || bytes[1] == 0)) {
      return false;
    }
    CharsetDecoder decoder = UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(8 * 1024);
    CoderResult result;
    do {
      result = decoder.decode(in, out.clear(), true);
    } while (result.isOverflow());
    return !result.isError();
  }
}
