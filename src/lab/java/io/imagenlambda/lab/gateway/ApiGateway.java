package io.imagenlambda.lab.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.imagenlambda.lab.http.LabServer;
import io.imagenlambda.lab.runtime.Answer;
import io.imagenlambda.lab.runtime.LambdaFunction;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * API Gateway's HTTP API in front of the function, with its limits: 30 s for an answer and 6 MB for
 * an event. The lab's own paths are {@code /} and {@code /lab/}, and Lambda's Invoke API is under
 * {@code /2015-03-31/}.
 */
public final class ApiGateway implements AutoCloseable {
  /** Lambda's limit for the event of a synchronous invocation. */
  static final int MAX_EVENT_BYTES = 6 * 1024 * 1024;

  /**
   * So much of a refused body is still read. Else many clients fail before they read the answer.
   */
  private static final long MAX_DRAINED_BYTES = 64L << 20;

  private static final String TOO_LARGE =
      """
      {"type":"about:blank","title":"Content Too Large","status":413,\
      "detail":"The request is larger than the 6 MB that a function can be given."}
      """;

  private final LambdaFunction function;
  private final Duration integrationTimeout;
  private final List<String> corsOrigins;
  private final HttpHandler lab;
  private final LabServer server;

  private ApiGateway(
      int port,
      LambdaFunction function,
      Duration integrationTimeout,
      List<String> corsOrigins,
      HttpHandler lab) {
    this.function = function;
    this.integrationTimeout = integrationTimeout;
    this.corsOrigins = corsOrigins;
    this.lab = lab;
    this.server = LabServer.start("HTTP API", port, this::serve);
  }

  /**
   * Starts to serve.
   *
   * @param integrationTimeout how long the gateway waits for an answer; AWS says 30 s
   * @param corsOrigins the origins of web pages that may call the function, or {@code *}
   * @param lab serves {@code /}, {@code /lab/} and {@code /2015-03-31/}
   */
  public static ApiGateway start(
      int port,
      LambdaFunction function,
      Duration integrationTimeout,
      List<String> corsOrigins,
      HttpHandler lab) {
    return new ApiGateway(port, function, integrationTimeout, corsOrigins, lab);
  }

  /** With the name {@code localhost}, because people type that. */
  public URI url() {
    return URI.create("http://localhost:" + server.port());
  }

  private void serve(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    boolean isForLab =
        path.equals("/") || path.startsWith("/lab/") || path.startsWith("/2015-03-31/");
    Optional<String> refusal =
        SameOrigin.refusal(exchange.getRequestHeaders(), isForLab ? List.of() : corsOrigins);
    if (refusal.isPresent()) {
      GatewayResponse.message(exchange, 403, refusal.get());
      return;
    }
    if (isForLab) {
      lab.handle(exchange);
      return;
    }
    byte[] body = exchange.getRequestBody().readNBytes(MAX_EVENT_BYTES + 1);
    byte[] event = body.length > MAX_EVENT_BYTES ? body : GatewayEvent.of(exchange, body);
    if (event.length > MAX_EVENT_BYTES) {
      refuse(exchange);
      return;
    }
    CompletableFuture<Answer> answer = function.invokeAsync(event);
    try {
      GatewayResponse.send(
          exchange, answer.get(integrationTimeout.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      // the function goes on, as it does behind the real gateway
      GatewayResponse.message(exchange, 503, "Service Unavailable");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw LabServer.cut();
    }
  }

  private static void refuse(HttpExchange exchange) throws IOException {
    byte[] problem = TOO_LARGE.getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/problem+json");
    exchange.getResponseHeaders().set("Connection", "close");
    exchange.sendResponseHeaders(413, problem.length);
    exchange.getResponseBody().write(problem);
    exchange.getResponseBody().flush();
    InputStream rest = exchange.getRequestBody();
    byte[] block = new byte[1 << 16];
    long drained = 0;
    for (int n = rest.read(block); n >= 0 && drained < MAX_DRAINED_BYTES; n = rest.read(block)) {
      drained += n;
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
