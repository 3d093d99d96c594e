package io.imagenlambda.request;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/** Valid requests for tests that are about something else. */
public final class TestRequests {
  private TestRequests() {}

  /** A request for one image, with an id and a digest of its own for each prompt. */
  public static GenerationRequest of(
      String model, String prompt, Map<String, JsonNode> parameters) {
    return new GenerationRequest(
        "a-request",
        prompt,
        model,
        parameters,
        List.of(),
        null,
        Map.of(),
        RequestDigest.of("digest of " + prompt));
  }

  /** The JSON of a request for one image. */
  public static String request(String id, String prompt) {
    return "{\"id\":\"%s\",\"prompt\":\"%s\",\"parameters\":{\"sampleCount\":1}}"
        .formatted(id, prompt);
  }
}
