package io.imagenlambda.lab.predict;

import static io.imagenlambda.lab.predict.ImageRequest.require;

import com.fasterxml.jackson.databind.JsonNode;
import io.imagenlambda.lab.predict.ImageRequest.Refused;
import java.util.List;
import java.util.Set;

/** The body of {@code :predict}. */
final class PredictRequest {
  /** The models that are always there. */
  static final Set<String> MODELS =
      Set.of(
          "imagen-4.0-generate-001",
          "imagen-4.0-fast-generate-001",
          "imagen-4.0-ultra-generate-001");

  private static final Set<String> ASPECT_RATIOS = Set.of("1:1", "3:4", "4:3", "9:16", "16:9");

  private PredictRequest() {}

  static ImageRequest read(String model, String body) throws Refused {
    JsonNode root = ImageRequest.json(body);
    JsonNode instances = root.path("instances");
    require(instances.size() == 1, "instances must have one entry");
    JsonNode prompt = instances.path(0).path("prompt");
    require(prompt.isTextual() && !prompt.asText().isBlank(), "prompt must be a string");
    JsonNode parameters = root.path("parameters");
    JsonNode count = parameters.path("sampleCount");
    int sampleCount = count.isMissingNode() ? 4 : count.asInt(0);
    require(
        (count.isMissingNode() || count.isIntegralNumber()) && sampleCount >= 1 && sampleCount <= 4,
        "sampleCount must be between 1 and 4");
    String aspectRatio = parameters.path("aspectRatio").asText("1:1");
    require(ASPECT_RATIOS.contains(aspectRatio), "aspectRatio is not supported");
    JsonNode imageSize = parameters.path("imageSize");
    require(
        imageSize.isMissingNode() || !model.contains("-fast-"),
        "imageSize is not supported by this model");
    require(Set.of("1K", "2K").contains(imageSize.asText("1K")), "imageSize must be 1K or 2K");
    require(
        Set.of("dont_allow", "allow_adult", "allow_all")
            .contains(parameters.path("personGeneration").asText("allow_adult")),
        "personGeneration is not supported");
    JsonNode seed = parameters.path("seed");
    return new ImageRequest(
        model,
        prompt.asText(),
        List.of(),
        sampleCount,
        aspectRatio,
        imageSize.asText("1K"),
        seed.isIntegralNumber() ? seed.asLong() : null,
        parameters.path("outputOptions").path("mimeType").asText("image/png"));
  }
}
