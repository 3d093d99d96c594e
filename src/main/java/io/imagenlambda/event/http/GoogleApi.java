package io.imagenlambda.event.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.imagenlambda.request.GenerationResult;
import java.util.List;
import java.util.Locale;

/**
 * Google's own APIs: of Gemini and of Vertex AI, {@code :predict} and {@code :generateContent}.
 *
 * @param model as the path names it
 * @param method {@code predict} or {@code generateContent}
 * @see <a href="https://google.aip.dev/193">Google's errors</a>
 */
record GoogleApi(String model, String method) implements ForeignApi {
  private static final String TYPE = "type.googleapis.com/google.rpc.";

  @Override
  public JsonNode request(JsonNode body) {
    return body instanceof ObjectNode object ? object.put("model", model) : body;
  }

  @Override
  public Object answer(GenerationResult result, List<byte[]> contents) {
    return method.equals("predict")
        ? PredictAnswer.of(result, contents)
        : GeminiAnswer.of(result, contents);
  }

  @Override
  public boolean answersWithVerdict() {
    return true;
  }

  @Override
  public ObjectNode error(int status, Problem problem, String location) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    ObjectNode error =
        answer
            .putObject("error")
            .put("code", status)
            .put("message", problem.detail())
            .put("status", canonical(status));
    ArrayNode details = error.putArray("details");
    ObjectNode info =
        details
            .addObject()
            .put("@type", TYPE + "ErrorInfo")
            .put("reason", problem.title().toUpperCase(Locale.ROOT).replace(' ', '_'))
            .put("domain", "imagen-lambda");
    ObjectNode metadata = info.putObject("metadata");
    if (problem.id() != null) {
      metadata.put("id", problem.id());
    }
    if (!location.isEmpty()) {
      metadata.put("location", location);
    }
    if (!problem.errors().isEmpty()) {
      ArrayNode violations =
          details.addObject().put("@type", TYPE + "BadRequest").putArray("fieldViolations");
      problem
          .errors()
          .forEach(each ->
              violations
                  .addObject()
                  .put("field", each.pointer())
                  .put("description", each.detail()));
    }
    return answer;
  }

  /**
   * The name of a status.
   *
   * @see <a
   *     href="https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto">Codes</a>
   */
  private static String canonical(int status) {
    return switch (status) {
      case 401 -> "UNAUTHENTICATED";
      case 404 -> "NOT_FOUND";
      case 405 -> "UNIMPLEMENTED";
      case 422 -> "FAILED_PRECONDITION";
      case 429 -> "RESOURCE_EXHAUSTED";
      case 503 -> "UNAVAILABLE";
      default -> "INVALID_ARGUMENT";
    };
  }
}
