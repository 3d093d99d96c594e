package io.imagenlambda.event.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.imagenlambda.request.GenerationResult;
import io.imagenlambda.request.GenerationResult.Filtered;
import io.imagenlambda.request.GenerationResult.Image;
import io.imagenlambda.request.Usage;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A result as Gemini's API would answer it.
 *
 * @see <a href="https://ai.google.dev/api/generate-content#FileData">FileData</a>
 */
final class GeminiAnswer {
  private GeminiAnswer() {}

  /**
   * Of a result that has images, or the filter's verdict.
   *
   * @param contents of the images; if it is empty, the answer has their addresses
   */
  static ObjectNode of(GenerationResult result, List<byte[]> contents) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    ObjectNode candidate = answer.putArray("candidates").addObject();
    ArrayNode parts = candidate.putObject("content").put("role", "model").putArray("parts");
    for (int i = 0; i < result.images().size(); i++) {
      Image image = result.images().get(i);
      ObjectNode part = parts.addObject();
      if (contents.isEmpty()) {
        part.putObject("fileData").put("mimeType", image.mimeType()).put("fileUri", image.url());
      } else {
        part.putObject("inlineData").put("mimeType", image.mimeType()).put("data", contents.get(i));
      }
    }
    if (result.images().isEmpty()) {
      candidate
          .put("finishReason", "IMAGE_SAFETY")
          .put(
              "finishMessage",
              result.filtered().stream().map(Filtered::reason).collect(Collectors.joining("; ")));
    } else {
      candidate.put("finishReason", "STOP");
    }
    candidate.put("index", 0);
    Usage usage = result.usage();
    if (usage != null) {
      answer
          .putObject("usageMetadata")
          .put("promptTokenCount", usage.promptTokens())
          .put("candidatesTokenCount", usage.outputTokens())
          .put("thoughtsTokenCount", usage.thoughtTokens())
          .put("totalTokenCount", usage.totalTokens());
    }
    return answer.put("modelVersion", result.model()).put("responseId", result.id());
  }
}
