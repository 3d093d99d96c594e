package io.imagenlambda.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.imagenlambda.lab.http.LabServer;
import io.imagenlambda.lab.trigger.Delivery;
import io.imagenlambda.lab.trigger.QueueState;
import io.imagenlambda.lab.trigger.RequestQueue;
import io.imagenlambda.lab.trigger.Schedule;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import software.amazon.awssdk.core.sync.RequestBody;

/** The lab's own corner of the HTTP front: its triggers by plain HTTP, its state as JSON. */
final class LabApi implements HttpHandler {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String REQUESTS = "/lab/requests/";
  private static final int MOST_DELIVERIES = 50;

  private final Lab lab;

  LabApi(Lab lab) {
    this.lab = lab;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String call = exchange.getRequestMethod() + " " + path;
    if (call.startsWith("PUT " + REQUESTS)) {
      upload(exchange, path.substring(REQUESTS.length()));
      return;
    }
    switch (call) {
      case "GET /" ->
          LabServer.answer(exchange, 200, "text/plain; charset=utf-8", LabGuide.text(lab));
      case "GET /lab/queue" -> answer(exchange, 200, state(lab.queue()));
      case "GET /lab/queue.fifo" -> answer(exchange, 200, state(lab.fifoQueue()));
      case "POST /lab/queue" -> send(exchange, lab.queue());
      case "POST /lab/queue.fifo" -> send(exchange, lab.fifoQueue());
      case "POST /lab/redrive" ->
          answer(
              exchange,
              200,
              JSON.createObjectNode()
                  .put("redriven", lab.queue().redrive() + lab.fifoQueue().redrive()));
      case "POST /lab/schedule" -> tick(exchange);
      default ->
          LabServer.answer(
              exchange,
              404,
              "text/plain; charset=utf-8",
              "There is no %s in the lab.\n\n%s".formatted(call, LabGuide.text(lab)));
    }
  }

  private void upload(HttpExchange exchange, String key) throws IOException {
    byte[] content = exchange.getRequestBody().readAllBytes();
    String eTag =
        lab.s3()
            .putObject(
                put -> put.bucket(Lab.REQUEST_BUCKET).key(key), RequestBody.fromBytes(content))
            .eTag();
    answer(
        exchange,
        200,
        JSON.createObjectNode()
            .put("s3Uri", "s3://%s/%s".formatted(Lab.REQUEST_BUCKET, key))
            .put("eTag", eTag));
  }

  private static void send(HttpExchange exchange, RequestQueue queue) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    if (body.isEmpty()) {
      answer(exchange, 400, JSON.createObjectNode().put("error", "a message has a body"));
      return;
    }
    answer(exchange, 202, JSON.createObjectNode().put("messageId", queue.send(body)));
  }

  private void tick(HttpExchange exchange) throws IOException {
    Schedule.Tick tick = lab.schedule().tick(Instant.now());
    answer(
        exchange,
        202,
        JSON.createObjectNode().put("eventId", tick.id()).put("time", tick.time().toString()));
  }

  private static ObjectNode state(RequestQueue queue) {
    QueueState state = queue.state();
    ObjectNode json = JSON.createObjectNode().put("queue", queue.name());
    json.put("waiting", state.waiting()).put("inFlight", state.inFlight());
    json.put("dead", state.dead());
    List<Delivery> deliveries = queue.deliveries();
    ArrayNode newestFirst = json.putArray("deliveries");
    deliveries.reversed().stream()
        .limit(MOST_DELIVERIES)
        .map(LabApi::delivery)
        .forEach(newestFirst::add);
    ArrayNode deadLetters = json.putArray("deadLetters");
    queue
        .deadLetters()
        .forEach(
            message ->
                deadLetters
                    .addObject()
                    .put("messageId", message.messageId())
                    .put("body", message.body()));
    return json;
  }

  private static JsonNode delivery(Delivery delivery) {
    return JSON.createObjectNode()
        .put("at", delivery.at().toString())
        .put("messageId", delivery.messageId())
        .put("receives", delivery.receives())
        .put("done", delivery.done())
        .put("failure", delivery.failure())
        .put("body", delivery.body());
  }

  private static void answer(HttpExchange exchange, int status, JsonNode json) throws IOException {
    LabServer.answer(exchange, status, "application/json", json.toPrettyString() + "\n");
  }
}
