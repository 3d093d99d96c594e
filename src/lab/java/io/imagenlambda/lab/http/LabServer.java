package io.imagenlambda.lab.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;

/** The JDK's HTTP server on the loopback address, one virtual thread to a request. */
public final class LabServer implements AutoCloseable {
  static {
    // Without it every answer on a kept-alive connection waits 40 ms for a delayed ACK.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private LabServer(HttpServer server) {
    this.server = server;
  }

  /**
   * Starts to serve.
   *
   * @param service its name, for the message where the port is in use
   * @param port where to listen; 0 for any free port
   */
  public static LabServer start(String service, int port, HttpHandler handler) {
    try {
      InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
      return new LabServer(HttpServer.create(address, 0)).serving(handler);
    } catch (BindException e) {
      throw LabException.portTaken(service, port, e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As {@link #start} on any free port, over TLS. */
  public static LabServer startSecure(String service, HttpHandler handler, SSLContext tls) {
    try {
      HttpsServer server =
          HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setHttpsConfigurator(new HttpsConfigurator(tls));
      return new LabServer(server).serving(handler);
    } catch (IOException e) {
      throw new LabException("the lab's %s does not start: %s".formatted(service, e), e);
    }
  }

  private LabServer serving(HttpHandler handler) {
    server.setExecutor(threads);
    server.createContext("/", exchange -> serve(handler, exchange));
    server.start();
    return this;
  }

  private static void serve(HttpHandler handler, HttpExchange exchange) throws IOException {
    try {
      handler.handle(exchange);
    } catch (RuntimeException bug) {
      if (exchange.getResponseCode() == -1) {
        answer(exchange, 500, "text/plain; charset=utf-8", "the lab failed: " + bug);
      }
      throw bug;
    }
    exchange.close(); // not after an IOException, because that must cut the connection, see cut()
  }

  /**
   * To be thrown by a handler: cuts the connection before the answer ends. Flushed bytes arrive.
   */
  public static IOException cut() {
    return new IOException("cut on purpose");
  }

  /** Sends a whole answer. */
  public static void answer(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    answer(exchange, status, type, body.getBytes(StandardCharsets.UTF_8));
  }

  /** Sends a whole answer. */
  public static void answer(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    if (!type.isEmpty()) {
      exchange.getResponseHeaders().set("Content-Type", type);
    }
    boolean bodiless = status == 204 || status == 304;
    boolean head = exchange.getRequestMethod().equals("HEAD");
    if (head && body.length > 0) {
      // The server sets it only where it sends the body.
      exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
    }
    exchange.sendResponseHeaders(status, bodiless || head || body.length == 0 ? -1 : body.length);
    if (!bodiless && !head && body.length > 0) {
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(body);
      }
    }
  }

  public int port() {
    return server.getAddress().getPort();
  }

  /** {@code 127.0.0.1:port}. */
  public String authority() {
    return "127.0.0.1:" + port();
  }

  public URI url() {
    return URI.create((server instanceof HttpsServer ? "https://" : "http://") + authority());
  }

  /** Stops at once: calls in flight are cut. */
  @Override
  public void close() {
    threads.shutdownNow();
    server.stop(0);
  }
}
