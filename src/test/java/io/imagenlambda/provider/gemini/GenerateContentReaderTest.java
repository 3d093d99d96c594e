package io.imagenlambda.provider.gemini;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.imagenlambda.provider.json.SplitStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The reader beside Jackson. */
final class GenerateContentReaderTest {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** A name in camelCase. */
  private static final Pattern CAMEL = Pattern.compile("\"[a-z]+[A-Z][A-Za-z]+\":");

  /** An answer with its members in any order. */
  private static byte[] answer(Random random) throws IOException {
    ArrayNode parts = JSON.arrayNode();
    for (int i = random.nextInt(6); i > 0; i--) {
      parts.add(part(random));
    }
    ObjectNode candidate = JSON.objectNode();
    candidate.putObject("content").put("role", "model").set("parts", parts);
    if (random.nextBoolean()) {
      candidate.put(
          "finishReason",
          List.of("STOP", "IMAGE_SAFETY", "OTHER", "NO_IMAGE").get(random.nextInt(4)));
    }
    if (random.nextInt(4) == 0) {
      candidate.put("finishMessage", "no");
    }
    ObjectNode root = JSON.objectNode();
    root.putArray("candidates").add(shuffled(candidate, random)).addObject().put("index", 1);
    root.putObject("usageMetadata")
        .put("promptTokenCount", random.nextInt(3))
        .put("candidatesTokenCount", random.nextInt(3000))
        .put("thoughtsTokenCount", random.nextLong())
        .put("totalTokenCount", random.nextDouble())
        .putArray("candidatesTokensDetails")
        .addObject()
        .put("tokenCount", random.nextInt(3));
    if (random.nextInt(8) == 0) {
      root.putObject("promptFeedback").put("blockReason", "OTHER").put("blockReasonMessage", "b");
    }
    if (random.nextInt(8) == 0) {
      root.putObject("error").put("code", 429).put("status", "X").put("message", "an error");
    }
    String json = shuffled(root, random).toString();
    json =
        random.nextBoolean()
            ? json
            : CAMEL.matcher(json).replaceAll(GenerateContentReaderTest::snake);
    return (random.nextBoolean() ? json.replace("/", "\\/") : json).getBytes(UTF_8);
  }

  private static String snake(MatchResult name) {
    return name.group().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }

  private static ObjectNode part(Random random) {
    ObjectNode part = JSON.objectNode();
    if (random.nextInt(3) == 0) {
      part.put("text", "a \"text\" \u00fc");
    } else if (random.nextInt(6) == 0) {
      part.putObject("fileData").put("fileUri", "gs://a/b");
    } else {
      byte[] image = new byte[random.nextInt(40)];
      random.nextBytes(image);
      ObjectNode inline = JSON.objectNode();
      inline.put("data", Base64.getEncoder().encodeToString(image));
      if (random.nextBoolean()) {
        inline.put("mimeType", "image/png");
      }
      part.set("inlineData", shuffled(inline, random));
    }
    if (random.nextBoolean()) {
      part.put("thought", random.nextBoolean());
    }
    if (random.nextInt(4) == 0) {
      part.put("thoughtSignature", "AAAA");
    }
    return shuffled(part, random);
  }

  private static ObjectNode shuffled(ObjectNode object, Random random) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    Collections.shuffle(names, random);
    ObjectNode shuffled = JSON.objectNode();
    names.forEach(name -> shuffled.set(name, object.get(name)));
    return shuffled;
  }

  @Property
  void anyAnswerIsReadAsJacksonReadsItHoweverTheStreamIsSplit(
      @ForAll Random random, @ForAll @IntRange(min = 1, max = 200) int piece) throws IOException {
    byte[] answer = answer(random);
    ReadContent expected = ReadContent.byJackson(answer);
    assertNotNull(expected, () -> new String(answer, UTF_8));
    assertEquals(
        expected,
        ReadContent.of(SplitStream.inPieces(answer, piece)),
        () -> new String(answer, UTF_8));
  }

  @Test
  void everySplitOfTheStreamGivesTheSameImage() throws IOException {
    byte[] answer = answer(new Random(5));
    for (int split = 0; split <= answer.length; split++) {
      assertEquals(
          ReadContent.byJackson(answer),
          ReadContent.of(new SplitStream(answer, split)),
          "split at " + split);
    }
  }

  @TestFactory
  Stream<DynamicTest> everySampleIsReadAsJacksonReadsItIfItIsJson() throws IOException {
    try (Stream<Path> samples = Files.list(Path.of("src/test/resources/gemini"))) {
      return samples
          .sorted()
          .map(sample ->
              dynamicTest(
                  String.valueOf(sample.getFileName()),
                  () -> assertReadAsByJackson(Files.readAllBytes(sample))))
          .toList()
          .stream();
    }
  }

  private static void assertReadAsByJackson(byte[] answer) throws IOException {
    ReadContent read = ReadContent.of(SplitStream.inPieces(answer, 1));
    ReadContent expected = ReadContent.byJackson(answer);
    assertEquals(expected == null, read.broken() != null);
    if (expected != null) {
      assertEquals(expected, read);
    }
  }
}
