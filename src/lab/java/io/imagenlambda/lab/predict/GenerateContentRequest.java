package io.imagenlambda.lab.predict;

import static io.imagenlambda.lab.predict.ImageRequest.require;
import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import io.imagenlambda.lab.predict.Call.Reference;
import io.imagenlambda.lab.predict.ImageRequest.Refused;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/** The body of {@code :generateContent}, for an image. */
final class GenerateContentRequest {
  /** The models that are always there. */
  static final Set<String> MODELS =
      Set.of("gemini-nano-banana-2.1", "gemini-3-pro-image", "gemini-2.5-flash-image");

  private static final Set<String> IMAGES =
      Set.of("image/png", "image/jpeg", "image/webp", "image/heic", "image/heif");
  private static final int MOST_REFERENCES = 14;
  private static final Set<String> SIZES = Set.of("512", "1K", "2K", "4K");

  private GenerateContentRequest() {}

  static ImageRequest read(String model, String body) throws Refused {
    JsonNode root = ImageRequest.json(body);
    JsonNode contents = root.path("contents");
    if (contents.isEmpty()) {
      throw new Refused(ErrorAnswers.noContents());
    }
    JsonNode parts = contents.path(0).path("parts");
    String text =
        parts.valueStream().map(part -> part.path("text").asText()).collect(joining("\n")).strip();
    require(!text.isEmpty(), "contents.parts must have a text");
    List<Reference> references = new ArrayList<>();
    for (JsonNode part : parts) {
      if (part.has("inlineData")) {
        references.add(reference(part.path("inlineData")));
      }
    }
    require(references.size() <= MOST_REFERENCES, "too many images in the request");
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
        text,
        references,
        1,
        aspectRatio,
        size,
        seed.isIntegralNumber() ? seed.asLong() : null,
        "image/png");
  }

  private static Reference reference(JsonNode inlineData) throws Refused {
    byte[] content;
    try {
      content = Base64.getDecoder().decode(inlineData.path("data").asText());
    } catch (IllegalArgumentException e) {
      throw new Refused(ErrorAnswers.invalid("Base64 decoding failed for inline_data"));
    }
    String type = inlineData.path("mimeType").asText();
    require(IMAGES.contains(type), "Unsupported MIME type: " + type);
    require(content.length > 0, "Unable to process input image.");
    return new Reference(PictureCache.sha256(content), content.length, type);
  }
}
