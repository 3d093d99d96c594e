package io.imagenlambda.provider.imagen;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.imagenlambda.provider.CollectingSink;
import io.imagenlambda.provider.ImageDelivery;
import io.imagenlambda.provider.Wire;
import io.imagenlambda.provider.json.UnusableAnswer;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a reader makes of an answer, in a form that can be compared: the streaming reader, or
 * Jackson's tree, which is the reference.
 *
 * @param broken what the reader says of an answer that is not whole or not right
 */
record ReadAnswer(
    List<Image> images,
    List<String> filteredReasons,
    List<String> storedElsewhere,
    @Nullable Class<?> broken) {
  /** The bytes in hexadecimal. */
  record Image(String bytes, @Nullable String mimeType, @Nullable String prompt) {}

  private static final int MOST_TEXTS = 64;
  private static final int DEEPEST = 64;

  private static final ObjectReader STRICT =
      new ObjectMapper()
          .reader()
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .with(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

  /** Read by the function. Anything that it does not declare is an error of the reader's. */
  static ReadAnswer of(InputStream answer) throws IOException {
    CollectingSink sink = new CollectingSink();
    sink.wanted = Integer.MAX_VALUE;
    Wire.Read read;
    try (ImageDelivery delivery = new ImageDelivery(sink, sink.wanted, Long.MAX_VALUE)) {
      read = new PredictAnswerReader(answer, delivery).read();
    } catch (UnusableAnswer | EOFException declared) {
      return new ReadAnswer(images(sink), List.of(), List.of(), declared.getClass());
    }
    if (!sink.everythingClosed()) {
      throw new AssertionError("an image was left open");
    }
    return new ReadAnswer(images(sink), read.filteredReasons(), read.storedElsewhere(), null);
  }

  private static List<Image> images(CollectingSink sink) {
    return sink.images.stream()
        .map(image ->
            new Image(HexFormat.of().formatHex(image.bytes()), image.mimeType(), image.prompt()))
        .toList();
  }

  /**
   * Read by Jackson and the JDK's decoder; null where they refuse it, or where this function's
   * limits are narrower than theirs.
   */
  static @Nullable ReadAnswer byJackson(byte[] answer) {
    String text = new String(answer, UTF_8);
    JsonNode document;
    try {
      document = STRICT.readTree(text.startsWith("\uFEFF") ? text.substring(1) : text);
    } catch (JsonProcessingException notJson) {
      return null;
    }
    JsonNode predictions = document.path("predictions");
    if (!Arrays.equals(text.getBytes(UTF_8), answer)
        || !(document.isObject() || document.isNull())
        || !(predictions.isArray() || predictions.isNull() || predictions.isMissingNode())
        || depth(document) > DEEPEST) {
      return null;
    }
    List<Image> images = new ArrayList<>();
    List<String> reasons = new ArrayList<>();
    List<String> stored = new ArrayList<>();
    for (JsonNode entry : predictions) {
      String bytes;
      try {
        bytes = decoded(entry.path("bytesBase64Encoded"));
      } catch (IllegalArgumentException notBase64) {
        return null;
      }
      if (!bytes.isEmpty()) {
        images.add(new Image(bytes, text(entry, "mimeType"), text(entry, "prompt")));
      } else {
        add(stored, text(entry, "gcsUri"));
      }
      add(reasons, text(entry, "raiFilteredReason"));
    }
    return new ReadAnswer(images, reasons, stored, null);
  }

  private static String decoded(JsonNode base64) {
    String plain =
        base64.isTextual()
            ? base64.textValue().replaceAll("[\r\n]", "").replace('-', '+').replace('_', '/')
            : "";
    return HexFormat.of().formatHex(Base64.getDecoder().decode(plain));
  }

  private static @Nullable String text(JsonNode entry, String name) {
    return entry.path(name).textValue();
  }

  private static void add(List<String> texts, @Nullable String text) {
    if (text != null && !text.isEmpty() && texts.size() < MOST_TEXTS) {
      texts.add(text);
    }
  }

  private static int depth(JsonNode node) {
    int deepest = 0;
    for (JsonNode child : node) {
      deepest = Math.max(deepest, depth(child));
    }
    return node.isContainerNode() ? deepest + 1 : 0;
  }
}
