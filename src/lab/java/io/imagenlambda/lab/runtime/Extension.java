package io.imagenlambda.lab.runtime;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import io.imagenlambda.lab.http.LabServer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Lambda's Extensions API, for one extension that is a part of the process. An invocation lasts
 * until it has asked for its next event, too.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html">Extensions
 *     API</a>
 */
final class Extension {
  static final String REGISTER = "/2020-01-01/extension/register";
  static final String NEXT = "/2020-01-01/extension/event/next";

  private static final String IDENTIFIER = "Lambda-Extension-Identifier";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String id = UUID.randomUUID().toString();
  private final BlockingQueue<Invocation> waiting = new LinkedBlockingQueue<>();
  private boolean isRegistered;
  private boolean asked;

  /** Whether nobody waits for it. */
  synchronized boolean isReady() {
    return !isRegistered || asked;
  }

  synchronized void offer(Invocation invocation) {
    if (isRegistered) {
      asked = false;
      waiting.add(invocation);
    }
  }

  /** Lambda refuses it after init. */
  void register(HttpExchange exchange, boolean initIsOver) throws IOException {
    exchange.getRequestBody().readAllBytes();
    if (initIsOver || exchange.getRequestHeaders().getFirst("Lambda-Extension-Name") == null) {
      refuse(exchange, initIsOver ? "Extension.InvalidState" : "Extension.InvalidName");
      return;
    }
    synchronized (this) {
      isRegistered = true;
    }
    exchange.getResponseHeaders().set(IDENTIFIER, id);
    answer(
        exchange,
        Map.of(
            "functionName", "imagen-lambda", "functionVersion", "$LATEST", "handler", "bootstrap"));
  }

  /**
   * Gives it the next event, once there is one.
   *
   * @param ready is told first that it has asked
   */
  void next(HttpExchange exchange, Runnable ready) throws IOException {
    if (!id.equals(exchange.getRequestHeaders().getFirst(IDENTIFIER))) {
      refuse(exchange, "Extension.UnknownExtensionIdentifier");
      return;
    }
    synchronized (this) {
      asked = true;
    }
    ready.run();
    Invocation invocation;
    try {
      invocation = waiting.take();
    } catch (InterruptedException e) {
      throw (IOException) new InterruptedIOException("the lab closes").initCause(e);
    }
    answer(
        exchange,
        Map.of(
            "eventType",
            "INVOKE",
            "deadlineMs",
            Instant.now().plus(invocation.timeout()).toEpochMilli(),
            "requestId",
            invocation.requestId(),
            "invokedFunctionArn",
            RuntimeApi.FUNCTION_ARN));
  }

  private static void answer(HttpExchange exchange, Map<String, Object> document)
      throws IOException {
    LabServer.answer(exchange, 200, "application/json", JSON.writeValueAsBytes(document));
  }

  private static void refuse(HttpExchange exchange, String errorType) throws IOException {
    LabServer.answer(
        exchange,
        403,
        "application/json",
        JSON.writeValueAsBytes(Map.of("errorType", errorType, "errorMessage", errorType)));
  }
}
