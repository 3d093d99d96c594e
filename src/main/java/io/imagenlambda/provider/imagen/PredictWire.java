package io.imagenlambda.provider.imagen;

import static org.jboss.resteasy.reactive.client.api.QuarkusRestClientProperties.CONNECTION_POOL_SIZE;
import static org.jboss.resteasy.reactive.client.api.QuarkusRestClientProperties.KEEP_ALIVE_ENABLED;
import static org.jboss.resteasy.reactive.client.api.QuarkusRestClientProperties.MAX_CHUNK_SIZE;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.imagenlambda.provider.ImageDelivery;
import io.imagenlambda.provider.Wire;
import io.imagenlambda.provider.net.Exchange;
import io.imagenlambda.request.GenerationRequest;
import io.imagenlambda.settings.Settings;
import io.quarkus.rest.client.reactive.QuarkusRestClientBuilder;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Calls {@code :predict} and reads its answers.
 *
 * <p>The client is not configured in application.properties: Quarkus would look up each property of
 * a registered client under seven names, a tenth of every start.
 */
@Singleton
public final class PredictWire implements Wire {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final int MOST_CONNECTIONS = 64;

  /** The answer is up to 73 MB; the default of 8 KB costs a third of the CPU. */
  private static final int LARGEST_READ = 64 * 1024;

  private final PredictApi api;
  private final ObjectMapper mapper;

  @Inject
  PredictWire(Settings settings, ObjectMapper mapper) {
    this(settings, CONNECT_TIMEOUT, mapper);
  }

  /** A wire with another patience. */
  public PredictWire(Settings settings, Duration connectTimeout, ObjectMapper mapper) {
    this.api = client(settings, connectTimeout);
    this.mapper = mapper;
  }

  private static PredictApi client(Settings settings, Duration connectTimeout) {
    URI baseUrl = settings.baseUrl();
    QuarkusRestClientBuilder builder = QuarkusRestClientBuilder.newBuilder();
    settings
        .proxy()
        .filter(proxy -> proxy.leadsTo(baseUrl))
        .ifPresent(proxy -> builder.proxyAddress(proxy.host(), proxy.port()));
    // A client with a trust store speaks nothing but TLS.
    settings
        .caFile()
        .filter(file -> "https".equals(baseUrl.getScheme()))
        .ifPresent(file -> builder.trustStore(file.trustStore(), ""));
    return builder
        .baseUri(baseUrl)
        .trustAll(false) // and no setting of Quarkus is asked
        .connectTimeout(connectTimeout.toMillis(), TimeUnit.MILLISECONDS)
        // Each call has its own deadline: an image takes longer than the client's 30 s.
        .readTimeout(0, TimeUnit.MILLISECONDS)
        .followRedirects(false)
        // Errors are answers, too: we read their bodies.
        .disableDefaultMapper(true)
        // Every call has its own connection. While Lambda freezes the process, the other side
        // closes or forgets a kept one. A call that breaks on it may or may not have been paid for;
        // a handshake is short beside the seconds that an image takes.
        .property(KEEP_ALIVE_ENABLED, false)
        .property(CONNECTION_POOL_SIZE, MOST_CONNECTIONS)
        .property(MAX_CHUNK_SIZE, LARGEST_READ)
        .build(PredictApi.class);
  }

  @Override
  public byte[] body(GenerationRequest request) {
    ObjectNode root = mapper.createObjectNode();
    root.putArray("instances").addObject().put("prompt", request.prompt());
    root.putObject("parameters").setAll(request.parameters());
    try {
      return mapper.writeValueAsBytes(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can always be written", e);
    }
  }

  @Override
  public Response call(String model, String key, Exchange exchange) {
    return api.predict(model, "Bearer " + key, exchange);
  }

  @Override
  public Read read(InputStream body, ImageDelivery images) throws IOException {
    return new PredictAnswerReader(body, images).read();
  }
}
