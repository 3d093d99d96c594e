package io.imagenlambda.lab.predict;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The request of a call, validated as strictly as the API does. */
record PredictRequest(
    String model,
    String prompt,
    int sampleCount,
    String aspectRatio,
    String imageSize,
    @Nullable Long seed,
    String mimeType) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> MODELS =
      Set.of(
          "imagen-4.0-generate-001",
          "imagen-4.0-fast-generate-001",
          "imagen-4.0-ultra-generate-001");

  /** The request is not valid; has the error that the API would answer. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Fault.ErrorAnswer answer;

    Refused(Fault.ErrorAnswer answer) {
      super(answer.body());
      this.answer = answer;
    }

    Fault.ErrorAnswer answer() {
      return answer;
    }
  }

  static PredictRequest read(String model, String body) throws Refused {
    if (!MODELS.contains(model)) {
      throw new Refused(ErrorAnswers.noModel(model));
    }
    JsonNode root;
    try {
      root = JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw invalid("Invalid JSON payload received.");
    }
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
    require(Picture.isAspectRatio(aspectRatio), "aspectRatio is not supported");
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
    return new PredictRequest(
        model,
        prompt.asText(),
        sampleCount,
        aspectRatio,
        imageSize.asText("1K"),
        seed.isIntegralNumber() ? seed.asLong() : null,
        parameters.path("outputOptions").path("mimeType").asText("image/png"));
  }

  private static void require(boolean holds, String message) throws Refused {
    if (!holds) {
      throw invalid(message);
    }
  }

  private static Refused invalid(String message) {
    return new Refused(ErrorAnswers.invalid(message));
  }
}
