package io.imagenlambda.provider.json;

import java.util.Random;

/** Random JSON, written in ways that a generator would not choose. */
public final class RandomJson {
  private static final String[] PIECES = {
    "a",
    "Z",
    " ",
    "ä",
    "€",
    "🐻",
    "\\\"",
    "\\\\",
    "\\/",
    "\\n",
    "\\u00e4",
    "\\u003D",
    "\\ud83d\\udc3b"
  };
  private static final String[] NUMBERS = {"0", "-1", "3.25", "1e9", "-0.0E-2", "1234567890123"};
  private static final String[] SPACES = {"", "", "", " ", "\n", "\t ", "\r\n"};

  private RandomJson() {}

  public static String value(Random random, int depth) {
    String space = pick(random, SPACES);
    String value =
        switch (random.nextInt(depth > 0 ? 6 : 4)) {
          case 0 -> pick(random, NUMBERS);
          case 1 -> pick(random, "true", "false");
          case 2 -> "null";
          case 3 -> string(random);
          case 4 -> container(random, depth, "[", "", "]");
          default -> container(random, depth, "{", ":", "}");
        };
    return space + value + pick(random, SPACES);
  }

  public static String string(Random random) {
    StringBuilder text = new StringBuilder("\"");
    for (int i = random.nextInt(6); i > 0; i--) {
      text.append(pick(random, PIECES));
    }
    return text.append('"').toString();
  }

  private static String container(
      Random random, int depth, String open, String colon, String close) {
    StringBuilder text = new StringBuilder(open).append(pick(random, SPACES));
    int size = random.nextInt(4);
    for (int i = 0; i < size; i++) {
      text.append(i == 0 ? "" : ",");
      if (!colon.isEmpty()) {
        text.append(pick(random, SPACES)).append(string(random));
        text.append(pick(random, SPACES)).append(colon);
      }
      text.append(value(random, depth - 1));
    }
    return text.append(close).toString();
  }

  private static String pick(Random random, String... from) {
    return from[random.nextInt(from.length)];
  }
}
