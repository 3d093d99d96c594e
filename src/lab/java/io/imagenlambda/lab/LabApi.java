package io.imagenlambda.lab;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toMap;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.imagenlambda.lab.http.LabServer;
import io.imagenlambda.lab.page.DeadRequests;
import io.imagenlambda.lab.page.EventStream;
import io.imagenlambda.lab.page.Gallery;
import io.imagenlambda.lab.page.Heard;
import io.imagenlambda.lab.page.ImageFiles;
import io.imagenlambda.lab.page.Made;
import io.imagenlambda.lab.page.PageFiles;
import io.imagenlambda.lab.page.Results;
import io.imagenlambda.lab.predict.Quota;
import io.imagenlambda.lab.trigger.RequestQueue;
import io.imagenlambda.lab.trigger.Schedule;
import io.imagenlambda.lab.trigger.Triggers;
import java.io.IOException;
import java.net.URLDecoder;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import software.amazon.awssdk.core.sync.RequestBody;

/**
 * The lab's own paths of the HTTP API: its page, its triggers over plain HTTP, its state as JSON.
 */
final class LabApi implements HttpHandler {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String REQUESTS = "/lab/requests/";
  private static final String REFERENCES = "/lab/references/";
  private static final String RESULTS = "/lab/results/";
  private static final String DEAD = "/lab/dead/";
  private static final String TEXT = "text/plain; charset=utf-8";

  private final Lab lab;
  private final PageFiles page;
  private final EventStream events;
  private final Heard heard;
  private final Results results;
  private final ImageFiles files;
  private final Made made;
  private final DeadRequests dead;
  private final Gallery gallery;
  private final InvokeApi invokeApi;

  LabApi(Lab lab) {
    this.lab = lab;
    this.page = new PageFiles(lab.s3Endpoint());
    this.events = new EventStream(lab.timeline());
    this.heard = new Heard(lab.timeline());
    this.results = new Results(lab.s3(), Lab.OUTPUT_BUCKET, lab::imageUrl, heard);
    List<RequestQueue> queues = List.of(lab.queue(), lab.fifoQueue());
    this.dead = new DeadRequests(lab.s3(), Lab.OUTPUT_BUCKET, queues, heard);
    this.gallery = new Gallery(lab.s3(), Lab.OUTPUT_BUCKET, results, dead);
    this.files = new ImageFiles(lab.s3(), Lab.OUTPUT_BUCKET, results);
    this.made = new Made(lab.s3(), Lab.OUTPUT_BUCKET);
    this.invokeApi = new InvokeApi(lab);
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String method = exchange.getRequestMethod();
    // The same as GET, but for the body (RFC 9110, 9.3.2).
    String call = (method.equals("HEAD") ? "GET" : method) + " " + path;
    if (call.startsWith("PUT " + REQUESTS)) {
      upload(exchange, path.substring(REQUESTS.length()), heard::uploaded);
    } else if (call.startsWith("PUT " + REFERENCES)) {
      upload(exchange, Triggers.NO_REQUESTS + path.substring(REFERENCES.length()), image -> {});
    } else if (call.startsWith("GET " + RESULTS)) {
      result(exchange, path.substring(RESULTS.length()).split("/", 2));
    } else if (call.startsWith("GET " + ImageFiles.PATH)) {
      files.serve(exchange, path.substring(ImageFiles.PATH.length()));
    } else if (call.startsWith("POST " + DEAD)) {
      sendAgain(exchange, path.substring(DEAD.length()));
    } else if (call.startsWith("GET " + PageFiles.PATH)) {
      page.serve(exchange, path.substring(PageFiles.PATH.length()));
    } else if (call.startsWith("POST /2015-03-31/")) {
      invokeApi.serve(exchange);
    } else {
      handle(exchange, call);
    }
  }

  private void handle(HttpExchange exchange, String call) throws IOException {
    switch (call) {
      case "GET /" -> home(exchange);
      case "GET /lab/state" -> answer(exchange, 200, LabState.of(lab));
      case "GET /lab/made" ->
          answer(exchange, 200, made.since(query(exchange).getOrDefault("since", "")));
      case "GET /lab/events" -> events.serve(exchange, query(exchange).getOrDefault("after", ""));
      case "GET /lab/results" -> answer(exchange, 200, gallery.search(query(exchange)));
      case "POST /lab/function/recycle" -> {
        lab.function().recycle();
        answer(exchange, 200, LabState.of(lab));
      }
      case "PUT /lab/quota" -> limit(exchange);
      case "GET /lab/queue" -> answer(exchange, 200, LabState.of(lab.queue()));
      case "GET /lab/queue.fifo" -> answer(exchange, 200, LabState.of(lab.fifoQueue()));
      case "POST /lab/queue" -> send(exchange, lab.queue());
      case "POST /lab/queue.fifo" -> send(exchange, lab.fifoQueue());
      case "POST /lab/redrive" ->
          answer(
              exchange,
              200,
              JSON.createObjectNode()
                  .put(
                      "redriven", lab.queue().redrive().size() + lab.fifoQueue().redrive().size()));
      case "POST /lab/schedule" -> tick(exchange);
      default ->
          LabServer.answer(
              exchange,
              404,
              TEXT,
              "There is no %s in the lab.\n\n%s".formatted(call, LabGuide.text(lab)));
    }
  }

  /** The page for browsers, and the guide for curl. */
  private void home(HttpExchange exchange) throws IOException {
    String accepted =
        Objects.requireNonNullElse(exchange.getRequestHeaders().getFirst("Accept"), "");
    exchange.getResponseHeaders().set("Vary", "Accept");
    if (accepted.contains("text/html")) {
      page.serve(exchange, "index.html");
    } else {
      LabServer.answer(exchange, 200, TEXT, LabGuide.text(lab));
    }
  }

  private void upload(HttpExchange exchange, String key, Consumer<byte[]> stored)
      throws IOException {
    byte[] content = exchange.getRequestBody().readAllBytes();
    String eTag =
        lab.s3()
            .putObject(
                put -> put.bucket(Lab.REQUEST_BUCKET).key(key), RequestBody.fromBytes(content))
            .eTag();
    stored.accept(content);
    answer(
        exchange,
        200,
        JSON.createObjectNode()
            .put("s3Uri", "s3://%s/%s".formatted(Lab.REQUEST_BUCKET, key))
            .put("eTag", eTag));
  }

  /** Sets how many requests a minute the simulator lets through. */
  private void limit(HttpExchange exchange) throws IOException {
    JsonNode requests =
        object(exchange).map(json -> json.path("requests")).orElseGet(JSON::missingNode);
    if (lab.callsRealApi()) {
      refuse(exchange, 409, "the real API is in use, and its quota is its own");
    } else if (!requests.isInt() || requests.intValue() < 0) {
      refuse(exchange, 400, "requests must be a whole number a minute, 0 for no quota");
    } else {
      Quota.Limits now = lab.predict().limits();
      Quota.Limits wanted = new Quota.Limits(requests.intValue(), now.images(), now.saysWhen());
      lab.predict().limit(new Quota(wanted, Clock.systemUTC()));
      answer(exchange, 200, LabState.quota(lab));
    }
  }

  private void sendAgain(HttpExchange exchange, String id) throws IOException {
    if (dead.sendAgain(id)) {
      answer(exchange, 202, JSON.createObjectNode().put("id", id));
    } else {
      refuse(exchange, 404, "nothing that is dead and can be sent again has the id " + id);
    }
  }

  private void result(HttpExchange exchange, String[] idAndImage) throws IOException {
    String id = idAndImage[0];
    if (idAndImage.length == 1) {
      Optional<ObjectNode> result = results.get(id);
      if (result.isPresent()) {
        answer(exchange, 200, result.get());
      } else {
        refuse(exchange, 404, "there is no result with the id " + id);
      }
      return;
    }
    Optional<String> url = results.image(id, idAndImage[1]);
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    url.ifPresent(to -> exchange.getResponseHeaders().set("Location", to));
    LabServer.answer(exchange, url.isPresent() ? 302 : 404, "", "");
  }

  private static void send(HttpExchange exchange, RequestQueue queue) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    if (body.isEmpty()) {
      refuse(exchange, 400, "a message has a body");
      return;
    }
    answer(exchange, 202, JSON.createObjectNode().put("messageId", queue.send(body)));
  }

  /** A tick with the request in the body, or with the schedule's own requests if there is none. */
  private void tick(HttpExchange exchange) throws IOException {
    Optional<ObjectNode> request = object(exchange);
    if (request.isEmpty()) {
      refuse(exchange, 400, "a tick's body is a request");
      return;
    }
    Schedule.Tick tick = lab.schedule().tick(Instant.now(), request.get());
    answer(
        exchange,
        202,
        JSON.createObjectNode().put("eventId", tick.id()).put("time", tick.time().toString()));
  }

  /** The body; empty if it is anything but a JSON object or nothing at all. */
  private static Optional<ObjectNode> object(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    try {
      JsonNode json = body.length == 0 ? JSON.createObjectNode() : JSON.readTree(body);
      return json instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
    } catch (JsonProcessingException notJson) {
      return Optional.empty();
    }
  }

  private static Map<String, String> query(HttpExchange exchange) {
    String query = Objects.requireNonNullElse(exchange.getRequestURI().getRawQuery(), "");
    return Arrays.stream(query.split("&"))
        .map(parameter -> (parameter + "=").split("=", 3))
        .collect(toMap(pair -> pair[0], pair -> URLDecoder.decode(pair[1], UTF_8), (a, b) -> b));
  }

  private static void refuse(HttpExchange exchange, int status, String why) throws IOException {
    answer(exchange, status, JSON.createObjectNode().put("error", why));
  }

  private static void answer(HttpExchange exchange, int status, JsonNode json) throws IOException {
    LabServer.answer(exchange, status, "application/json", json.toPrettyString() + "\n");
  }
}
