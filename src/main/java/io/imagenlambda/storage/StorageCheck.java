package io.imagenlambda.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.imagenlambda.request.Finding;
import io.imagenlambda.settings.Settings;
import io.imagenlambda.storage.KeyLayout.S3Location;
import io.imagenlambda.storage.RequestObjects.RequestObject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.Optional;

/** Whether S3 does for us what a request needs. */
@Singleton
public class StorageCheck {
  private static final byte[] CONTENT =
      "{\"what\":\"written by each check of imagen-lambda's setup\"}".getBytes(UTF_8);

  private final S3Calls s3;
  private final RequestObjects requests;
  private final KeyLayout keys;
  private final Optional<URI> scheduled;

  StorageCheck(Settings settings, S3Calls s3, RequestObjects requests) {
    this.s3 = s3;
    this.requests = requests;
    this.keys = new KeyLayout(settings.outputBucket(), settings.outputPrefix());
    this.scheduled = settings.scheduleRequests();
  }

  /**
   * Writes, lists and reads an object under the output prefix, where no id can be. It is
   * overwritten by the next check, and not deleted: this function may not delete anything.
   */
  public Finding bucket() {
    String what = "bucket";
    S3Location object = keys.ofNoId("_check", "setup.json");
    String where = "%s (OUTPUT_BUCKET, OUTPUT_PREFIX)".formatted(keys.place());
    try {
      s3.replace(object, CONTENT);
      boolean wasWrittenTwice =
          s3.call("PutObject", object, client -> PutObjects.newJson(client, object, CONTENT));
      s3.call(
          "ListObjectsV2",
          object,
          client -> client.listObjectsV2(list -> list.bucket(keys.bucket()).prefix(object.key())));
      Optional<byte[]> read = s3.read(object);
      if (wasWrittenTwice) {
        return Finding.wrong(
            what,
            where
                + " ignores If-None-Match, so a request may be paid for twice: use an S3 with"
                + " conditional writes");
      }
      return read.filter(content -> Arrays.equals(content, CONTENT)).isPresent()
          ? Finding.right(
              what,
              "%s takes objects, lists them and gives them back; %s stays there"
                  .formatted(where, object))
          : Finding.wrong(what, where + " does not give back what was written");
    } catch (StorageFailure failure) {
      return Finding.wrong(what, "%s cannot be used: %s".formatted(where, failure.getMessage()));
    }
  }

  /** Whether the requests of a schedule are there; empty if none are set. */
  public Optional<Finding> schedule() {
    return scheduled.map(object -> {
      String what = "schedule";
      String named = object + " (IMAGEN_SCHEDULE_REQUESTS)";
      try (RequestObject found = requests.open(object.toString()).orElse(null)) {
        return found == null
            ? Finding.unknown(what, named + " is not there: put it there before a schedule starts")
            : Finding.right(what, named + " is there");
      } catch (StorageFailure | IllegalArgumentException | IOException e) {
        return Finding.wrong(what, "%s cannot be read: %s".formatted(named, e.getMessage()));
      }
    });
  }
}
