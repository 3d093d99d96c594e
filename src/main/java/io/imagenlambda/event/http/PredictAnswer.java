package io.imagenlambda.event.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.imagenlambda.request.GenerationResult;
import io.imagenlambda.request.GenerationResult.Image;
import java.util.List;

/** A result as the predict API would answer it. */
final class PredictAnswer {
  private PredictAnswer() {}

  /**
   * Of a result that has images, or the filter's verdict.
   *
   * @param contents of the images; if it is empty, the answer has their addresses ({@code gcsUri})
   */
  static ObjectNode of(GenerationResult result, List<byte[]> contents) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    ArrayNode predictions = answer.putArray("predictions");
    for (int i = 0; i < result.images().size(); i++) {
      Image image = result.images().get(i);
      ObjectNode prediction = predictions.addObject().put("mimeType", image.mimeType());
      if (contents.isEmpty()) {
        prediction.put("gcsUri", image.url());
      } else {
        prediction.put("bytesBase64Encoded", contents.get(i));
      }
      if (image.prompt() != null) {
        prediction.put("prompt", image.prompt());
      }
    }
    result
        .filtered()
        .forEach(held -> predictions.addObject().put("raiFilteredReason", held.reason()));
    return answer;
  }
}
