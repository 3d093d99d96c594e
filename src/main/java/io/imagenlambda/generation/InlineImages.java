package io.imagenlambda.generation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.imagenlambda.request.FieldPath;
import io.imagenlambda.request.GenerationRequest;
import io.imagenlambda.request.InvalidRequest;
import io.imagenlambda.request.InvalidRequest.Fault;
import io.imagenlambda.request.RequestId;
import io.imagenlambda.request.RequestJson;
import io.imagenlambda.request.RequestParser;
import io.imagenlambda.spool.ImageSignature;
import io.imagenlambda.storage.ReferenceObjects;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The images inside a request in Gemini's form. They are stored first, and the request gets
 * references instead of them. So it fits into a message, and every try has them.
 */
@Singleton
public class InlineImages {
  private final RequestParser parser;
  private final ReferenceObjects objects;

  InlineImages(RequestParser parser, ReferenceObjects objects) {
    this.parser = parser;
    this.objects = objects;
  }

  /** An image to be stored, and where. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Inline(String name, String mimeType, byte[] content) {}

  /**
   * Stores the images that are in a request, as {@code {prefix}{id}/ref-{n}.{ext}}.
   *
   * @param eventId the id of a request that names none
   * @return the request with references to them; the same if there are none
   * @throws InvalidRequest with every fault of the request, or because its id has other images
   */
  public JsonNode store(JsonNode request, String eventId) {
    if (!RequestJson.hasInlineImages(request)) {
      return request;
    }
    String named = request.path("id").asText();
    String id = RequestId.isValid(named) ? named : eventId;
    ObjectNode asked = request.deepCopy();
    List<Fault> faults = new ArrayList<>();
    List<Inline> images = takeOut(asked, faults);
    ArrayNode references =
        asked.path("references") instanceof ArrayNode given ? given : asked.putArray("references");
    images.forEach(image -> references.add(objects.uri(id, image.name())));
    GenerationRequest valid = valid(asked, eventId, faults);
    for (Inline image : images) {
      if (!objects.store(valid.id(), image.name(), image.mimeType(), image.content())) {
        throw InvalidRequest.conflict(valid.id());
      }
    }
    return asked;
  }

  private GenerationRequest valid(ObjectNode asked, String eventId, List<Fault> faults) {
    GenerationRequest request;
    try {
      request = parser.parse(asked, eventId);
    } catch (InvalidRequest invalid) {
      faults.addAll(invalid.faults());
      throw new InvalidRequest(faults);
    }
    if (!faults.isEmpty()) {
      throw new InvalidRequest(faults);
    }
    return request;
  }

  private static List<Inline> takeOut(ObjectNode asked, List<Fault> faults) {
    List<Inline> images = new ArrayList<>();
    ArrayNode left = asked.arrayNode();
    JsonNode parts = RequestJson.parts(asked);
    for (int i = 0; i < parts.size(); i++) {
      JsonNode part = parts.get(i);
      Optional<String> field = RequestJson.inlineData(part);
      if (field.isEmpty()) {
        left.add(part);
        continue;
      }
      JsonNode data = ((ObjectNode) part).remove(field.get());
      inline(
              data,
              images.size(),
              FieldPath.of("contents", 0, "parts", i, field.get(), "data"),
              faults)
          .ifPresent(images::add);
      if (!part.isEmpty()) {
        left.add(part);
      }
    }
    ((ObjectNode) asked.path("contents").path(0)).set("parts", left);
    return images;
  }

  private static Optional<Inline> inline(
      JsonNode inlineData, int number, FieldPath path, List<Fault> faults) {
    byte[] content;
    try {
      content = Base64.getDecoder().decode(inlineData.path("data").asText());
    } catch (IllegalArgumentException e) {
      faults.add(Fault.at(path, "is not base64: " + e.getMessage()));
      return Optional.empty();
    }
    // By its bytes: what it is called may be wrong.
    Optional<String> mimeType = ImageSignature.mimeType(content);
    if (mimeType.isEmpty()) {
      faults.add(Fault.at(path, "is not a PNG, JPEG, WebP or HEIC image"));
    }
    return mimeType.map(type ->
        new Inline("ref-%d.%s".formatted(number, ImageSignature.extension(type)), type, content));
  }
}
