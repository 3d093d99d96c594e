package io.imagenlambda.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a result says.
 *
 * @param images the SHA-256 of each, by its {@code s3Uri}
 * @param error the error's code; empty where there is none
 */
record Result(String status, int requested, Map<String, String> images, String error) {
  /** How the function calls what an earlier delivery left behind, in a result. */
  static final String INTERRUPTED = "interrupted";

  /** How it calls a provider that did not answer in time. */
  static final String TIMEOUT = "timeout";

  Result {
    images = Map.copyOf(images);
  }

  static Result of(JsonNode json) {
    Map<String, String> images = new TreeMap<>();
    json.path("images")
        .forEach(image -> images.put(image.path("s3Uri").asText(), image.path("sha256").asText()));
    return new Result(
        json.path("status").asText(),
        json.path("requested").asInt(),
        images,
        json.path("error").path("code").asText(""));
  }
}
