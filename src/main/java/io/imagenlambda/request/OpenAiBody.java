package io.imagenlambda.request;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.imagenlambda.request.InvalidRequest.Faults;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A request in the form of OpenAI's images API. What has no counterpart here is refused by its
 * name, unless it is what a client sends by itself and changes nothing.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/images/create">Create image</a>
 */
public final class OpenAiBody {
  public static final String RESPONSE_FORMAT = "response_format";
  public static final String BYTES = "b64_json";

  private static final Pattern SIZE = Pattern.compile("([1-9]\\d{1,4})x([1-9]\\d{1,4})");

  /** 1792x1024 stands for 16:9, and is 7:4. */
  private static final double NEARLY = 0.02;

  private static final long LARGEST_1K = 2_000_000;
  private static final long LARGEST_2K = 8_000_000;

  /** Fields of which only these values have a counterpart. */
  private static final Map<String, List<String>> TAKEN =
      Map.of(
          RESPONSE_FORMAT,
          List.of("url", BYTES),
          "quality",
          List.of("auto", "standard"),
          "style",
          List.of("vivid", "natural"),
          "background",
          List.of("auto", "opaque"),
          "moderation",
          List.of("auto"),
          "output_format",
          List.of("png", "jpeg"),
          "stream",
          List.of("false"),
          "partial_images",
          List.of("0"));

  private final String defaultModel;
  private final Faults faults = new Faults();
  private final ObjectNode request = JsonNodeFactory.instance.objectNode();
  private final ObjectNode parameters = JsonNodeFactory.instance.objectNode();

  private OpenAiBody(String defaultModel) {
    this.defaultModel = defaultModel;
  }

  /**
   * The same as a request of ours.
   *
   * @throws InvalidRequest with what cannot be mapped
   */
  public static JsonNode request(JsonNode body, String defaultModel) {
    if (!body.isObject()) {
      return body; // refused as any other
    }
    OpenAiBody read = new OpenAiBody(defaultModel);
    read.read(body);
    read.faults.throwIfAny();
    return read.request;
  }

  private void read(JsonNode body) {
    request.set("prompt", body.path("prompt"));
    parameters.put(Parameters.SAMPLE_COUNT, 1);
    body.properties()
        .forEach(field -> {
          if (!field.getValue().isNull()) {
            read(field.getKey(), field.getValue(), body);
          }
        });
    request.set("parameters", parameters);
  }

  private void read(String name, JsonNode value, JsonNode body) {
    FieldPath path = FieldPath.of(name);
    switch (name) {
      case "prompt" -> {}
      case "model" -> request.set("model", value);
      case "n" -> samples(path, value);
      case "size" -> size(path, value, body.path("model").asText(defaultModel));
      case "user" -> user(path, value);
      default -> {
        List<String> taken = TAKEN.get(name);
        if (taken == null) {
          faults.add(path, "has no counterpart here: leave it out");
        } else if (!taken.contains(value.asText())) {
          faults.add(path, value, "one of " + String.join(", ", taken));
        } else if (name.equals("output_format") && value.asText().equals("jpeg")) {
          parameters.putObject("outputOptions").put("mimeType", "image/jpeg");
        }
      }
    }
  }

  private void samples(FieldPath path, JsonNode value) {
    Parameters.checkSamples(path, value, faults);
    parameters.set(Parameters.SAMPLE_COUNT, value);
  }

  /** Whose request it is. It may be an address of somebody, which is kept nowhere. */
  private void user(FieldPath path, JsonNode value) {
    if (!value.isTextual()) {
      faults.add(path, value, "a string");
    } else if (!value.textValue().isEmpty()) {
      String user = value.textValue();
      request.put(
          "tenant",
          RequestId.isValid(user) ? user : UUID.nameUUIDFromBytes(user.getBytes(UTF_8)).toString());
    }
  }

  private void size(FieldPath path, JsonNode value, String model) {
    if (value.asText().equals("auto")) {
      return;
    }
    List<String> ratios = Parameters.ratios(model);
    Matcher size = SIZE.matcher(value.asText());
    Optional<String> ratio =
        size.matches()
            ? nearest(ratios, number(size, 1) / (double) number(size, 2))
            : Optional.empty();
    if (ratio.isEmpty()) {
      faults.add(
          path,
          value,
          "auto, or WIDTHxHEIGHT in one of the ratios %s".formatted(String.join(", ", ratios)));
      return;
    }
    parameters.put(Parameters.ASPECT_RATIO, ratio.get());
    long pixels = number(size, 1) * number(size, 2);
    if (pixels > LARGEST_1K) {
      parameters.put(Parameters.IMAGE_SIZE, pixels > LARGEST_2K ? "4K" : "2K");
    }
  }

  private static long number(Matcher size, int group) {
    return Long.parseLong(size.group(group));
  }

  private static Optional<String> nearest(List<String> ratios, double wanted) {
    return ratios.stream()
        .min(Comparator.comparingDouble(ratio -> distance(ratio, wanted)))
        .filter(ratio -> distance(ratio, wanted) <= NEARLY);
  }

  /** 0 for the same. */
  private static double distance(String ratio, double wanted) {
    int colon = ratio.indexOf(':');
    double is =
        Double.parseDouble(ratio.substring(0, colon))
            / Double.parseDouble(ratio.substring(colon + 1));
    return Math.abs(is / wanted - 1);
  }
}
