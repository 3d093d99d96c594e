package io.imagenlambda.storage;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.imagenlambda.settings.Settings.UrlStyle;
import io.imagenlambda.settings.TestSettings;
import io.imagenlambda.storage.client.S3Clients;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import software.amazon.awssdk.regions.Region;

/** A server that says what a test tells it to: for what a well-behaved S3 never does. */
final class ScriptedS3 implements AutoCloseable {
  /** Each byte of the body is a character here, as in ISO 8859-1. */
  record Request(int clientPort, String method, Headers headers, String body) {}

  interface Script {
    void answer(int attempt, Request request, HttpExchange exchange) throws IOException;
  }

  final List<Request> requests = new CopyOnWriteArrayList<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;

  ScriptedS3(Script script) {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          Request request =
              new Request(
                  exchange.getRemoteAddress().getPort(),
                  exchange.getRequestMethod(),
                  exchange.getRequestHeaders(),
                  new String(exchange.getRequestBody().readAllBytes(), ISO_8859_1));
          requests.add(request);
          script.answer(requests.size(), request, exchange);
          exchange.close();
        });
    server.start();
  }

  ImageStore store() {
    return store(server.getAddress().getPort());
  }

  static ImageStore store(int port) {
    return new ImageStore(
        TestS3.settings(TestS3.BUCKET, UrlStyle.S3), calls(port), Clock.systemUTC());
  }

  S3Calls calls() {
    return calls(server.getAddress().getPort());
  }

  private static S3Calls calls(int port) {
    return new S3Calls(() ->
        S3Clients.create(
            Optional.of(URI.create("http://127.0.0.1:" + port)),
            Region.EU_CENTRAL_1,
            TestS3.credentials(),
            TestSettings.of()));
  }

  static void ok(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, -1);
  }

  static void refuse(HttpExchange exchange, int status, String code) throws IOException {
    byte[] error =
        "<Error><Code>%s</Code><Message>As scripted</Message></Error>"
            .formatted(code)
            .getBytes(UTF_8);
    exchange.getResponseHeaders().add("x-amz-request-id", "REQ-1");
    exchange.sendResponseHeaders(status, error.length);
    exchange.getResponseBody().write(error);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
