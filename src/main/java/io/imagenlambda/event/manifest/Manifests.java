package io.imagenlambda.event.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import io.imagenlambda.concurrent.Parallel;
import io.imagenlambda.event.later.LaterRequests;
import io.imagenlambda.event.manifest.ManifestReader.Item;
import io.imagenlambda.ledger.Inbox;
import io.imagenlambda.ledger.Ledger;
import io.imagenlambda.queue.RequestQueue;
import io.imagenlambda.queue.RequestQueue.QueueFailure;
import io.imagenlambda.queue.RequestQueue.QueuedRequest;
import io.imagenlambda.request.Budgets;
import io.imagenlambda.request.FunctionError;
import io.imagenlambda.request.GenerationRequest;
import io.imagenlambda.request.GenerationResult;
import io.imagenlambda.request.InvalidRequest;
import io.imagenlambda.request.Invocation;
import io.imagenlambda.request.RequestId;
import io.imagenlambda.request.RequestJson;
import io.imagenlambda.request.RequestParser;
import io.imagenlambda.settings.Settings;
import io.imagenlambda.storage.RequestObjects;
import io.imagenlambda.storage.RequestObjects.RequestObject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jboss.logging.Logger;

/**
 * Runs the requests of an object: a single one at once, several through the queue. An invalid one
 * gets its own {@code failed} result, is reported with its line, and does not stop the others.
 */
@Singleton
public class Manifests {
  private static final Logger LOG = Logger.getLogger(Manifests.class);

  /** How many requests are written and sent before the next are read. */
  private static final int CHUNK = 100;

  private static final int WRITES_AT_A_TIME = 16;

  /** In bytes: what is longer takes a while to be read. */
  private static final long LARGE = 1024 * 1024;

  private final ManifestReader reader;
  private final RequestObjects objects;
  private final RequestParser parser;
  private final Inbox inbox;
  private final LaterRequests requests;
  private final RequestQueue queue;
  private final ManifestProgress progresses;
  private final Clock clock;
  private final Optional<URI> scheduled;

  Manifests(
      RequestJson json,
      RequestObjects objects,
      RequestParser parser,
      Inbox inbox,
      LaterRequests requests,
      RequestQueue queue,
      ManifestProgress progresses,
      Clock clock,
      Settings settings) {
    this.reader = new ManifestReader(json, settings.limits().requests());
    this.objects = objects;
    this.parser = parser;
    this.inbox = inbox;
    this.requests = requests;
    this.queue = queue;
    this.progresses = progresses;
    this.clock = clock;
    this.scheduled = settings.scheduleRequests();
  }

  /**
   * An object with requests.
   *
   * @param name for people
   * @param baseId the beginning of the ids of requests that name none
   * @param fill changes each request before it is checked
   * @param event brings it again
   */
  private record Manifest(
      String name, String baseId, UnaryOperator<JsonNode> fill, JsonNode event) {
    String id(int line) {
      return baseId + "-" + line;
    }
  }

  /** The report of a line, and what to send for it. */
  private record Line(int number, Report report, Optional<ToSend> toSend) {}

  private record ToSend(QueuedRequest message, Inbox.Accepted accepted) {}

  /**
   * Runs the requests of the object that an S3 event names.
   *
   * @param key as it is, not percent-encoded
   * @param event brings it again, from the queue
   * @throws GoesOn if the message that brought it must come again
   */
  public Report run(
      String bucket,
      String key,
      Optional<String> versionId,
      JsonNode event,
      Invocation invocation) {
    String name = "s3://%s/%s".formatted(bucket, key);
    if (objects.isOutput(bucket, key)) {
      return Report.ignored(name + " is under the output prefix, which is never read");
    }
    if (!ManifestReader.reads(name)) {
      return Report.ignored(name + " does not end in .json, .jsonl or .txt");
    }
    return run(
            () -> objects.open(bucket, key, versionId),
            object -> {
              // The ETag of what is read, not the event's: two events may find the same, newer
              // content.
              String version = versionId.orElseGet(object::eTag);
              String baseId = RequestId.ofObject(bucket, key, version);
              return new Manifest(name, baseId, UnaryOperator.identity(), event);
            },
            invocation)
        .orElseGet(() -> Report.ignored(name + " is no longer there"));
  }

  /**
   * Runs the requests of {@code IMAGEN_SCHEDULE_REQUESTS}.
   *
   * @param eventId the id of the schedule's tick
   * @param fill puts the scheduled time into a request
   * @param event brings it again, from the queue
   * @throws GoesOn if the message that brought it must come again
   */
  public Report runScheduled(
      String eventId, UnaryOperator<JsonNode> fill, JsonNode event, Invocation invocation) {
    String name =
        scheduled
            .map(URI::toString)
            .orElseThrow(() ->
                new InvalidRequest(
                    "a scheduled event came without a request, and IMAGEN_SCHEDULE_REQUESTS"
                        + " names no object with requests"));
    if (!ManifestReader.reads(name)) {
      throw new InvalidRequest(
          name + " of IMAGEN_SCHEDULE_REQUESTS does not end in .json, .jsonl or .txt");
    }
    Manifest manifest = new Manifest(name, eventId, fill, event);
    return run(() -> objects.open(name), object -> manifest, invocation)
        .orElseThrow(() -> new InvalidRequest(name + " of IMAGEN_SCHEDULE_REQUESTS is not there"));
  }

  /** Reads the object twice: nothing of it may run before all of it is known to be text. */
  private Optional<Report> run(
      Supplier<Optional<RequestObject>> open,
      Function<RequestObject, Manifest> manifest,
      Invocation invocation) {
    return open.get()
        .flatMap(object ->
            isText(manifest.apply(object), object)
                ? open.get().map(again -> run(manifest.apply(again), again, invocation))
                : Optional.of(one(manifest.apply(object), ManifestReader.notText(), invocation)));
  }

  /** What has been begun was text. */
  private boolean isText(Manifest manifest, RequestObject object) {
    try (object) {
      return (object.bytes() > LARGE && progresses.find(manifest.baseId()).isPresent())
          || TextStream.isText(object.content());
    } catch (IOException e) {
      throw unreadable(manifest, e);
    }
  }

  private Report run(Manifest manifest, RequestObject object, Invocation invocation) {
    try (object) {
      return run(manifest, reader.read(manifest.name(), object.content()), invocation);
    } catch (IOException | UncheckedIOException e) {
      throw unreadable(manifest, e);
    }
  }

  private static FunctionError unreadable(Manifest manifest, Exception e) {
    LOG.errorf(e, "%s could not be read to its end", manifest.name());
    return new FunctionError(
        FunctionError.Type.IMAGEN_UNAVAILABLE,
        "%s could not be read to its end: %s".formatted(manifest.name(), e.getMessage()));
  }

  private Report run(Manifest manifest, Iterator<Item> items, Invocation invocation) {
    List<Item> chunk = next(items);
    if (chunk.size() == 1) {
      return one(manifest, chunk.getFirst(), invocation);
    }
    if (chunk.isEmpty()) {
      return Report.ignored(manifest.name() + " has no requests");
    }
    queue.requireConfigured(); // before anything is written
    return many(manifest, chunk, items, invocation);
  }

  /** Goes on where an earlier invocation stopped, and stops in good time. */
  private Report many(
      Manifest manifest, List<Item> first, Iterator<Item> items, Invocation invocation) {
    String baseId = manifest.baseId();
    Progress progress = progresses.find(baseId).orElseGet(() -> Progress.begun(manifest.name()));
    if (progress.hasEnded()) {
      return Report.ignored(
          "%s was read before: see manifests/%s".formatted(manifest.name(), baseId));
    }
    List<Item> chunk = first;
    for (int done = 0; done < progress.lines() && !chunk.isEmpty(); done += CHUNK) {
      chunk = next(items);
    }
    Report report = Report.all(List.of());
    int before = progress.lines();
    while (!chunk.isEmpty()) {
      if (!Budgets.fitsAChunk(invocation.deadline())) {
        return progress.lines() > before
            ? goesOn(manifest, progress, report, invocation)
            : noTime(manifest, chunk.getFirst());
      }
      Report queued = enqueue(manifest, chunk, invocation);
      progress = progress.after(chunk.size(), queued.invalid());
      progresses.store(baseId, progress);
      report = Report.all(List.of(report, queued));
      chunk = next(items);
    }
    progresses.store(baseId, progress.ended(clock.instant().truncatedTo(ChronoUnit.SECONDS)));
    return report;
  }

  /** It would not go on, but run in a circle. */
  private static Report noTime(Manifest manifest, Item next) {
    throw new FunctionError(
        FunctionError.Type.IMAGEN_UNAVAILABLE,
        "%s has more requests than this invocation has time for: those before line %d are queued"
            .formatted(manifest.name(), next.line()));
  }

  /**
   * The rest is for another invocation, which the queue brings: Lambda would break off a function
   * that invokes itself.
   *
   * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html">Recursive
   *     loop detection</a>
   */
  private Report goesOn(
      Manifest manifest, Progress progress, Report report, Invocation invocation) {
    String text =
        "%s goes on from the queue: %s of its requests have been read, see manifests/%s"
            .formatted(manifest.name(), progress.lines(), manifest.baseId());
    LOG.info(text);
    if (invocation.message().isPresent()) {
      throw new GoesOn(text);
    }
    queue.send(
        List.of(
            new QueuedRequest(
                manifest.baseId(), null, manifest.event().toString(), Duration.ZERO)));
    return Report.all(List.of(report, Report.ignored(text)));
  }

  private static List<Item> next(Iterator<Item> items) {
    List<Item> chunk = new ArrayList<>();
    while (chunk.size() < CHUNK && items.hasNext()) {
      chunk.add(items.next());
    }
    return chunk;
  }

  private Report one(Manifest manifest, Item item, Invocation invocation) {
    JsonNode json;
    GenerationRequest request;
    try {
      json = json(manifest, item);
      request = parser.parse(json, manifest.id(item.line()));
    } catch (InvalidRequest invalid) {
      return refused(manifest, item, invalid, invocation);
    }
    return Report.of(request.id(), requests.runOrAccept(request, json, invocation));
  }

  private Report enqueue(Manifest manifest, List<Item> chunk, Invocation invocation) {
    List<Line> lines =
        Parallel.map(byId(chunk), WRITES_AT_A_TIME, same -> accept(manifest, same, invocation))
            .stream()
            .flatMap(List::stream)
            .sorted(Comparator.comparingInt(Line::number))
            .toList();
    send(lines.stream().flatMap(line -> line.toSend().stream()).toList());
    return Report.all(lines.stream().map(Line::report).toList());
  }

  private void send(List<ToSend> lines) {
    try {
      queue.send(lines.stream().map(ToSend::message).toList());
    } catch (QueueFailure failure) {
      // Those that the queue did take run all the same.
      var _ =
          Parallel.map(
              lines,
              WRITES_AT_A_TIME,
              line -> {
                inbox.withdraw(line.accepted());
                return line;
              });
      throw failure;
    }
  }

  /** Groups lines with the same id: the first must win, so they are not accepted at once. */
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
      QueuedRequest toSend = QueuedRequest.of(request, asked, Duration.ZERO);
      if (!toSend.fits()) {
        throw new InvalidRequest("the request with its id is too long for the queue");
      }
      return switch (inbox.accept(request, asked, invocation)) {
        case Inbox.Accepted accepted ->
            new Line(
                item.line(),
                Report.queued(request.id()),
                Optional.of(new ToSend(toSend, accepted)));
        case Ledger.Ended ended ->
            new Line(item.line(), Report.of(ended.result()), Optional.empty());
        case Ledger.Conflict conflict ->
            throw new InvalidRequest(
                "the id %s belongs to another request".formatted(request.id()));
      };
    } catch (InvalidRequest invalid) {
      return new Line(item.line(), refused(manifest, item, invalid, invocation), Optional.empty());
    }
  }

  private static JsonNode json(Manifest manifest, Item item) {
    return switch (item) {
      case Item.Broken broken -> throw broken.why();
      case Item.Json json -> manifest.fill().apply(json.json());
    };
  }

  private Report refused(
      Manifest manifest, Item item, InvalidRequest invalid, Invocation invocation) {
    String id = manifest.id(item.line());
    LOG.warnf(
        "%s line %d is not a valid request: %s", manifest.name(), item.line(), invalid.detail());
    inbox.refuse(GenerationResult.refused(id, invalid), invocation);
    return Report.invalid(manifest.name(), item.line(), id, invalid.detail());
  }
}
