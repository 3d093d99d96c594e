package io.imagenlambda.chaos;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * One request of the plan.
 *
 * @param id begins its prompt, so that the simulator's journal tells whose call it was
 */
record Order(String id, Trigger trigger, Mishap mishap) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The request with its id. */
  ObjectNode json() {
    ObjectNode json = JSON.createObjectNode().put("id", id);
    json.setAll(jsonWithoutId());
    return json;
  }

  /** The request as someone sends it who leaves the id to the event. */
  ObjectNode jsonWithoutId() {
    ObjectNode json =
        JSON.createObjectNode()
            .put("prompt", "%s of a harbour [size:2KB]%s".formatted(id, mishap.marker()));
    json.putObject("parameters").put("sampleCount", mishap.samples());
    if (mishap == Mishap.NO_REQUEST) {
      json.put("size", "2K"); // a field that is not known
    }
    return json;
  }
}
