package io.imagenlambda.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A valid request for images, with all defaults filled in.
 *
 * @param id the idempotency key: one id is paid for once
 * @param parameters the predict API's, in the order given, always with {@code sampleCount}
 * @param references images to work from, as {@code s3://bucket/key}; only Gemini's models take any
 * @param tenant whose request it is; null if it does not say
 * @param metadata the caller's own pairs, kept in the result and on the images
 * @param digest shows that the id came with another request
 */
public record GenerationRequest(
    String id,
    String prompt,
    String model,
    Map<String, JsonNode> parameters,
    List<String> references,
    @Nullable String tenant,
    Map<String, String> metadata,
    RequestDigest digest) {

  /** How many images are asked for. */
  public int sampleCount() {
    return Objects.requireNonNull(parameters.get(Parameters.SAMPLE_COUNT)).intValue();
  }

  /** Which of its parameters another model does not take, as far as that is known. */
  public List<String> notTakenBy(String other) {
    List<String> names = Parameters.notTaken(parameters, other);
    if (!references.isEmpty() && ModelFamily.of(other) == ModelFamily.IMAGEN) {
      names.add("references");
    }
    return names;
  }

  /** The same request of another model, for as many images. */
  public GenerationRequest ofModel(String other) {
    return new GenerationRequest(
        id, prompt, other, parameters, references, tenant, metadata, digest);
  }

  /** The same request for another number of images: what is still missing of it. */
  public GenerationRequest forImages(int count) {
    Map<String, JsonNode> changed = new LinkedHashMap<>(parameters);
    changed.put(Parameters.SAMPLE_COUNT, IntNode.valueOf(count));
    return new GenerationRequest(id, prompt, model, changed, references, tenant, metadata, digest);
  }
}
