package io.imagenlambda.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import io.imagenlambda.request.InvalidRequest.Faults;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The predict API's parameters. Known ones are checked before any payment, others passed on
 * unchanged.
 *
 * @see <a
 *     href="https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/imagen-api">Imagen
 *     API</a>
 */
final class Parameters {
  static final String SAMPLE_COUNT = "sampleCount";
  private static final String IMAGE_SIZE = "imageSize";
  private static final int MOST_SAMPLES = 4;

  private static final Map<String, List<String>> ALLOWED =
      Map.of(
          "aspectRatio",
          List.of("1:1", "3:4", "4:3", "9:16", "16:9"),
          IMAGE_SIZE,
          List.of("1K", "2K"),
          "personGeneration",
          List.of("dont_allow", "allow_adult", "allow_all"));

  private Parameters() {}

  /**
   * Reads the {@code parameters} object of a request.
   *
   * @param given null or missing if the request has none
   * @param model decides whether a size can be chosen
   * @return the parameters in the order given, with {@code sampleCount} always among them
   */
  static Map<String, JsonNode> read(JsonNode given, String model, Faults faults) {
    Map<String, JsonNode> parameters = new LinkedHashMap<>();
    parameters.put(SAMPLE_COUNT, IntNode.valueOf(MOST_SAMPLES));
    if (!given.isObject() && !given.isMissingNode() && !given.isNull()) {
      faults.add("parameters", given, "an object");
    }
    given
        .properties()
        .forEach(parameter -> {
          if (isKnown(parameter.getKey())) {
            if (parameter.getValue().isNull()) {
              return; // as if left out
            }
            check(parameter.getKey(), parameter.getValue(), model, faults);
          }
          parameters.put(parameter.getKey(), parameter.getValue());
        });
    return parameters;
  }

  private static boolean isKnown(String name) {
    return name.equals(SAMPLE_COUNT) || ALLOWED.containsKey(name);
  }

  private static void check(String name, JsonNode value, String model, Faults faults) {
    String path = "parameters." + name;
    if (name.equals(SAMPLE_COUNT)) {
      if (!value.canConvertToInt()
          || !value.isIntegralNumber()
          || value.intValue() < 1
          || value.intValue() > MOST_SAMPLES) {
        faults.add(path, value, "a whole number from 1 to " + MOST_SAMPLES);
      }
      return;
    }
    List<String> allowed = ALLOWED.getOrDefault(name, List.of());
    if (!value.isTextual() || !allowed.contains(value.textValue())) {
      faults.add(path, value, "one of " + String.join(", ", allowed));
    } else if (name.equals(IMAGE_SIZE) && model.contains("-fast-")) {
      faults.add(path, "is not taken by " + model + ": leave it out or choose another model");
    }
  }
}
