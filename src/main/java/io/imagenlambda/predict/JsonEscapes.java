package io.imagenlambda.predict;

/** The escapes of a JSON string's text. */
final class JsonEscapes {
  private JsonEscapes() {}

  /** What an escape of one letter stands for; 0 where there is no such escape. */
  static char character(char letter) {
    return switch (letter) {
      case '"', '\\', '/' -> letter;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> 0;
    };
  }

  /**
   * Puts characters in the place of escapes.
   *
   * @param raw what stands between the quotes, checked before; where it was shortened, its last
   *     escape may be cut and is then left out
   */
  static String resolve(String raw) {
    StringBuilder text = new StringBuilder(raw.length());
    int from = 0;
    int escape;
    while ((escape = raw.indexOf('\\', from)) >= 0) {
      text.append(raw, from, escape);
      boolean unicode = raw.startsWith("u", escape + 1);
      from = escape + (unicode ? 6 : 2);
      if (from > raw.length()) {
        return text.toString();
      }
      text.append(
          unicode
              ? (char) Integer.parseInt(raw, escape + 2, from, 16)
              : character(raw.charAt(escape + 1)));
    }
    return text.append(raw, from, raw.length()).toString();
  }
}
