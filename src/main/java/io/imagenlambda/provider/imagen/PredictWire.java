package io.imagenlambda.provider.imagen;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.imagenlambda.provider.ImageDelivery;
import io.imagenlambda.provider.Provider.Reference;
import io.imagenlambda.provider.Wire;
import io.imagenlambda.provider.WireClient;
import io.imagenlambda.provider.net.Body;
import io.imagenlambda.provider.net.Exchange;
import io.imagenlambda.request.GenerationRequest;
import io.imagenlambda.request.ModelFamily;
import io.imagenlambda.settings.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;

/** Calls {@code :predict} and reads its answers. */
@Singleton
public final class PredictWire implements Wire {
  private final WireClient<PredictApi> client;
  private final ObjectMapper mapper;

  @Inject
  PredictWire(Settings settings, ObjectMapper mapper) {
    this(new WireClient<>(PredictApi.class, settings), mapper);
    if (speaksTo(settings.model())) {
      var _ = client.get();
    }
  }

  /** A wire with another patience. */
  public PredictWire(Settings settings, Duration connectTimeout, ObjectMapper mapper) {
    this(new WireClient<>(PredictApi.class, settings, connectTimeout), mapper);
  }

  private PredictWire(WireClient<PredictApi> client, ObjectMapper mapper) {
    this.client = client;
    this.mapper = mapper;
  }

  @Override
  public boolean speaksTo(String model) {
    return ModelFamily.of(model) == ModelFamily.IMAGEN;
  }

  /** As many as a request may ask for. */
  @Override
  public int imagesPerCall() {
    return 4;
  }

  @Override
  public int mostImages(int wanted) {
    return wanted;
  }

  @Override
  public int imagesHeld() {
    return 1;
  }

  @Override
  public Body body(GenerationRequest request, List<Reference> references) {
    if (!references.isEmpty()) {
      throw new IllegalArgumentException("the predict API takes no references");
    }
    ObjectNode root = mapper.createObjectNode();
    root.putArray("instances").addObject().put("prompt", request.prompt());
    root.putObject("parameters").setAll(request.parameters());
    try {
      return new Body.InMemory(mapper.writeValueAsBytes(root));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can always be written", e);
    }
  }

  @Override
  public byte[] emptyBody() {
    return "{\"instances\":[]}".getBytes(UTF_8);
  }

  /** An error that names Gemini's fields means that this wire is not served. */
  @Override
  public boolean isOfEmptyBody(String message) {
    return false;
  }

  @Override
  public String method() {
    return "predict";
  }

  @Override
  public Response call(String model, String key, Exchange exchange) {
    return client
        .get()
        .predict(model, client.authorization(key), client.googleKey(key), exchange.entity());
  }

  @Override
  public Read read(InputStream body, ImageDelivery images) throws IOException {
    return new PredictAnswerReader(body, images).read();
  }
}
