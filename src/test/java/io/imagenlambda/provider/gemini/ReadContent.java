package io.imagenlambda.provider.gemini;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.imagenlambda.provider.CollectingSink;
import io.imagenlambda.provider.ErrorBody;
import io.imagenlambda.provider.ImageDelivery;
import io.imagenlambda.provider.Wire;
import io.imagenlambda.provider.json.UnusableAnswer;
import io.imagenlambda.request.Usage;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a reader makes of an answer, in a form that can be compared: the streaming reader, or
 * Jackson's tree, which is the reference and has the whole answer before it says which image is the
 * one.
 *
 * @param images one, or none; the bytes in hexadecimal and the type
 * @param read all else; null if the answer is broken
 * @param broken what the reader says of an answer that is not whole or not right
 */
record ReadContent(List<String> images, Wire.@Nullable Read read, @Nullable Class<?> broken) {
  private static final int DEEPEST = 64;
  private static final int MOST_TEXTS = 64;
  private static final long MOST_COUNTED = 1_000_000_000_000_000L;
  private static final Pattern UNDERSCORE = Pattern.compile("_([a-z])");
  private static final Pattern CAPITAL = Pattern.compile("([A-Z])");

  private static final ObjectReader STRICT =
      new ObjectMapper()
          .reader()
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .with(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

  /** Read by the function. Anything that it does not declare is an error of the reader's. */
  static ReadContent of(InputStream answer) throws IOException {
    CollectingSink sink = new CollectingSink();
    Wire.Read read = null;
    Class<?> broken = null;
    try (ImageDelivery delivery = new ImageDelivery(sink, Integer.MAX_VALUE, Long.MAX_VALUE)) {
      read = new GenerateContentReader(answer, delivery).read();
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
        read,
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
    JsonNode candidate = root.path("candidates").path(0);
    if (!Arrays.equals(text.getBytes(UTF_8), answer)
        || !(root.isObject() || root.isNull())
        || isNoArray(root.path("candidates"))
        || isNoArray(candidate.path("content").path("parts"))
        || isNoArray(member(member(root, "usageMetadata"), "candidatesTokensDetails"))
        || depth(root) > DEEPEST
        || hasTwoSpellings(root)) {
      return null;
    }
    try {
      return read(root, candidate);
    } catch (IllegalArgumentException notBase64) {
      return null;
    }
  }

  private static ReadContent read(JsonNode root, JsonNode candidate) {
    String image = null;
    String thought = null;
    List<String> stored = new ArrayList<>();
    StringBuilder words = new StringBuilder();
    for (JsonNode part : candidate.path("content").path("parts")) {
      JsonNode inline = member(part, "inlineData");
      byte[] bytes = decoded(inline.path("data"));
      boolean isThought = part.path("thought").isBoolean() && part.path("thought").asBoolean();
      if (bytes.length > 0) {
        String read = HexFormat.of().formatHex(bytes) + " " + text(inline, "mimeType");
        image = isThought ? image : read;
        thought = isThought ? read : thought;
      }
      if (!isThought) {
        words.append(Objects.requireNonNullElse(text(part, "text"), ""));
        add(stored, text(member(part, "fileData"), "fileUri"));
      }
    }
    Usage usage = usage(root);
    JsonNode feedback = member(root, "promptFeedback");
    Verdict.Said said =
        new Verdict.Said(
            text(candidate, "finishReason"),
            text(candidate, "finishMessage"),
            text(feedback, "blockReason"),
            text(feedback, "blockReasonMessage"),
            words.toString(),
            usage != null && usage.imageTokens() > 0 && image == null && thought == null);
    boolean fromThought = image == null && thought != null && Verdict.allowsThought(said);
    String one = fromThought ? thought : image;
    Wire.Read read =
        new Wire.Read(
            one == null ? Verdict.filteredReasons(said) : List.of(),
            stored,
            error(root.path("error")),
            one == null && stored.isEmpty() ? Verdict.failure(said) : null,
            usage,
            fromThought
                ? List.of("the answer marks its only image as a thought; its last one was taken")
                : List.of());
    return new ReadContent(one == null ? List.of() : List.of(one), read, null);
  }

  private static @Nullable ErrorBody error(JsonNode error) {
    if (error.isTextual()) {
      return ErrorBody.of(error.textValue(), List.of());
    }
    if (!error.isObject()) {
      return null;
    }
    List<String> codes = new ArrayList<>();
    error.properties().stream()
        .filter(member -> List.of("code", "status").contains(member.getKey()))
        .forEach(member -> add(codes, member.getValue().textValue()));
    return ErrorBody.of(text(error, "message"), codes);
  }

  private static void add(List<String> texts, @Nullable String text) {
    if (text != null && !text.isEmpty() && texts.size() < MOST_TEXTS) {
      texts.add(text);
    }
  }

  private static @Nullable String text(JsonNode object, String name) {
    return member(object, name).textValue();
  }

  /** In either spelling. */
  private static JsonNode member(JsonNode object, String name) {
    return object.has(name)
        ? object.path(name)
        : object.path(CAPITAL.matcher(name).replaceAll("_$1").toLowerCase(Locale.ROOT));
  }

  private static boolean hasTwoSpellings(JsonNode node) {
    for (Map.Entry<String, JsonNode> member : node.properties()) {
      String name = member.getKey();
      String other =
          UNDERSCORE.matcher(name).replaceAll(letter -> letter.group(1).toUpperCase(Locale.ROOT));
      if (!other.equals(name) && node.has(other)) {
        return true;
      }
    }
    for (JsonNode child : node) {
      if (hasTwoSpellings(child)) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable Usage usage(JsonNode root) {
    JsonNode counts = member(root, "usageMetadata");
    if (!counts.isObject() || counts.isEmpty()) {
      return null;
    }
    long image = 0;
    for (JsonNode tokens : member(counts, "candidatesTokensDetails")) {
      boolean ofImage = "IMAGE".equals(tokens.path("modality").textValue());
      image += ofImage ? count(member(tokens, "tokenCount")) : 0;
    }
    return new Usage(
        count(member(counts, "promptTokenCount")),
        count(member(counts, "candidatesTokenCount")),
        image,
        count(member(counts, "thoughtsTokenCount")),
        count(member(counts, "totalTokenCount")),
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
