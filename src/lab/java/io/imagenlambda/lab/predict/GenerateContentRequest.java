package io.imagenlambda.lab.predict;

import static io.imagenlambda.lab.predict.ImageRequest.require;

import com.fasterxml.jackson.databind.JsonNode;
import io.imagenlambda.lab.predict.ImageRequest.Refused;
import java.util.Set;

/** The body of {@code :generateContent}, for an image. */
final class GenerateContentRequest {
  private static final Set<String> MODELS =
      Set.of("gemini-nano-banana-2.1", "gemini-3-pro-image", "gemini-2.5-flash-image");
  private static final Set<String> SIZES = Set.of("512", "1K", "2K", "4K");

  private GenerateContentRequest() {}

  static ImageRequest read(String model, String body) throws Refused {
    if (!MODELS.contains(model)) {
      throw new Refused(ErrorAnswers.noModel(model));
    }
    JsonNode root = ImageRequest.json(body);
    JsonNode contents = root.path("contents");
    require(contents.size() > 0, "contents is required");
    JsonNode text = contents.path(0).path("parts").path(0).path("text");
    require(text.isTextual() && !text.asText().isBlank(), "contents.parts must have a text");
    JsonNode generation = root.path("generationConfig");
    require(
        generation.path("responseModalities").toString().contains("IMAGE"),
        "this lab makes images only");
    require(
        generation.path("candidateCount").asInt(1) == 1,
        "Multiple candidates is not enabled for this model");
    JsonNode image = generation.path("imageConfig");
    String aspectRatio = image.path("aspectRatio").asText("1:1");
    require(Picture.isAspectRatio(aspectRatio), "aspectRatio is not supported");
    String size = image.path("imageSize").asText("1K");
    require(SIZES.contains(size), "imageSize is not supported");
    JsonNode seed = generation.path("seed");
    return new ImageRequest(
        model,
        text.asText(),
        1,
        aspectRatio,
        size,
        seed.isIntegralNumber() ? seed.asLong() : null,
        "image/png");
  }
}
