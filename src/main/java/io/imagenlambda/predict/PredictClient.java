package io.imagenlambda.predict;

import static org.jboss.resteasy.reactive.client.api.QuarkusRestClientProperties.CONNECTION_POOL_SIZE;
import static org.jboss.resteasy.reactive.client.api.QuarkusRestClientProperties.KEEP_ALIVE_ENABLED;
import static org.jboss.resteasy.reactive.client.api.QuarkusRestClientProperties.MAX_CHUNK_SIZE;

import io.imagenlambda.settings.Settings;
import io.quarkus.rest.client.reactive.QuarkusRestClientBuilder;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How the predict API is called. It is not in application.properties because each property of a
 * registered client is looked up under seven names at every start, which takes a tenth of it.
 */
final class PredictClient {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final int MOST_CONNECTIONS = 64;

  /** The answer is up to 73 MB; the default of 8 KB costs a third of the CPU. */
  private static final int LARGEST_READ = 64 * 1024;

  @Produces
  @Singleton
  static PredictApi of(Settings settings) {
    return of(settings.baseUrl(), CONNECT_TIMEOUT);
  }

  static PredictApi of(URI baseUrl, Duration connectTimeout) {
    return QuarkusRestClientBuilder.newBuilder()
        .baseUri(baseUrl)
        .connectTimeout(connectTimeout.toMillis(), TimeUnit.MILLISECONDS)
        // The deadline is each call's own: an image takes longer than the client's 30 s.
        .readTimeout(0, TimeUnit.MILLISECONDS)
        .followRedirects(false)
        // Errors are answers, too; their bodies are read by us.
        .disableDefaultMapper(true)
        // Every call has a connection of its own. While Lambda has the process frozen, a kept one
        // is closed or forgotten by the other side, and a paid call that breaks on it cannot be
        // told from one that was carried out; a handshake is small beside the seconds that an
        // image takes.
        .property(KEEP_ALIVE_ENABLED, false)
        .property(CONNECTION_POOL_SIZE, MOST_CONNECTIONS)
        .property(MAX_CHUNK_SIZE, LARGEST_READ)
        .build(PredictApi.class);
  }
}
