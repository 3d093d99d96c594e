package io.imagenlambda.provider.imagen;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.imagenlambda.provider.CollectingSink;
import io.imagenlambda.provider.ImageDelivery;
import io.imagenlambda.provider.Recorded;
import io.imagenlambda.provider.Wire;
import io.imagenlambda.provider.json.SplitStream;
import io.imagenlambda.provider.json.UnusableAnswer;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The streaming reader against Jackson's tree, and against damage. */
class PredictAnswerReaderTest {
  private static final ObjectMapper JACKSON = new ObjectMapper();

  private final CollectingSink sink = new CollectingSink();

  private Wire.Read read(InputStream answer) throws IOException {
    try (ImageDelivery delivery = new ImageDelivery(sink, sink.wanted, Long.MAX_VALUE)) {
      return new PredictAnswerReader(answer, delivery).read();
    }
  }

  private void read(String answer) throws IOException {
    read(new ByteArrayInputStream(answer.getBytes(UTF_8)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "two-images.json",
        "some-filtered.json",
        "all-filtered.json",
        "safety-info.json",
        "rewritten-prompt.json",
        "stored-elsewhere.json",
        "escaped.json"
      })
  void everySplitOfTheStreamGivesWhatJacksonGives(String recorded) throws IOException {
    byte[] answer = Recorded.bytes(recorded);
    List<byte[]> images = new ArrayList<>();
    List<String> reasons = new ArrayList<>();
    for (JsonNode entry :
        JACKSON.readTree(Recorded.text(recorded).replace("\ufeff", "")).path("predictions")) {
      if (entry.has("bytesBase64Encoded")) {
        images.add(Base64.getMimeDecoder().decode(entry.path("bytesBase64Encoded").asText()));
      }
      if (entry.has("raiFilteredReason")) {
        reasons.add(entry.path("raiFilteredReason").asText());
      }
    }
    for (int split = 0; split <= answer.length; split++) {
      sink.images.clear();
      Wire.Read read = read(new SplitStream(answer, split));
      assertEquals(reasons, read.filteredReasons());
      assertEquals(images.size(), sink.images.size());
      for (int i = 0; i < images.size(); i++) {
        assertArrayEquals(images.get(i), sink.images.get(i).bytes(), "split at " + split);
      }
    }
    assertEquals(images.size(), readInPieces(answer, 1));
  }

  @Property
  void anyAnswerIsReadAsJacksonReadsItHoweverTheStreamIsSplit(
      @ForAll Random random, @ForAll @IntRange(min = 1, max = 200) int piece) throws IOException {
    byte[] answer = RandomAnswer.of(random).getBytes(UTF_8);
    ReadAnswer expected = ReadAnswer.byJackson(answer);
    assertNotNull(expected, () -> new String(answer, UTF_8));
    assertEquals(expected, ReadAnswer.of(SplitStream.inPieces(answer, piece)));
    assertEquals(
        expected, ReadAnswer.of(new SplitStream(answer, random.nextInt(answer.length + 1))));
  }

  private int readInPieces(byte[] answer, int piece) throws IOException {
    sink.images.clear();
    read(SplitStream.inPieces(answer, piece));
    return sink.images.size();
  }

  @Test
  void everyCutIsNoticedAndKeepsTheImagesBeforeIt() throws IOException {
    byte[] answer = new String(Recorded.bytes("two-images.json"), UTF_8).strip().getBytes(UTF_8);
    for (int length = 0; length < answer.length; length++) {
      InputStream cut = new ByteArrayInputStream(answer, 0, length);
      sink.images.clear();
      assertThrows(EOFException.class, () -> read(cut));
      assertTrue(sink.everythingClosed());
    }
    assertEquals(2, sink.images.size());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 47, 49_151, 49_152, 49_153, 65_536, 200_001})
  void imagesOfEverySizeComeThroughWithAndWithoutPaddingAndEscapes(int size) throws IOException {
    byte[] image = new byte[size];
    new Random(size).nextBytes(image);
    String padded = Base64.getEncoder().encodeToString(image);
    for (String base64 :
        List.of(
            padded,
            Base64.getEncoder().withoutPadding().encodeToString(image),
            Base64.getUrlEncoder().encodeToString(image),
            padded.replace("/", "\\/").replace("=", "\\u003d").replace("Q", "\\u0051"),
            Base64.getMimeEncoder().encodeToString(image).replace("\r\n", "\\r\\n"))) {
      byte[] answer =
          ("{\"predictions\":[{\"bytesBase64Encoded\":\"" + base64 + "\"}]}").getBytes(UTF_8);
      for (int piece : new int[] {1_000_000, 8192, 4099, 3}) {
        assertEquals(size == 0 ? 0 : 1, readInPieces(answer, piece));
        if (size > 0) {
          assertArrayEquals(image, sink.images.getFirst().bytes());
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"A\"",
        "\"AAAAA\"",
        "\"AA=\"",
        "\"AA===\"",
        "\"A=AA\"",
        "\"AA==AA==\"",
        "\"=\"",
        "\"AA*A\"",
        "\"AAA \"",
        "\"AAAä\"",
        "\"AA\\u0100A\"",
        "\"AA\\bAA\""
      })
  void anImageThatIsNotBase64CostsItself(String string) throws IOException {
    String good = "{\"bytesBase64Encoded\":\"AAAA\"}";
    String bad = "{\"bytesBase64Encoded\":" + string + "}";

    read("{\"predictions\":[%s,%s,%s]}".formatted(good, bad, good));

    assertEquals(2, sink.images.size());
    sink.images.forEach(image -> assertArrayEquals(new byte[3], image.bytes()));
    assertEquals(List.of("an image is not base64"), sink.unreadable);
    assertTrue(sink.everythingClosed());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "1",
        "\"predictions\"",
        "true",
        "{\"predictions\":{}}",
        "{\"predictions\":\"x\"}",
        "{\"predictions\":[{\"bytesBase64Encoded\":\"AA\nAA\"}]}",
        "{} {}",
        "{}x",
        "<html>",
        "{\"predictions\":[}",
        "\u0001{}"
      })
  void whatIsNoAnswerIsMalformed(String answer) {
    assertThrows(UnusableAnswer.class, () -> read(answer));
  }

  @Test
  void ofSeveralImagesInOneEntryTheFirstCountsAndImagesBeatUris() throws IOException {
    InputStream answer =
        new ByteArrayInputStream(
            """
            {"predictions":[{"gcsUri":"gs://b/o","bytesBase64Encoded":null,
            "bytesBase64Encoded":"AAAA","bytesBase64Encoded":"BBBB","gcsUri":"gs://b/p"},
            {"bytesBase64Encoded":7,"gcsUri":"gs://b/q"}]}
            """
                .getBytes(UTF_8));
    Wire.Read read = read(answer);
    assertEquals(1, sink.images.size());
    assertArrayEquals(new byte[3], sink.images.getFirst().bytes());
    assertEquals(List.of("gs://b/q"), read.storedElsewhere());
  }
}
