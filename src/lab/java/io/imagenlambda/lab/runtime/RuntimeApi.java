package io.imagenlambda.lab.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import io.imagenlambda.lab.http.LabServer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The Lambda Runtime API of one execution environment. Quarkus's mock event server has it too, but
 * without deadlines and init errors, and it cannot distinguish processes.
 */
final class RuntimeApi implements AutoCloseable {
  static final String FUNCTION_ARN = "arn:aws:lambda:us-east-1:123456789012:function:imagen-lambda";

  /** Lambda's limit for an answer, which is a little above its 6 MB. */
  static final int MAX_ANSWER_BYTES = 6 * 1024 * 1024 + 100;

  private static final String BASE = "/2018-06-01/runtime/";
  private static final Pattern INVOCATION =
      Pattern.compile(BASE + "invocation/([^/]+)/(response|error)");
  private static final String ACCEPTED = "{\"status\":\"OK\"}\n";

  /** The error that the process reported at init. */
  record InitError(String type, String message) {}

  private final BlockingQueue<Invocation> waiting = new LinkedBlockingQueue<>();
  private final CompletableFuture<Instant> firstNext = new CompletableFuture<>();
  private final LabServer server;
  private final Extension extension = new Extension();
  private volatile @Nullable InitError initError;
  private volatile @Nullable Invocation current;
  private boolean asked;

  RuntimeApi() {
    this.server = LabServer.start("runtime API", 0, this::serve);
  }

  /** The value of {@code AWS_LAMBDA_RUNTIME_API}. */
  String authority() {
    return server.authority();
  }

  /** Completes at the end of init, when the process asks for its first event. */
  CompletableFuture<Instant> firstNext() {
    return firstNext;
  }

  @Nullable InitError initError() {
    return initError;
  }

  void offer(Invocation invocation) {
    synchronized (this) {
      asked = false;
      extension.offer(invocation);
    }
    waiting.add(invocation);
  }

  /** The end of init and of each invocation: all have asked for the next event. */
  private synchronized void ready() {
    if (asked && extension.isReady()) {
      firstNext.complete(Instant.now());
      Invocation last = current;
      if (last != null) {
        last.over().complete(Instant.now());
      }
    }
  }

  /** Takes an event back; false where the process has already taken it. */
  boolean takeBack(Invocation invocation) {
    return waiting.remove(invocation);
  }

  private void serve(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    Matcher invocation = INVOCATION.matcher(path);
    if (path.equals(BASE + "invocation/next")) {
      next(exchange);
    } else if (invocation.matches()) {
      answered(exchange, invocation.group(1), invocation.group(2).equals("error"));
    } else if (path.equals(BASE + "init/error")) {
      JsonNode error = Invocation.document(exchange.getRequestBody().readAllBytes());
      initError(
          exchange,
          new InitError(error.path("errorType").asText(""), error.path("errorMessage").asText("")));
    } else if (path.equals(Extension.REGISTER)) {
      extension.register(exchange, firstNext.isDone());
    } else if (path.equals(Extension.NEXT)) {
      extension.next(exchange, this::ready);
    } else {
      LabServer.answer(exchange, 404, "text/plain", "404 page not found\n");
    }
  }

  /** The first counts, and no other is taken. */
  private void initError(HttpExchange exchange, InitError error) throws IOException {
    boolean isFirst = initError == null;
    if (isFirst) {
      initError = error;
      accept(exchange);
    } else {
      problem(exchange, 403, "InvalidStateTransition", "the init error is known");
    }
  }

  private void next(HttpExchange exchange) throws IOException {
    synchronized (this) {
      asked = true;
    }
    ready();
    Invocation invocation;
    try {
      invocation = waiting.take();
    } catch (InterruptedException e) {
      throw (IOException) new InterruptedIOException("the lab closes").initCause(e);
    }
    current = invocation;
    Instant now = Instant.now();
    Headers headers = exchange.getResponseHeaders();
    headers.set("Lambda-Runtime-Aws-Request-Id", invocation.requestId());
    headers.set(
        "Lambda-Runtime-Deadline-Ms", Long.toString(now.plus(invocation.timeout()).toEpochMilli()));
    headers.set("Lambda-Runtime-Invoked-Function-Arn", FUNCTION_ARN);
    headers.set("Lambda-Runtime-Trace-Id", traceId(now));
    invocation.caller().forEach(headers::set);
    invocation.delivered().complete(now);
    LabServer.answer(exchange, 200, "application/json", invocation.event());
  }

  private void answered(HttpExchange exchange, String requestId, boolean error) throws IOException {
    Invocation invocation = current;
    byte[] payload = exchange.getRequestBody().readNBytes(MAX_ANSWER_BYTES + 1);
    if (invocation == null || !invocation.requestId().equals(requestId)) {
      problem(exchange, 400, "InvalidRequestID", "Invalid request ID");
    } else if (payload.length > MAX_ANSWER_BYTES) {
      invocation.fail(
          "Function.ResponseSizeTooLarge",
          "Response payload size exceeded maximum allowed payload size (%d bytes)."
              .formatted(MAX_ANSWER_BYTES));
      problem(exchange, 413, "RequestEntityTooLarge", "Exceeded maximum allowed payload size");
    } else {
      // reply to the process first, because the caller may kill it once it has the answer
      accept(exchange);
      if (error) {
        String type = exchange.getRequestHeaders().getFirst("Lambda-Runtime-Function-Error-Type");
        invocation.fail(payload, type);
      } else {
        invocation.succeed(payload);
      }
    }
  }

  private static void accept(HttpExchange exchange) throws IOException {
    LabServer.answer(exchange, 202, "application/json", ACCEPTED);
  }

  private static void problem(HttpExchange exchange, int status, String type, String message)
      throws IOException {
    LabServer.answer(
        exchange,
        status,
        "application/json",
        "{\"errorType\":\"%s\",\"errorMessage\":\"%s\"}%n".formatted(type, message));
  }

  private static String traceId(Instant now) {
    Random random = new Random();
    byte[] root = new byte[12];
    byte[] parent = new byte[8];
    random.nextBytes(root);
    random.nextBytes(parent);
    HexFormat hex = HexFormat.of();
    return "Root=1-%08x-%s;Parent=%s;Sampled=0"
        .formatted(now.getEpochSecond(), hex.formatHex(root), hex.formatHex(parent));
  }

  @Override
  public void close() {
    server.close();
  }
}
