package io.imagenlambda.provider.gemini;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.imagenlambda.provider.CollectingSink;
import io.imagenlambda.provider.ImageDelivery;
import io.imagenlambda.provider.json.UnusableAnswer;
import io.imagenlambda.request.Usage;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The image of an answer: by the streaming reader, or by Jackson, which has the whole answer before
 * it says which image is the one.
 *
 * @param images one, or none; the bytes in hexadecimal and the type
 * @param usage what it took; null if the answer is broken or does not tell
 * @param broken what the reader says of an answer that is not whole or not right
 */
record ReadContent(List<String> images, @Nullable Usage usage, @Nullable Class<?> broken) {
  private static final int DEEPEST = 64;
  private static final long MOST_COUNTED = 1_000_000_000_000_000L;

  private static final ObjectReader STRICT =
      new ObjectMapper()
          .reader()
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .with(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

  /** Read by the function. Anything that it does not declare is an error of the reader's. */
  static ReadContent of(InputStream answer) throws IOException {
    CollectingSink sink = new CollectingSink();
    Usage usage = null;
    Class<?> broken = null;
    try (ImageDelivery delivery = new ImageDelivery(sink, Integer.MAX_VALUE, Long.MAX_VALUE)) {
      usage = new GenerateContentReader(answer, delivery).read().usage();
    } catch (UnusableAnswer | EOFException declared) {
      broken = declared.getClass();
    }
    if (!sink.everythingClosed()) {
      throw new AssertionError("an image was left open");
    }
    return new ReadContent(
        sink.images.stream()
            .map(image -> HexFormat.of().formatHex(image.bytes()) + " " + image.mimeType())
            .toList(),
        usage,
        broken);
  }

  /**
   * Read by Jackson and the JDK's decoder; null where they refuse it, where this function's limits
   * are narrower than theirs, or where a name stands there in both spellings.
   */
  static @Nullable ReadContent byJackson(byte[] answer) {
    String text = new String(answer, UTF_8);
    JsonNode root;
    try {
      root = STRICT.readTree(text.startsWith("\uFEFF") ? text.substring(1) : text);
    } catch (JsonProcessingException notJson) {
      return null;
    }
    JsonNode candidates = root.path("candidates");
    JsonNode candidate = candidates.path(0);
    JsonNode parts = candidate.path("content").path("parts");
    if (!Arrays.equals(text.getBytes(UTF_8), answer)
        || !(root.isObject() || root.isNull())
        || isNoArray(candidates)
        || isNoArray(parts)
        || text.contains("_")
        || depth(root) > DEEPEST
        || isNoArray(root.path("usageMetadata").path("candidatesTokensDetails"))) {
      return null;
    }
    String image = null;
    String thought = null;
    for (JsonNode part : parts) {
      JsonNode inline = part.path("inlineData");
      byte[] bytes;
      try {
        bytes = decoded(inline.path("data"));
      } catch (IllegalArgumentException notBase64) {
        return null;
      }
      if (bytes.length > 0) {
        String read = HexFormat.of().formatHex(bytes) + " " + inline.path("mimeType").textValue();
        boolean isThought = part.path("thought").isBoolean() && part.path("thought").asBoolean();
        image = isThought ? image : read;
        thought = isThought ? read : thought;
      }
    }
    String finish = candidate.path("finishReason").textValue();
    boolean blocked = root.path("promptFeedback").path("blockReason").isTextual();
    String one =
        image == null && !blocked && (finish == null || finish.equals("STOP")) ? thought : image;
    return new ReadContent(one == null ? List.of() : List.of(one), usage(root), null);
  }

  private static @Nullable Usage usage(JsonNode root) {
    JsonNode counts = root.path("usageMetadata");
    if (!counts.isObject() || counts.isEmpty()) {
      return null;
    }
    long image = 0;
    for (JsonNode tokens : counts.path("candidatesTokensDetails")) {
      boolean ofImage = "IMAGE".equals(tokens.path("modality").textValue());
      image += ofImage ? count(tokens.path("tokenCount")) : 0;
    }
    return new Usage(
        count(counts.path("promptTokenCount")),
        count(counts.path("candidatesTokenCount")),
        image,
        count(counts.path("thoughtsTokenCount")),
        count(counts.path("totalTokenCount")),
        1);
  }

  private static long count(JsonNode number) {
    return number.isIntegralNumber()
            && number.canConvertToLong()
            && number.longValue() >= 0
            && number.longValue() <= MOST_COUNTED
        ? number.longValue()
        : 0;
  }

  private static boolean isNoArray(JsonNode node) {
    return !(node.isArray() || node.isNull() || node.isMissingNode());
  }

  private static byte[] decoded(JsonNode base64) {
    String plain =
        base64.isTextual()
            ? base64.textValue().replaceAll("[\r\n]", "").replace('-', '+').replace('_', '/')
            : "";
    return Base64.getDecoder().decode(plain);
  }

  private static int depth(JsonNode node) {
    int deepest = 0;
    for (JsonNode child : node) {
      deepest = Math.max(deepest, depth(child));
    }
    return node.isContainerNode() ? deepest + 1 : 0;
  }
}
