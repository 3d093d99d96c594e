package io.imagenlambda.predict;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.imagenlambda.settings.Settings;
import jakarta.inject.Singleton;
import java.io.UncheckedIOException;
import java.time.Duration;

/**
 * The predict API. One instance serves every thread but an event loop's; a call keeps its own
 * thread until it is over.
 */
@Singleton
public class Predictions {
  private final Upstream upstream;
  private final ApiKey apiKey;
  private final Retries retries;
  private final Settings settings;
  private final ObjectMapper mapper;

  Predictions(
      Upstream upstream, ApiKey apiKey, Retries retries, Settings settings, ObjectMapper mapper) {
    this.upstream = upstream;
    this.apiKey = apiKey;
    this.retries = retries;
    this.settings = settings;
    this.mapper = mapper;
  }

  /**
   * Asks for images and hands them on while they arrive. What was not charged for is tried again,
   * up to five times, with growing waits or those that the provider asks for. A prompt or an image
   * that the provider's filter refused is an answer, not a failure.
   *
   * @param within the time for everything, waits and further attempts included; each attempt is
   *     also bound by {@code IMAGEN_TIMEOUT}
   * @param sink says how many images are wanted, of at most {@code IMAGEN_MAX_IMAGE_BYTES} each; an
   *     answer that is larger is not read on
   * @throws PredictFailure where there is no answer, or only a part of one
   * @throws UncheckedIOException around what the sink threw; the call is then broken off
   */
  public PredictAnswer predict(PredictRequest request, Duration within, ImageSink sink)
      throws PredictFailure {
    byte[] body = body(request);
    PredictCall call =
        new PredictCall(upstream, apiKey, settings.timeout(), request.model(), body, within, sink);
    return call.run(retries);
  }

  private byte[] body(PredictRequest request) {
    ObjectNode root = mapper.createObjectNode();
    root.putArray("instances").addObject().put("prompt", request.prompt());
    root.putObject("parameters").setAll(request.parameters());
    try {
      return mapper.writeValueAsBytes(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can always be written", e);
    }
  }
}
