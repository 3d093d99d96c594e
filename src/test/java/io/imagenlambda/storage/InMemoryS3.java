package io.imagenlambda.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.imagenlambda.Wiring;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/** S3 as far as the function uses it, without a wire: for many thousand events a second. */
public final class InMemoryS3 implements S3Client {
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Stored(byte[] content, String type, Map<String, String> metadata) {}

  private final NavigableMap<String, Stored> objects = new ConcurrentSkipListMap<>();
  private final Map<String, Stored> kept = new ConcurrentSkipListMap<>();
  private final AtomicInteger calls = new AtomicInteger();
  private volatile Consumer<String> beforePut = key -> {};
  private volatile Consumer<String> afterPut = key -> {};
  private volatile Consumer<String> beforeList = prefix -> {};
  private volatile Runnable aroundEachCall = () -> {};

  /** Has the function's own classes ask this S3. */
  public Wiring under(Wiring function) {
    return function.with(S3Calls.class, new S3Calls(() -> this));
  }

  /** Stores an object for good. */
  public void keep(String bucketAndKey, byte[] content) {
    kept.put(bucketAndKey, new Stored(content, "application/json", Map.of()));
  }

  /** Deletes what was written there, as a lifecycle rule does. */
  public void delete(String bucketAndKey) {
    if (objects.remove(bucketAndKey) == null) {
      throw new AssertionError(bucketAndKey + " is not among " + objects.keySet());
    }
  }

  /** What was written since {@link #forget}, as {@code bucket/key}. */
  public Set<String> written() {
    return objects.keySet();
  }

  /** Is told the key of whatever is about to be written; what it throws is S3's answer. */
  public void beforePut(Consumer<String> told) {
    beforePut = told;
  }

  /** Is told the key of whatever has been written; what it throws comes instead of an answer. */
  public void afterPut(Consumer<String> told) {
    afterPut = told;
  }

  /** Is told the prefix of whatever is about to be listed; what it throws is S3's answer. */
  public void beforeList(Consumer<String> told) {
    beforeList = told;
  }

  /** Gives all objects another value of their user metadata. */
  public void changeMetadata(String name, String value) {
    objects.replaceAll((key, object) -> {
      Map<String, String> changed = new HashMap<>(object.metadata());
      changed.replace(name, value);
      return new Stored(object.content(), object.type(), changed);
    });
  }

  /** The content of an object, as text. */
  public String text(String bucketAndKey) {
    return new String(Objects.requireNonNull(objects.get(bucketAndKey)).content(), UTF_8);
  }

  /** Runs before and after each call; what it throws is the end of the process that called. */
  public void aroundEachCall(Runnable step) {
    aroundEachCall = step;
  }

  /** How often this S3 was asked for anything since {@link #forget}. */
  public int calls() {
    return calls.get();
  }

  /** Forgets what was written and asked. */
  public void forget() {
    objects.clear();
    calls.set(0);
  }

  @Override
  public PutObjectResponse putObject(PutObjectRequest put, RequestBody body) {
    begin();
    beforePut.accept(put.key());
    String name = put.bucket() + "/" + put.key();
    try (InputStream content = body.contentStreamProvider().newStream()) {
      Stored object = new Stored(content.readAllBytes(), put.contentType(), put.metadata());
      if (put.ifNoneMatch() == null) {
        Stored before = objects.put(name, object);
        if (before != null
            && !name.endsWith(".json")
            && !before.metadata().equals(object.metadata())) {
          throw new AssertionError("another call overwrites " + name);
        }
      } else if (objects.putIfAbsent(name, object) != null) {
        throw S3Exception.builder().statusCode(412).message("there is one").build();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    aroundEachCall.run();
    afterPut.accept(put.key());
    return PutObjectResponse.builder().build();
  }

  private void begin() {
    calls.incrementAndGet();
    aroundEachCall.run();
  }

  @Override
  public <T> T getObject(GetObjectRequest get, ResponseTransformer<GetObjectResponse, T> to) {
    byte[] content = find(get.bucket(), get.key()).content();
    GetObjectResponse head =
        GetObjectResponse.builder()
            .contentLength((long) content.length)
            .eTag("\"an-etag\"")
            .build();
    try {
      return to.transform(head, AbortableInputStream.create(new ByteArrayInputStream(content)));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public HeadObjectResponse headObject(HeadObjectRequest head) {
    Stored object = find(head.bucket(), head.key());
    return HeadObjectResponse.builder()
        .contentLength((long) object.content().length)
        .contentType(object.type())
        .metadata(object.metadata())
        .build();
  }

  @Override
  public ListObjectsV2Response listObjectsV2(ListObjectsV2Request list) {
    begin();
    beforeList.accept(list.prefix());
    String bucket = list.bucket() + "/";
    String prefix = bucket + list.prefix();
    return ListObjectsV2Response.builder()
        .contents(
            objects.tailMap(prefix).keySet().stream()
                .takeWhile(name -> name.startsWith(prefix))
                .map(name -> name.substring(bucket.length()))
                .map(
                    key -> S3Object.builder().key(key).size(1L).lastModified(Instant.EPOCH).build())
                .toList())
        .build();
  }

  private Stored find(String bucket, String key) {
    begin();
    String name = bucket + "/" + key;
    return Optional.ofNullable(objects.getOrDefault(name, kept.get(name)))
        .orElseThrow(() -> NoSuchKeyException.builder().statusCode(404).build());
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
