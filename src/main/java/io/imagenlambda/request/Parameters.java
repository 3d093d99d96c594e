package io.imagenlambda.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.imagenlambda.request.InvalidRequest.Faults;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a request. Known ones are checked before any payment, others passed on
 * unchanged: which model takes which is the provider's to say.
 *
 * @see <a
 *     href="https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/imagen-api">Imagen
 *     API</a>
 * @see <a href="https://ai.google.dev/gemini-api/docs/image-generation">Gemini's image models</a>
 */
final class Parameters {
  static final String SAMPLE_COUNT = "sampleCount";
  static final String ASPECT_RATIO = "aspectRatio";
  static final String IMAGE_SIZE = "imageSize";
  private static final String SEED = "seed";
  private static final int MOST_SAMPLES = 4;
  private static final JsonNode ONE = IntNode.valueOf(1);
  private static final String PERSONS = "personGeneration";

  /** What is known of a family's parameters. */
  private record Known(int samples, Map<String, List<String>> allowed, Set<String> refused) {}

  private static final Known IMAGEN =
      new Known(
          4,
          Map.of(
              ASPECT_RATIO,
              List.of("1:1", "3:4", "4:3", "9:16", "16:9"),
              IMAGE_SIZE,
              List.of("1K", "2K"),
              PERSONS,
              List.of("dont_allow", "allow_adult", "allow_all")),
          Set.of());

  private static final Known GEMINI =
      new Known(
          1,
          Map.of(
              ASPECT_RATIO,
              List.of(
                  "1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9", "1:4",
                  "4:1", "1:8", "8:1"),
              IMAGE_SIZE,
              List.of("512", "1K", "2K", "4K"),
              PERSONS,
              List.of("dont_allow", "allow_none", "allow_adult", "allow_all")),
          // The last two are this function's to say: without them no image would come.
          Set.of(
              "negativePrompt",
              "addWatermark",
              "mask",
              "masks",
              "responseModalities",
              "candidateCount"));

  /** Gemini's objects of which some members are parameters here, by their own names. */
  static final Map<String, List<String>> NESTED =
      Map.of(
          "imageConfig", List.of(ASPECT_RATIO, IMAGE_SIZE, PERSONS),
          "thinkingConfig", List.of("thinkingLevel"));

  /** Known names as others write them, in small letters and without separators. */
  private static final Map<String, String> MEANT =
      Map.ofEntries(
          Map.entry("samplecount", SAMPLE_COUNT),
          Map.entry("numberofimages", SAMPLE_COUNT),
          Map.entry("numimages", SAMPLE_COUNT),
          Map.entry("n", SAMPLE_COUNT),
          Map.entry("aspectratio", ASPECT_RATIO),
          Map.entry("ratio", ASPECT_RATIO),
          Map.entry("imagesize", IMAGE_SIZE),
          Map.entry("size", IMAGE_SIZE),
          Map.entry("resolution", IMAGE_SIZE),
          Map.entry("persongeneration", PERSONS),
          Map.entry("negativeprompt", "negativePrompt"),
          Map.entry("addwatermark", "addWatermark"),
          Map.entry("seed", SEED),
          Map.entry("thinkinglevel", "thinkingLevel"),
          Map.entry("safetysettings", "safetySettings"));

  private Parameters() {}

  /**
   * Reads the parameters of a request.
   *
   * @param model decides what is known
   * @return the parameters in the order given, with {@code sampleCount} always among them
   */
  static Map<String, JsonNode> read(RequestBody body, String model, Faults faults) {
    JsonNode given = body.parameters();
    Known known = known(model);
    Map<String, JsonNode> parameters = new LinkedHashMap<>();
    parameters.put(SAMPLE_COUNT, IntNode.valueOf(known.samples));
    if (!given.isObject() && !given.isMissingNode() && !given.isNull()) {
      faults.add(FieldPath.of("parameters"), given, "an object");
    }
    given
        .properties()
        .forEach(parameter -> {
          String name = parameter.getKey();
          JsonNode value = parameter.getValue();
          boolean isKnown = name.equals(SAMPLE_COUNT) || known.allowed.containsKey(name);
          if (isKnown && value.isNull()) {
            return; // as if left out
          }
          parameters.put(name, name.equals(PERSONS) ? inSmallLetters(value) : value);
          check(body.parameterPath().apply(name), name, parameters.get(name), known, model, faults);
        });
    if (wouldRepeatASeed(parameters, model)) {
      faults.add(
          body.parameterPath().apply(SEED),
          "makes one image with "
              + model
              + ": each image is a call of its own, and the same seed would make the same image."
              + " Ask for one image a request, each with another seed");
    }
    return parameters;
  }

  /** The ratios of width to height that a model makes. */
  static List<String> ratios(String model) {
    return known(model).allowed.getOrDefault(ASPECT_RATIO, List.of());
  }

  private static Known known(String model) {
    return ModelFamily.of(model) == ModelFamily.IMAGEN ? IMAGEN : GEMINI;
  }

  private static boolean wouldRepeatASeed(Map<String, JsonNode> parameters, String model) {
    return ModelFamily.of(model) == ModelFamily.GEMINI
        && parameters.containsKey(SEED)
        && !parameters.getOrDefault(SAMPLE_COUNT, ONE).equals(ONE);
  }

  /**
   * Which parameters of a valid request another model does not take. Gemini's API has no {@code
   * personGeneration}; Vertex takes it, but who asks for no people must not depend on that.
   */
  static List<String> notTaken(Map<String, JsonNode> parameters, String model) {
    List<String> names = new ArrayList<>();
    parameters.forEach((name, value) -> {
      Faults faults = new Faults();
      check(FieldPath.of(name), name, value, known(model), model, faults);
      boolean lost =
          (name.equals(PERSONS) && ModelFamily.of(model) == ModelFamily.GEMINI)
              || (name.equals(SEED) && wouldRepeatASeed(parameters, model));
      if (lost || !faults.isEmpty()) {
        names.add(name);
      }
    });
    return names;
  }

  /** Gemini's own form is in capitals. */
  private static JsonNode inSmallLetters(JsonNode value) {
    return value.isTextual() ? TextNode.valueOf(value.textValue().toLowerCase(Locale.ROOT)) : value;
  }

  private static void check(
      FieldPath path, String name, JsonNode value, Known known, String model, Faults faults) {
    List<String> allowed = known.allowed.get(name);
    if (name.equals(SAMPLE_COUNT)) {
      checkSamples(path, value, faults);
    } else if (allowed != null) {
      if (!value.isTextual() || !allowed.contains(value.textValue())) {
        faults.add(path, value, "one of " + String.join(", ", allowed));
      } else if (name.equals(IMAGE_SIZE) && model.contains("-fast-")) {
        faults.add(path, notTaken(model));
      }
    } else if (known.refused.contains(name)) {
      faults.add(path, notTaken(model));
    } else if (NESTED.containsKey(name) && ModelFamily.of(model) == ModelFamily.GEMINI) {
      checkNested(path, value, NESTED.getOrDefault(name, List.of()), faults);
    } else {
      String meant = meant(name);
      if (meant != null) {
        faults.add(path, "is not a parameter: " + meant + " is meant");
      }
    }
  }

  private static void checkNested(
      FieldPath path, JsonNode value, List<String> elsewhere, Faults faults) {
    if (!value.isObject()) {
      faults.add(path, value, "an object");
    }
    elsewhere.stream()
        .filter(value::has)
        .forEach(name -> faults.add(path.then(name), "is a parameter of its own: " + name));
  }

  static void checkSamples(FieldPath path, JsonNode value, Faults faults) {
    if (!value.canConvertToInt()
        || !value.isIntegralNumber()
        || value.intValue() < 1
        || value.intValue() > MOST_SAMPLES) {
      faults.add(path, value, "a whole number from 1 to " + MOST_SAMPLES);
    }
  }

  static String notTaken(String model) {
    return "is not taken by " + model + ": leave it out or choose another model";
  }

  /** The known parameter that is written in another way; null if this is none. */
  private static @Nullable String meant(String name) {
    String meant = MEANT.get(name.replaceAll("[-_ ]", "").toLowerCase(Locale.ROOT));
    return name.equals(meant) ? null : meant;
  }
}
