package io.imagenlambda.predict;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One instance for the predict API; it is sent as it is.
 *
 * @param model the model's name, as it stands in the path
 * @param prompt the prompt
 * @param parameters the call's parameters in the order in which they are sent, {@code sampleCount}
 *     included
 */
public record PredictRequest(String model, String prompt, Map<String, JsonNode> parameters) {
  public PredictRequest {
    parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
  }
}
