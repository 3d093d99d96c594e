package io.imagenlambda.event;

import com.fasterxml.jackson.databind.JsonNode;
import io.imagenlambda.event.RequestFile.Item;
import io.imagenlambda.generation.Acceptance;
import io.imagenlambda.generation.GenerationRequest;
import io.imagenlambda.generation.ImageGenerator;
import io.imagenlambda.generation.InvalidRequest;
import io.imagenlambda.generation.RequestJson;
import io.imagenlambda.generation.RequestParser;
import io.imagenlambda.queue.QueuedRequest;
import io.imagenlambda.queue.RequestQueue;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
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
  private final ImageGenerator generator;
  private final RequestRunner runner;
  private final RequestQueue queue;

  Manifests(
      RequestJson json,
      RequestParser parser,
      ImageGenerator generator,
      RequestRunner runner,
      RequestQueue queue) {
    this.file = new RequestFile(json);
    this.parser = parser;
    this.generator = generator;
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

  /** A request that has been checked, and the JSON that it came as. */
  private record Checked(int line, JsonNode json, GenerationRequest request) {}

  Report run(Manifest manifest, InputStream content, Invocation invocation) throws IOException {
    Optional<Iterator<Item>> items = file.read(manifest.name(), content);
    if (items.isEmpty()) {
      return Report.ignored(manifest.name() + " does not end in .json, .jsonl or .txt");
    }
    List<Report> reports = new ArrayList<>();
    List<Checked> chunk = new ArrayList<>();
    int chunks = 0;
    while (items.get().hasNext()) {
      check(items.get().next(), manifest, chunk, reports);
      if (chunk.size() == CHUNK) {
        enqueue(manifest, chunk, reports, invocation);
        chunk.clear();
        chunks++;
      }
    }
    if (chunks == 0 && chunk.size() == 1) {
      reports.add(Report.of(runner.run(chunk.getFirst().request(), invocation)));
    } else if (!chunk.isEmpty()) {
      enqueue(manifest, chunk, reports, invocation);
    }
    return Report.all(reports);
  }

  private void check(Item item, Manifest manifest, List<Checked> good, List<Report> bad) {
    try {
      switch (item) {
        case Item.Broken broken -> throw broken.why();
        case Item.Json json -> {
          JsonNode filled = manifest.fill().apply(json.json());
          GenerationRequest request = parser.parse(filled, manifest.id(json.line()));
          good.add(new Checked(json.line(), RequestParser.withId(filled, request.id()), request));
        }
      }
    } catch (InvalidRequest invalid) {
      bad.add(refused(manifest, item.line(), invalid));
    }
  }

  private Report refused(Manifest manifest, int line, InvalidRequest invalid) {
    String id = manifest.id(line);
    LOG.warnf("%s line %d is no valid request: %s", manifest.name(), line, invalid.detail());
    generator.refuse(id, invalid);
    return Report.invalid(manifest.name(), line, id, invalid.detail());
  }

  private void enqueue(
      Manifest manifest, List<Checked> chunk, List<Report> reports, Invocation invocation) {
    if (!invocation.deadline().leaves(TIME_FOR_A_CHUNK)) {
      throw new FunctionError(
          FunctionError.Type.IMAGEN_UNAVAILABLE,
          "%s has more requests than this invocation has time for: those before line %d are queued"
              .formatted(manifest.name(), chunk.getFirst().line()));
    }
    List<QueuedRequest> accepted =
        Parallel.map(chunk, WRITES_AT_A_TIME, checked -> accepted(manifest, checked, reports))
            .stream()
            .flatMap(Optional::stream)
            .toList();
    queue.send(accepted);
    reports.add(Report.queued(accepted.stream().map(QueuedRequest::id).toList()));
  }

  private Optional<QueuedRequest> accepted(
      Manifest manifest, Checked checked, List<Report> reports) {
    String id = checked.request().id();
    return switch (generator.accept(checked.request(), checked.json())) {
      case Acceptance.Accepted accepted ->
          Optional.of(new QueuedRequest(id, checked.json().toString()));
      case Acceptance.Finished finished -> Optional.empty();
      case Acceptance.Conflict conflict -> {
        InvalidRequest invalid =
            new InvalidRequest("the id %s belongs to another request".formatted(id));
        Report refused = refused(manifest, checked.line(), invalid);
        synchronized (reports) {
          reports.add(refused);
        }
        yield Optional.empty();
      }
    };
  }
}
