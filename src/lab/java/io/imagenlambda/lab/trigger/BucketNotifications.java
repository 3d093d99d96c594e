package io.imagenlambda.lab.trigger;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Calls a listener once for every object that is stored in a bucket by any client. S3Proxy has no
 * notifications, so this polls the list of objects. Objects that exist at the start are not
 * reported.
 */
final class BucketNotifications implements AutoCloseable {
  private static final Duration EVERY = Duration.ofMillis(250);

  /** S3Proxy lists objects that are still being written, as the key and a UUID. */
  private static final Pattern UNFINISHED =
      Pattern.compile(".*-\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

  /** Identifies a version of a key. */
  private record Version(@Nullable String eTag, Instant lastModified) {
    static Version of(S3Object object) {
      return new Version(object.eTag(), object.lastModified());
    }
  }

  private final S3Client s3;
  private final String bucket;
  private final Consumer<S3Object> listener;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofVirtual().name("lab-bucket-watch").factory());
  private Map<String, Version> seen = new HashMap<>();

  BucketNotifications(S3Client s3, String bucket, Consumer<S3Object> listener) {
    this.s3 = s3;
    this.bucket = bucket;
    this.listener = listener;
    list().forEach(object -> seen.put(object.key(), Version.of(object)));
    var _ =
        timer.scheduleWithFixedDelay(
            this::look, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  private List<S3Object> list() {
    return s3.listObjectsV2Paginator(list -> list.bucket(bucket)).contents().stream()
        .filter(object -> !UNFINISHED.matcher(object.key()).matches())
        .toList();
  }

  private void look() {
    try {
      Map<String, Version> now = new HashMap<>();
      for (S3Object object : list()) {
        Version version = Version.of(object);
        now.put(object.key(), version);
        if (!version.equals(seen.get(object.key()))) {
          listener.accept(object);
        }
      }
      seen = now;
    } catch (RuntimeException e) {
      if (!timer.isShutdown()) {
        System.err.println("the lab's watch of %s: %s".formatted(bucket, e));
      }
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
