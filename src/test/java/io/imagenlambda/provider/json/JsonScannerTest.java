package io.imagenlambda.provider.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Random;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.statistics.Statistics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The scanner against Jackson, which is the reference for what is JSON. */
class JsonScannerTest {
  private static final ObjectMapper JACKSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private static boolean accepts(byte[] document) throws IOException {
    return accepts(new ByteArrayInputStream(document));
  }

  private static boolean accepts(InputStream document) throws IOException {
    JsonScanner scanner = new JsonScanner(document);
    try {
      scanner.begin();
      scanner.skip();
      scanner.end();
      return true;
    } catch (UnusableAnswer | EOFException notJson) {
      return false;
    }
  }

  private static boolean jacksonAccepts(byte[] document) throws IOException {
    try {
      // An empty document is a missing tree for Jackson, but no JSON.
      return !JACKSON.readTree(document).isMissingNode();
    } catch (JsonProcessingException notJson) {
      return false;
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "null",
        "true",
        "false",
        "0",
        "-0.5e+10",
        "12E3",
        "\"\"",
        "\"\\u00e4\\n\\\"\\\\\\/\"",
        " {\"a\" : [ 1 , {\"b\":[]} , {} ] , \"\":null}\r\n\t",
        "[[[[]]],[{}]]",
        "",
        " ",
        "{",
        "[",
        "]",
        "[1,]",
        "[,1]",
        "[1 2]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{,}",
        "{a:1}",
        "{\"a\":1 \"b\":2}",
        "{\"a\":1]",
        "[1}",
        "tru",
        "truex",
        "nul",
        "01",
        "1.",
        ".5",
        "-",
        "1e",
        "+1",
        "NaN",
        "'a'",
        "\"\\x\"",
        "\"\\u12g4\"",
        "\"\\u12",
        "\"a\nb\"",
        "\"a\u0001\"",
        "\"a",
        "{} {}",
        "[] x",
        "null,",
        "// {}\n{}"
      })
  void whatIsJsonIsSeenAsJacksonSeesIt(String document) throws IOException {
    byte[] bytes = document.getBytes(UTF_8);
    assertEquals(jacksonAccepts(bytes), accepts(bytes), document);
  }

  @Property
  void anyDocumentIsSeenAsJacksonSeesIt(@ForAll Random random) throws IOException {
    byte[] document = RandomJson.value(random, 4).getBytes(UTF_8);
    assertTrue(accepts(document));
    assertTrue(accepts(new SplitStream(document, random.nextInt(document.length + 1))));
  }

  @Property
  void aDamagedDocumentIsSeenAsJacksonSeesIt(@ForAll Random random) throws IOException {
    byte[] broken = RandomJson.value(random, 4).getBytes(UTF_8);
    broken[random.nextInt(broken.length)] = (byte) "{}[]\",:\\0 1e-x".charAt(random.nextInt(14));
    // Jackson refuses bytes that are not UTF-8; we read them as U+FFFD, for they cost money.
    String damaged = new String(broken, UTF_8);
    // Jackson refuses half of a surrogate pair, but in names only.
    Assume.that(!damaged.contains("\\ud"));
    boolean expected = jacksonAccepts(damaged.getBytes(UTF_8));
    Statistics.collect(expected);
    Statistics.coverage(
        seen -> seen.check(true).percentage(harmless -> harmless > 5 && harmless < 75));
    assertEquals(expected, accepts(damaged.getBytes(UTF_8)), damaged);
  }

  @Property
  void textIsReadAsJacksonReadsItHoweverTheStreamIsSplit(@ForAll Random random) throws IOException {
    String literal = RandomJson.string(random);
    byte[] bytes = literal.getBytes(UTF_8);
    String expected = JACKSON.readTree(bytes).asText();
    for (int split = 0; split <= bytes.length; split++) {
      JsonScanner scanner = new JsonScanner(new SplitStream(bytes, split));
      assertEquals(expected, scanner.text(1 << 16), literal);
      scanner.end();
    }
  }

  @Test
  void longTextIsShortenedAndTheRestOfTheDocumentStillRead() throws IOException {
    String document = "[\"" + "a".repeat(100) + "\\u00e4\",\"b\"]";
    for (int limit = 98; limit < 110; limit++) {
      JsonScanner scanner = new JsonScanner(new SplitStream(document.getBytes(UTF_8), 50));
      scanner.array();
      assertTrue(scanner.element());
      assertTrue(scanner.text(limit).startsWith("a".repeat(98)));
      assertTrue(scanner.element());
      assertEquals("b", scanner.text(limit));
    }
  }

  @Test
  void nestingIsBounded() {
    byte[] deep = ("[".repeat(100_000) + "]".repeat(100_000)).getBytes(UTF_8);
    JsonScanner scanner = new JsonScanner(new ByteArrayInputStream(deep));
    assertThrows(UnusableAnswer.class, scanner::skip);
  }
}
