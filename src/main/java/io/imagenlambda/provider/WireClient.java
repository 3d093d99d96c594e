package io.imagenlambda.provider;

import static org.jboss.resteasy.reactive.client.api.QuarkusRestClientProperties.CONNECTION_POOL_SIZE;
import static org.jboss.resteasy.reactive.client.api.QuarkusRestClientProperties.KEEP_ALIVE_ENABLED;
import static org.jboss.resteasy.reactive.client.api.QuarkusRestClientProperties.MAX_CHUNK_SIZE;

import io.imagenlambda.settings.Settings;
import io.quarkus.rest.client.reactive.QuarkusRestClientBuilder;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.core.http.HttpClientOptions;
import jakarta.ws.rs.ext.ContextResolver;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The declarative client of a wire. It is made when it is first used: most functions use one.
 *
 * <p>It is not configured in application.properties: Quarkus would look up each property of a
 * registered client under seven names, a tenth of every start.
 */
public final class WireClient<T> {
  static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final int MOST_CONNECTIONS = 64;

  /** The answer is up to 73 MB; the default of 8 KB costs a third of the CPU. */
  private static final int LARGEST_READ = 64 * 1024;

  /** Proxies add to an answer's head what they like; the default of 8 KB loses an answer. */
  private static final int LONGEST_HEAD = 256 * 1024;

  private final Class<T> api;
  private final Settings settings;
  private final Duration connectTimeout;
  private final Duration readTimeout;
  private @Nullable T client;

  public WireClient(Class<T> api, Settings settings) {
    this(api, settings, CONNECT_TIMEOUT);
  }

  /** A client with another patience. */
  public WireClient(Class<T> api, Settings settings, Duration connectTimeout) {
    // Each call has its own deadline: an image takes longer than the client's 30 s.
    this(api, settings, connectTimeout, Duration.ZERO);
  }

  /** A client for calls without a deadline of their own, which end after a silence so long. */
  WireClient(Class<T> api, Settings settings, Duration connectTimeout, Duration readTimeout) {
    this.api = api;
    this.settings = settings;
    this.connectTimeout = connectTimeout;
    this.readTimeout = readTimeout;
  }

  public synchronized T get() {
    T made = client;
    if (made == null) {
      made = build();
      client = made;
    }
    return made;
  }

  /**
   * The value of {@code Authorization}, with which relays take their keys; null for Google.
   *
   * @see <a href="https://ai.google.dev/gemini-api/docs/api-key">Google's API keys</a>
   */
  public @Nullable String authorization(String key) {
    return isGoogle() ? null : "Bearer " + key;
  }

  /** The value of {@code x-goog-api-key}, with which Google takes its keys; null for a relay. */
  public @Nullable String googleKey(String key) {
    return isGoogle() ? key : null;
  }

  private boolean isGoogle() {
    String host = settings.baseUrl().getHost();
    return host != null && ("." + host.toLowerCase(Locale.ROOT)).endsWith(".googleapis.com");
  }

  private T build() {
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
        .readTimeout(readTimeout.toMillis(), TimeUnit.MILLISECONDS)
        .followRedirects(false)
        // Errors are answers, too: we read their bodies.
        .disableDefaultMapper(true)
        // Every call has its own connection. While Lambda freezes the process, the other side
        // closes or forgets a kept one. A call that breaks on it may or may not have been paid for;
        // a handshake is short beside the seconds that an image takes.
        .property(KEEP_ALIVE_ENABLED, false)
        .property(CONNECTION_POOL_SIZE, MOST_CONNECTIONS)
        .property(MAX_CHUNK_SIZE, LARGEST_READ)
        .register(new LongHeads())
        .build(api);
  }

  /** What only the client under the REST client takes. */
  @RegisterForReflection // its type's parameter is looked up
  static final class LongHeads implements ContextResolver<HttpClientOptions> {
    @Override
    public HttpClientOptions getContext(Class<?> type) {
      return new HttpClientOptions()
          .setMaxHeaderSize(LONGEST_HEAD)
          .setMaxInitialLineLength(LONGEST_HEAD);
    }
  }
}
