package io.imagenlambda.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ObjectMetadataTest {
  @Test
  void plainPairsStayAsTheyAre() {
    assertEquals(
        Map.of("model", "imagen-4.0", "campaign_1", "Spring: 50% off!"),
        of(Map.of("model", "imagen-4.0", "campaign_1", "Spring: 50% off!")));
  }

  @Test
  void namesBecomeHeaderNames() {
    assertEquals(Map.of("stra-en-name", "a"), of(Map.of("Straßen Name", "a")));
    assertEquals(64, of(Map.of("n".repeat(200), "a")).keySet().iterator().next().length());
    assertEquals(Map.of(), of(Map.of("", "a")));
  }

  @Test
  void ourNamesCannotBeTakenOver() {
    assertEquals(
        Map.of("sha256", "ours"),
        ObjectMetadata.of(Map.of("sha256", "ours"), Map.of("SHA256", "x")));
  }

  @Test
  void whatIsNotAsciiIsInEncodedWordsThatSplitNoCharacter() {
    String text = "Größe 🌍 ".repeat(10).strip();
    String value = only(of(Map.of("text", text)));
    for (String word : List.of(value.split(" ", -1))) {
      assertTrue(word.length() <= 75, word);
    }
    assertEquals(text, decoded(value));
  }

  @Test
  void aTextThatLooksEncodedIsEncodedOnceMore() {
    String value = only(of(Map.of("text", "=?UTF-8?B?YQ==?=")));
    assertEquals("=?UTF-8?B?YQ==?=", decoded(value));
    assertTrue(value.startsWith("=?UTF-8?B?P"), value);
  }

  @Test
  void linesAreJoinedSoThatNoValueBecomesAHeader() {
    assertEquals("a X-Evil: 1", only(of(Map.of("text", " a\r\n\tX-Evil: 1\n\u0000"))));
  }

  @Test
  void longValuesAreCut() {
    assertEquals(512, only(of(Map.of("text", "x".repeat(5000)))).length());
    String cut = only(of(Map.of("text", "🌍".repeat(500))));
    assertTrue(cut.length() <= 512 && decoded(cut).matches("(🌍)+"), cut);
  }

  @Test
  void allTogetherStayWithinWhatS3Takes() {
    Map<String, String> many = new LinkedHashMap<>();
    for (int n = 0; n < 16; n++) {
      many.put("key-" + n, "v".repeat(300));
    }
    Map<String, String> fitting = ObjectMetadata.of(Map.of("sha256", "0".repeat(64)), many);
    int bytes =
        fitting.entrySet().stream()
            .mapToInt(pair -> pair.getKey().length() + pair.getValue().length())
            .sum();
    assertTrue(bytes <= 2048, bytes + " bytes");
    assertTrue(fitting.containsKey("sha256") && fitting.containsKey("key-0"), fitting::toString);
  }

  private static Map<String, String> of(Map<String, String> theirs) {
    return ObjectMetadata.of(Map.of(), theirs);
  }

  private static String only(Map<String, String> pairs) {
    return pairs.values().iterator().next();
  }

  private static String decoded(String words) {
    return Pattern.compile("=\\?UTF-8\\?B\\?([^?]*)\\?= ?")
        .matcher(words)
        .results()
        .map(word -> new String(Base64.getDecoder().decode(word.group(1)), UTF_8))
        .collect(Collectors.joining());
  }
}
