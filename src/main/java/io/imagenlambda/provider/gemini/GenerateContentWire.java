package io.imagenlambda.provider.gemini;

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
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Calls {@code :generateContent} and reads its answers. One call makes one image. */
@Singleton
public final class GenerateContentWire implements Wire {
  /** With the thoughts before it; ten have been seen. */
  private static final int MOST_IMAGES = 16;

  /** Those that belong to the image, not to the generation. */
  private static final Set<String> OF_THE_IMAGE = Set.of("aspectRatio", "imageSize");

  private static final Pattern EMPTY =
      Pattern.compile("contents (?:is|are) (?:required|not specified)");

  private final WireClient<GenerateContentApi> client;
  private final ObjectMapper mapper;

  @Inject
  GenerateContentWire(Settings settings, ObjectMapper mapper) {
    this(new WireClient<>(GenerateContentApi.class, settings), mapper);
    if (speaksTo(settings.model())) {
      var _ = client.get();
    }
  }

  /** A wire with another patience. */
  public GenerateContentWire(Settings settings, Duration connectTimeout, ObjectMapper mapper) {
    this(new WireClient<>(GenerateContentApi.class, settings, connectTimeout), mapper);
  }

  private GenerateContentWire(WireClient<GenerateContentApi> client, ObjectMapper mapper) {
    this.client = client;
    this.mapper = mapper;
  }

  @Override
  public boolean speaksTo(String model) {
    return ModelFamily.of(model) == ModelFamily.GEMINI;
  }

  @Override
  public int imagesPerCall() {
    return 1;
  }

  @Override
  public int mostImages(int wanted) {
    return MOST_IMAGES;
  }

  /** One that is complete and may be the last, and one that arrives. */
  @Override
  public int imagesHeld() {
    return 2;
  }

  @Override
  public Body body(GenerationRequest request, List<Reference> references) {
    byte[] json = body(request);
    return references.isEmpty() ? new Body.InMemory(json) : ReferenceParts.insert(references, json);
  }

  private byte[] body(GenerationRequest request) {
    ObjectNode root = mapper.createObjectNode();
    root.putArray("contents")
        .addObject()
        .put("role", "user")
        .putArray("parts")
        .addObject()
        .put("text", request.prompt());
    ObjectNode generation = root.putObject("generationConfig");
    generation.putArray("responseModalities").add("IMAGE");
    request
        .parameters()
        .forEach((name, value) -> {
          switch (name) {
            case "sampleCount" -> {} // it is one
            case "safetySettings" -> root.set(name, value);
            case "thinkingLevel" -> generation.withObject("/thinkingConfig").set(name, value);
            case "personGeneration" ->
                generation.withObject("/imageConfig").put(name, persons(value.asText()));
            case "imageConfig", "thinkingConfig" ->
                value
                    .properties()
                    .forEach(member ->
                        generation.withObject("/" + name).set(member.getKey(), member.getValue()));
            default ->
                (OF_THE_IMAGE.contains(name) ? generation.withObject("/imageConfig") : generation)
                    .set(name, value);
          }
        });
    try {
      return mapper.writeValueAsBytes(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can always be written", e);
    }
  }

  /** Vertex takes it so; an API that does not take it refuses the call. */
  private static String persons(String allowed) {
    return allowed.equals("dont_allow") ? "ALLOW_NONE" : allowed.toUpperCase(Locale.ROOT);
  }

  @Override
  public byte[] emptyBody() {
    return "{\"contents\":[]}".getBytes(UTF_8);
  }

  /** {@code contents is required}, {@code GenerateContentRequest.contents: …}. */
  @Override
  public boolean isOfEmptyBody(String message) {
    return EMPTY.matcher(message).find();
  }

  @Override
  public String method() {
    return "generateContent";
  }

  @Override
  public Response call(String model, String key, Exchange exchange) {
    return client
        .get()
        .generateContent(
            model, client.authorization(key), client.googleKey(key), exchange.entity());
  }

  @Override
  public Read read(InputStream body, ImageDelivery images) throws IOException {
    return new GenerateContentReader(body, images).read();
  }
}
