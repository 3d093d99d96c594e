package io.imagenlambda.event;

import io.imagenlambda.generation.InvalidRequest;
import io.imagenlambda.settings.Settings;
import io.imagenlambda.storage.ImageStore;
import io.imagenlambda.storage.RequestObject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Objects with requests: those that an event names, and the one that a schedule runs. */
@Singleton
final class RequestObjects {
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
    try (RequestObject object =
        store.open(requests.bucket(), requests.key(), requests.versionId()).orElse(null)) {
      if (object == null) {
        return Report.ignored(name + " is no longer there");
      }
      // The ETag of what is read, not the event's: two events may find the same, newer content.
      String version = requests.versionId().orElseGet(object::eTag);
      String baseId = EventId.ofObject(requests.bucket(), requests.key(), version);
      return manifests.run(
          new Manifests.Manifest(name, baseId, UnaryOperator.identity()),
          object.content(),
          invocation);
    } catch (IOException e) {
      throw new UncheckedIOException(name + " could not be read to its end", e);
    }
  }

  /** The object of {@code IMAGEN_SCHEDULE_REQUESTS}. */
  Report run(Payload.Schedule schedule, Invocation invocation) {
    String name =
        scheduled
            .map(URI::toString)
            .orElseThrow(
                () ->
                    new InvalidRequest(
                        "a scheduled event came without a request, and IMAGEN_SCHEDULE_REQUESTS"
                            + " names no object with requests"));
    try (RequestObject object =
        store
            .open(name)
            .orElseThrow(
                () -> new InvalidRequest(name + " of IMAGEN_SCHEDULE_REQUESTS is not there"))) {
      return manifests.run(
          new Manifests.Manifest(name, schedule.eventId(), schedule.time()::fill),
          object.content(),
          invocation);
    } catch (IOException e) {
      throw new UncheckedIOException(name + " could not be read to its end", e);
    }
  }
}
