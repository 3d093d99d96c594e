package io.imagenlambda.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.imagenlambda.request.InvalidRequest.Faults;
import io.imagenlambda.settings.Settings;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Makes a {@link GenerationRequest} from JSON in any form of {@link RequestBody}. Unknown names are
 * refused, because a typo must not cost money.
 */
@Singleton
public class RequestParser {
  private static final Pattern METADATA_KEY = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  /** A bucket's name and a key, which S3 limits to 1,024 bytes. */
  private static final Pattern OBJECT =
      Pattern.compile("s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/(?!$).{1,1024}");

  private static final int MOST_REFERENCES = 14;
  private static final int MOST_METADATA = 16;
  private static final int LONGEST_METADATA_VALUE = 512;

  private final RequestJson json;
  private final String defaultModel;
  private final int longestPrompt;

  RequestParser(RequestJson json, Settings settings) {
    this.json = json;
    defaultModel = settings.model();
    longestPrompt = settings.limits().prompt();
  }

  /**
   * Whether the object looks like a request at all, valid or not. Bedrock has a parameters array.
   */
  public static boolean looksLikeRequest(JsonNode object) {
    return Stream.of("prompt", "instances", "contents").anyMatch(object::has)
        || object.path("parameters").isObject();
  }

  /** The request as it came, with this id. */
  public static ObjectNode withId(JsonNode request, String id) {
    return request.<ObjectNode>deepCopy().put("id", id);
  }

  /** The id under which a request runs, valid or not; empty if it names one that is none. */
  public static Optional<String> id(JsonNode request, String eventId) {
    JsonNode named = request.path("id");
    return named.isMissingNode() || named.isNull()
        ? Optional.of(eventId)
        : Optional.ofNullable(named.textValue()).filter(RequestId::isValid);
  }

  /**
   * Checks a request and fills in what it leaves out.
   *
   * @param eventId the id of a request that names none
   * @throws InvalidRequest with every fault
   */
  public GenerationRequest parse(JsonNode request, String eventId) {
    Faults faults = new Faults();
    if (!request.isObject()) {
      throw new InvalidRequest(
          "the request must be a JSON object such as {\"prompt\":\"a lighthouse in fog\"}");
    }
    Text.refuseMangled(request, FieldPath.of(), faults);
    RequestBody body = RequestBody.of(request, defaultModel, faults);
    String id = name("id", request.path("id"), RequestId::isValid, faults).orElse(eventId);
    String model =
        name("model", request.path("model"), Settings::isModel, faults).orElse(defaultModel);
    String tenant = name("tenant", request.path("tenant"), RequestId::isValid, faults).orElse(null);
    String prompt = prompt(body, faults);
    Map<String, JsonNode> parameters = Parameters.read(body, model, faults);
    List<String> references = references(request.path("references"), model, faults);
    Map<String, String> metadata = metadata(request.path("metadata"), faults);
    faults.throwIfAny();
    return new GenerationRequest(
        id,
        prompt,
        model,
        parameters,
        references,
        tenant,
        metadata,
        digest(request, prompt, body, parameters));
  }

  private static Optional<String> name(
      String field, JsonNode given, Predicate<String> allowed, Faults faults) {
    if (given.isMissingNode() || given.isNull()) {
      return Optional.empty();
    }
    if (!given.isTextual() || !allowed.test(given.textValue())) {
      faults.add(FieldPath.of(field), given, RequestId.RULE);
      return Optional.empty();
    }
    return Optional.of(given.textValue());
  }

  private String prompt(RequestBody body, Faults faults) {
    JsonNode given = body.prompt();
    FieldPath path = body.promptPath();
    if (given == null) {
      return "";
    }
    if (given.isMissingNode() || given.isNull()) {
      faults.add(path, "is missing: it is the text of the image");
    } else if (!given.isTextual()) {
      // Not its value: faults are logged, and prompts are not.
      faults.add(path, "must be a string: it is the text of the image");
    } else if (Text.isInvisible(given.textValue())) {
      faults.add(path, "is empty: it is the text of the image");
    } else if (given.textValue().length() > longestPrompt) {
      faults.add(
          path,
          "has %d characters but may have %d, see IMAGEN_MAX_PROMPT"
              .formatted(given.textValue().length(), longestPrompt));
    }
    return given.asText();
  }

  private static List<String> references(JsonNode given, String model, Faults faults) {
    FieldPath path = FieldPath.of("references");
    if (given.isMissingNode() || given.isNull()) {
      return List.of();
    }
    if (!given.isArray()) {
      faults.add(path, given, "an array of s3://bucket/key");
    }
    if (given.size() > MOST_REFERENCES) {
      faults.add(path, "has %d images but may have %d".formatted(given.size(), MOST_REFERENCES));
    }
    if (!given.isEmpty() && ModelFamily.of(model) == ModelFamily.IMAGEN) {
      faults.add(path, Parameters.notTaken(model));
    }
    List<String> references = new ArrayList<>();
    for (JsonNode each : given) {
      if (!each.isTextual() || !OBJECT.matcher(each.textValue()).matches()) {
        faults.add(path.then(references.size()), each, "an image's s3://bucket/key");
      }
      references.add(each.asText());
    }
    return references;
  }

  private static Map<String, String> metadata(JsonNode given, Faults faults) {
    FieldPath path = FieldPath.of("metadata");
    Map<String, String> metadata = new LinkedHashMap<>();
    if (!given.isObject() && !given.isMissingNode() && !given.isNull()) {
      faults.add(path, given, "an object of strings");
    }
    if (given.size() > MOST_METADATA) {
      faults.add(path, "has %d pairs but may have %d".formatted(given.size(), MOST_METADATA));
    }
    given
        .properties()
        .forEach(pair -> {
          FieldPath at = path.then(pair.getKey());
          if (!METADATA_KEY.matcher(pair.getKey()).matches()) {
            faults.add(at, "must be named by 1 to 64 letters, digits, '.', '_' or '-'");
          } else if (!pair.getValue().isTextual()
              || pair.getValue().textValue().length() > LONGEST_METADATA_VALUE) {
            faults.add(
                at,
                pair.getValue(),
                "a string of at most " + LONGEST_METADATA_VALUE + " characters");
          }
          metadata.put(pair.getKey(), pair.getValue().asText());
        });
    return metadata;
  }

  /**
   * Without any default: a new default model must not make a redelivery look like another request.
   * Version 1 had {@code sampleCount} filled in, and no references.
   */
  private RequestDigest digest(
      JsonNode request, String prompt, RequestBody body, Map<String, JsonNode> parameters) {
    Map<String, JsonNode> named = new LinkedHashMap<>(parameters);
    if (!body.parameters().hasNonNull(Parameters.SAMPLE_COUNT)) {
      named.remove(Parameters.SAMPLE_COUNT);
    }
    String version2 = "2:" + json.digest(asked(request, prompt, named));
    Set<String> older =
        request.path("references").isEmpty()
            ? Set.of(json.digest(asked(request, prompt, parameters)))
            : Set.of();
    return new RequestDigest(version2, older);
  }

  private static ObjectNode asked(
      JsonNode request, String prompt, Map<String, JsonNode> parameters) {
    ObjectNode asked = JsonNodeFactory.instance.objectNode();
    asked.put("prompt", prompt);
    asked.set("parameters", JsonNodeFactory.instance.objectNode().setAll(parameters));
    if (request.hasNonNull("model")) {
      asked.set("model", request.get("model"));
    }
    if (!request.path("references").isEmpty()) {
      asked.set("references", request.get("references"));
    }
    return asked;
  }
}
