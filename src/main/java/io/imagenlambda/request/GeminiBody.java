package io.imagenlambda.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.imagenlambda.request.InvalidRequest.Faults;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request in the form of Gemini's API: one turn of the user, whose texts are the prompt. Names
 * are in camelCase or snake_case, and null is absent: clients write all of that.
 *
 * @see <a href="https://ai.google.dev/api/generate-content">generateContent</a>
 */
final class GeminiBody {
  private static final List<String> FIELDS =
      List.of(
          "id",
          "contents",
          "generationConfig",
          "safetySettings",
          "model",
          "references",
          "tenant",
          "metadata");

  private static final FieldPath CONTENTS = FieldPath.of("contents");
  private static final FieldPath CONFIG = FieldPath.of("generationConfig");

  private final Faults faults;
  private final ObjectNode parameters = JsonNodeFactory.instance.objectNode();
  private final Map<String, FieldPath> paths = new HashMap<>();

  private GeminiBody(Faults faults) {
    this.faults = faults;
  }

  static RequestBody read(JsonNode request, String defaultModel, Faults faults) {
    GeminiBody read = new GeminiBody(faults);
    ObjectNode body = read.inCamelCase(request, FieldPath.of());
    RequestBody.refuseOthers(body, FieldPath.of(), "such a request", FIELDS, faults);
    read.generationConfig(body.path("generationConfig"));
    if (body.has("safetySettings")) {
      read.parameter("safetySettings", body.get("safetySettings"), FieldPath.of());
    }
    if (ModelFamily.of(body.path("model").asText(defaultModel)) == ModelFamily.IMAGEN) {
      read.parameters.put(Parameters.SAMPLE_COUNT, 1); // whoever speaks Gemini's form expects one
    }
    return new RequestBody(
        read.prompt(body.path("contents")),
        CONTENTS,
        read.parameters,
        name -> read.paths.getOrDefault(name, CONFIG.then(name)));
  }

  /** The same object with names in camelCase, without what is null. */
  private ObjectNode inCamelCase(JsonNode object, FieldPath path) {
    ObjectNode same = JsonNodeFactory.instance.objectNode();
    object
        .properties()
        .forEach(member -> {
          String name = inCamelCase(member.getKey());
          if (member.getValue().isNull()) {
            return;
          }
          if (same.has(name)) {
            faults.add(path.then(name), "stands there twice, in camelCase and in snake_case");
          }
          same.set(name, member.getValue());
        });
    return same;
  }

  private static String inCamelCase(String name) {
    StringBuilder camel = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      boolean joins = name.charAt(i) == '_' && i > 0 && i + 1 < name.length();
      camel.append(joins ? Character.toUpperCase(name.charAt(++i)) : name.charAt(i));
    }
    return camel.toString();
  }

  private @Nullable JsonNode prompt(JsonNode contents) {
    FieldPath path = CONTENTS.then(0);
    ObjectNode turn = inCamelCase(contents.path(0), path);
    JsonNode parts = turn.path("parts");
    if (!contents.isArray() || contents.size() != 1 || !parts.isArray()) {
      faults.add(CONTENTS, "must be an array of one turn with parts");
      return null;
    }
    RequestBody.refuseOthers(turn, path, "a turn", List.of("role", "parts"), faults);
    if (turn.has("role") && !turn.path("role").asText().equals("user")) {
      faults.add(path.then("role"), turn.get("role"), "user");
    }
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      FieldPath at = path.then("parts", i);
      ObjectNode part = inCamelCase(parts.get(i), at);
      RequestBody.refuseOthers(part, at, "a part", List.of("text"), faults);
      if (part.path("text").isTextual()) {
        texts.add(part.path("text").textValue());
      } else {
        // Not its value: faults are logged, and prompts are not.
        faults.add(at.then("text"), "must be a string: it is the text of the image");
      }
    }
    return texts.isEmpty() ? MissingNode.getInstance() : TextNode.valueOf(String.join("\n", texts));
  }

  private void generationConfig(JsonNode given) {
    inCamelCase(given, CONFIG)
        .properties()
        .forEach(member -> {
          String name = member.getKey();
          JsonNode value = member.getValue();
          switch (name) {
            case "responseModalities" -> responseModalities(value);
            case "candidateCount" -> {
              if (value.asInt() != 1) {
                faults.add(CONFIG.then(name), value, "1: a call makes one image");
              }
            }
            case "imageConfig", "thinkingConfig" -> nested(name, value);
            default -> parameter(name, value, CONFIG);
          }
        });
  }

  private void responseModalities(JsonNode value) {
    if (!value.valueStream().map(JsonNode::asText).anyMatch("IMAGE"::equalsIgnoreCase)) {
      faults.add(CONFIG.then("responseModalities"), value, "with IMAGE among them");
    }
  }

  private void nested(String name, JsonNode value) {
    FieldPath path = CONFIG.then(name);
    ObjectNode rest = inCamelCase(value, path);
    for (String each : Parameters.NESTED.getOrDefault(name, List.of())) {
      if (rest.has(each)) {
        parameter(each, rest.remove(each), path);
      }
    }
    if (!rest.isEmpty() || !value.isObject()) {
      parameter(name, value.isObject() ? rest : value, CONFIG);
    }
  }

  private void parameter(String name, JsonNode value, FieldPath path) {
    parameters.set(name, value);
    paths.put(name, path.then(name));
  }
}
