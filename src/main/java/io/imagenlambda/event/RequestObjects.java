package io.imagenlambda.event;

import io.imagenlambda.event.Manifests.Manifest;
import io.imagenlambda.generation.InvalidRequest;
import io.imagenlambda.generation.Invocation;
import io.imagenlambda.settings.Settings;
import io.imagenlambda.storage.ImageStore;
import io.imagenlambda.storage.RequestObject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jboss.logging.Logger;

/** Objects with requests: those that an event names, and the one that a schedule runs. */
@Singleton
final class RequestObjects {
  private static final Logger LOG = Logger.getLogger(RequestObjects.class);

  private final ImageStore store;
  private final Manifests manifests;
  private final Optional<URI> scheduled;

  RequestObjects(ImageStore store, Manifests manifests, Settings settings) {
    this.store = store;
    this.manifests = manifests;
    this.scheduled = settings.scheduleRequests();
  }

  /** The object that an S3 event names. */
  Report run(Payload.Requests requests, Invocation invocation) {
    String name = "s3://%s/%s".formatted(requests.bucket(), requests.key());
    if (store.isOutput(requests.bucket(), requests.key())) {
      return Report.ignored(name + " is under the output prefix, which is never read");
    }
    if (!RequestFile.isOne(name)) {
      return Report.ignored(name + " does not end in .json, .jsonl or .txt");
    }
    return store
        .open(requests.bucket(), requests.key(), requests.versionId())
        .map(object -> {
          // The ETag of what is read, not the event's: two events may find the same, newer
          // content.
          String version = requests.versionId().orElseGet(object::eTag);
          String baseId = EventId.ofObject(requests.bucket(), requests.key(), version);
          return run(new Manifest(name, baseId, UnaryOperator.identity()), object, invocation);
        })
        .orElseGet(() -> Report.ignored(name + " is no longer there"));
  }

  /** The object of {@code IMAGEN_SCHEDULE_REQUESTS}. */
  Report run(Payload.Schedule schedule, Invocation invocation) {
    String name =
        scheduled
            .map(URI::toString)
            .orElseThrow(() ->
                new InvalidRequest(
                    "a scheduled event came without a request, and IMAGEN_SCHEDULE_REQUESTS"
                        + " names no object with requests"));
    if (!RequestFile.isOne(name)) {
      throw new InvalidRequest(
          name + " of IMAGEN_SCHEDULE_REQUESTS does not end in .json, .jsonl or .txt");
    }
    return store
        .open(name)
        .map(object ->
            run(new Manifest(name, schedule.eventId(), schedule.time()::fill), object, invocation))
        .orElseThrow(() -> new InvalidRequest(name + " of IMAGEN_SCHEDULE_REQUESTS is not there"));
  }

  private Report run(Manifest manifest, RequestObject object, Invocation invocation) {
    try (object) {
      return manifests.run(manifest, object.bytes(), object.content(), invocation);
    } catch (IOException | UncheckedIOException e) {
      LOG.errorf(e, "%s could not be read to its end", manifest.name());
      throw new FunctionError(
          FunctionError.Type.IMAGEN_UNAVAILABLE,
          "%s could not be read to its end: %s".formatted(manifest.name(), e.getMessage()));
    }
  }
}
