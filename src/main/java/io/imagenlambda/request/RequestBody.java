package io.imagenlambda.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.imagenlambda.request.InvalidRequest.Faults;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a request says of its images, in whichever form it came: the function's own ({@code
 * prompt}), the predict API's ({@code instances}) or Gemini's ({@code contents}).
 *
 * @param prompt as it was given; missing if it was not, null if its place is wrong, which is
 *     reported
 * @param promptPath where it was given
 * @param parameters by the names of the own form; missing for none
 * @param parameterPath where a parameter of that name was given
 */
record RequestBody(
    @Nullable JsonNode prompt,
    FieldPath promptPath,
    JsonNode parameters,
    Function<String, FieldPath> parameterPath) {
  private static final List<String> OWN =
      List.of(
          "id", "prompt", "instances", "model", "parameters", "references", "tenant", "metadata");

  /** As messages name them: a request has one of three forms. */
  private static final List<String> OF_ALL_FORMS =
      List.of(
          "id",
          "prompt (or instances, or contents)",
          "model",
          "parameters",
          "references",
          "tenant",
          "metadata");

  /**
   * Reads a JSON object.
   *
   * @param defaultModel of a request that names none
   */
  static RequestBody of(JsonNode request, String defaultModel, Faults faults) {
    if (request.hasNonNull("contents")) {
      return GeminiBody.read(request, defaultModel, faults);
    }
    refuseOthers(request, FieldPath.of(), "a request", OWN, OF_ALL_FORMS, faults);
    return request.has("instances") ? ofPredict(request, faults) : own(request);
  }

  private static RequestBody own(JsonNode request) {
    return new RequestBody(
        request.path("prompt"),
        FieldPath.of("prompt"),
        request.path("parameters"),
        RequestBody::ownPath);
  }

  private static FieldPath ownPath(String parameter) {
    return FieldPath.of("parameters", parameter);
  }

  private static RequestBody ofPredict(JsonNode request, Faults faults) {
    if (request.has("prompt")) {
      faults.add(FieldPath.of("prompt"), "cannot be given beside instances: choose one");
    }
    FieldPath path = FieldPath.of("instances");
    JsonNode instances = request.path("instances");
    JsonNode instance = instances.path(0);
    if (!instances.isArray() || instances.size() != 1 || !instance.isObject()) {
      faults.add(path, "must be an array of one object with a prompt");
      return new RequestBody(null, path, request.path("parameters"), RequestBody::ownPath);
    }
    refuseOthers(instance, path.then(0), "an instance", List.of("prompt"), faults);
    return new RequestBody(
        instance.path("prompt"),
        path.then(0, "prompt"),
        request.path("parameters"),
        RequestBody::ownPath);
  }

  /** Refuses names that are not known: one may be a typo, which must not cost money. */
  static void refuseOthers(
      JsonNode object, FieldPath path, String kind, List<String> allowed, Faults faults) {
    refuseOthers(object, path, kind, allowed, allowed, faults);
  }

  private static void refuseOthers(
      JsonNode object,
      FieldPath path,
      String kind,
      List<String> allowed,
      List<String> told,
      Faults faults) {
    object
        .fieldNames()
        .forEachRemaining(name -> {
          if (!allowed.contains(name)) {
            faults.add(
                path.then(name),
                "is not a field of %s: allowed are %s".formatted(kind, String.join(", ", told)));
          }
        });
  }
}
