package io.imagenlambda.request;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Objects;

/**
 * A valid request for images, with everything that was left out filled in.
 *
 * @param id the idempotency key: one id is paid for once
 * @param model the model's name
 * @param parameters the predict API's parameters in the order given; {@code sampleCount} is always
 *     among them
 * @param metadata the caller's own pairs, kept in the result and on the images
 * @param digest SHA-256 in hex of what was asked for (prompt, parameters, and the model where one
 *     was named), by which the same id with another request is told apart
 */
public record GenerationRequest(
    String id,
    String prompt,
    String model,
    Map<String, JsonNode> parameters,
    Map<String, String> metadata,
    String digest) {

  /** How many images are asked for. */
  public int sampleCount() {
    return Objects.requireNonNull(parameters.get(Parameters.SAMPLE_COUNT)).intValue();
  }
}
