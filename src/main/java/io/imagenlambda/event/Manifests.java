package io.imagenlambda.event;

import com.fasterxml.jackson.databind.JsonNode;
import io.imagenlambda.event.RequestFile.Item;
import io.imagenlambda.generation.Acceptance;
import io.imagenlambda.generation.GenerationRequest;
import io.imagenlambda.generation.InvalidRequest;
import io.imagenlambda.generation.Invocation;
import io.imagenlambda.generation.RequestJson;
import io.imagenlambda.generation.RequestLedger;
import io.imagenlambda.generation.RequestParser;
import io.imagenlambda.queue.QueuedRequest;
import io.imagenlambda.queue.RequestQueue;
import io.imagenlambda.settings.Settings;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jboss.logging.Logger;

/**
 * Runs the requests of an object: one at once, many through the queue. A request that is none gets
 * a {@code failed} result of its own, is reported by its line, and does not stop the others.
 */
@Singleton
final class Manifests {
  private static final Logger LOG = Logger.getLogger(Manifests.class);

  /** How many requests are written and sent before the next are read. */
  private static final int CHUNK = 100;

  private static final int WRITES_AT_A_TIME = 16;

  /** What a chunk needs at most, with all its retries. */
  private static final Duration TIME_FOR_A_CHUNK = Duration.ofSeconds(10);

  private final RequestFile file;
  private final RequestParser parser;
  private final RequestLedger ledger;
  private final RequestRunner runner;
  private final RequestQueue queue;

  Manifests(
      RequestJson json,
      RequestParser parser,
      RequestLedger ledger,
      RequestRunner runner,
      RequestQueue queue,
      Settings settings) {
    this.file = new RequestFile(json, settings.limits().requests());
    this.parser = parser;
    this.ledger = ledger;
    this.runner = runner;
    this.queue = queue;
  }

  /**
   * An object with requests.
   *
   * @param name for people
   * @param baseId what the ids of requests that name none begin with
   * @param fill what is done to each request before it is checked
   */
  record Manifest(String name, String baseId, UnaryOperator<JsonNode> fill) {
    String id(int line) {
      return baseId + "-" + line;
    }
  }

  /** What became of a line: its report, and what is to be sent for it. */
  private record Line(int number, Report report, Optional<QueuedRequest> toSend) {}

  /**
   * Does what the object asks for.
   *
   * @param bytes the object's size
   */
  Report run(Manifest manifest, long bytes, InputStream content, Invocation invocation)
      throws IOException {
    Iterator<Item> items = file.read(manifest.name(), bytes, content);
    List<Item> chunk = next(items);
    if (chunk.size() == 1) {
      return one(manifest, chunk.getFirst(), invocation);
    }
    if (chunk.isEmpty()) {
      return Report.ignored(manifest.name() + " has no requests");
    }
    List<Report> reports = new ArrayList<>();
    while (!chunk.isEmpty()) {
      reports.add(enqueue(manifest, chunk, invocation));
      chunk = next(items);
    }
    return Report.all(reports);
  }

  private static List<Item> next(Iterator<Item> items) {
    List<Item> chunk = new ArrayList<>();
    while (chunk.size() < CHUNK && items.hasNext()) {
      chunk.add(items.next());
    }
    return chunk;
  }

  private Report one(Manifest manifest, Item item, Invocation invocation) {
    GenerationRequest request;
    try {
      request = parser.parse(json(manifest, item), manifest.id(item.line()));
    } catch (InvalidRequest invalid) {
      return refused(manifest, item, invalid);
    }
    return Report.of(runner.run(request, invocation));
  }

  private Report enqueue(Manifest manifest, List<Item> chunk, Invocation invocation) {
    if (!invocation.deadline().leaves(TIME_FOR_A_CHUNK)) {
      throw new FunctionError(
          FunctionError.Type.IMAGEN_UNAVAILABLE,
          "%s has more requests than this invocation has time for: those before line %d are queued"
              .formatted(manifest.name(), chunk.getFirst().line()));
    }
    queue.requireConfigured(); // before anything is written
    List<Line> lines =
        Parallel.map(byId(chunk), WRITES_AT_A_TIME, same -> accept(manifest, same, invocation))
            .stream()
            .flatMap(List::stream)
            .sorted(Comparator.comparingInt(Line::number))
            .toList();
    queue.send(lines.stream().flatMap(line -> line.toSend().stream()).toList());
    return Report.all(lines.stream().map(Line::report).toList());
  }

  /** Of two lines with one id the first is to have it, so that they are not accepted at once. */
  private static List<List<Item>> byId(List<Item> chunk) {
    Map<String, List<Item>> byId = new LinkedHashMap<>();
    for (Item item : chunk) {
      String id = item instanceof Item.Json json ? json.json().path("id").asText() : "";
      byId.computeIfAbsent(id.isEmpty() ? "line " + item.line() : id, any -> new ArrayList<>())
          .add(item);
    }
    return List.copyOf(byId.values());
  }

  private List<Line> accept(Manifest manifest, List<Item> sameId, Invocation invocation) {
    return sameId.stream().map(item -> accept(manifest, item, invocation)).toList();
  }

  private Line accept(Manifest manifest, Item item, Invocation invocation) {
    try {
      JsonNode json = json(manifest, item);
      GenerationRequest request = parser.parse(json, manifest.id(item.line()));
      JsonNode asked = RequestParser.withId(json, request.id());
      QueuedRequest toSend = new QueuedRequest(request.id(), asked.toString());
      if (!toSend.fits()) {
        throw new InvalidRequest("the request with its id is too long for the queue");
      }
      return switch (ledger.accept(request, asked, invocation.requestId())) {
        case Acceptance.Accepted accepted ->
            new Line(item.line(), Report.queued(request.id()), Optional.of(toSend));
        case Acceptance.Finished finished ->
            new Line(item.line(), Report.of(finished.result()), Optional.empty());
        case Acceptance.Conflict conflict ->
            throw new InvalidRequest(
                "the id %s belongs to another request".formatted(request.id()));
      };
    } catch (InvalidRequest invalid) {
      return new Line(item.line(), refused(manifest, item, invalid), Optional.empty());
    }
  }

  private static JsonNode json(Manifest manifest, Item item) {
    return switch (item) {
      case Item.Broken broken -> throw broken.why();
      case Item.Json json -> manifest.fill().apply(json.json());
    };
  }

  private Report refused(Manifest manifest, Item item, InvalidRequest invalid) {
    String id = manifest.id(item.line());
    LOG.warnf("%s line %d is no valid request: %s", manifest.name(), item.line(), invalid.detail());
    ledger.refuse(id, invalid);
    return Report.invalid(manifest.name(), item.line(), id, invalid.detail());
  }
}
