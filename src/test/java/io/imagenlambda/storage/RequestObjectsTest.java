package io.imagenlambda.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.Headers;
import io.imagenlambda.settings.Settings.UrlStyle;
import io.imagenlambda.storage.RequestObjects.RequestObject;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;

class RequestObjectsTest {
  @AutoClose private static final TestS3 s3 = TestS3.start();
  private final RequestObjects objects = s3.requestObjects();

  @Test
  void isReadWithItsSizeKnownFirst() throws Exception {
    s3.client()
        .putObject(
            put -> put.bucket(TestS3.BUCKET).key("in/a b+ä.json"), RequestBody.fromString("[1]"));
    try (RequestObject object = objects.open("s3://pictures/in/a b+ä.json").orElseThrow()) {
      assertEquals(3, object.bytes());
      assertFalse(object.eTag().contains("\""));
      assertEquals("[1]", new String(object.content().readAllBytes(), UTF_8));
    }
  }

  @Test
  void isReadInTheVersionThatTheEventNames() throws Exception {
    s3.client().createBucket(bucket -> bucket.bucket("versions"));
    s3.client()
        .putBucketVersioning(bucket ->
            bucket
                .bucket("versions")
                .versioningConfiguration(v -> v.status(BucketVersioningStatus.ENABLED)));
    String first = put("versions", "old");
    put("versions", "new");
    assertEquals("old", read(objects.open("versions", "in.json", Optional.of(first))));
    assertEquals("new", read(objects.open("versions", "in.json", Optional.empty())));
  }

  @Test
  void isEmptyWhereItIsMissing() {
    assertEquals(Optional.empty(), objects.open("s3://pictures/in/nobody.json"));
  }

  @Test
  void isEmptyWhereItsVersionWasDeletedForGood() {
    try (ScriptedS3 without =
        new ScriptedS3(
            (attempt, request, exchange) -> ScriptedS3.refuse(exchange, 404, "NoSuchVersion"))) {
      assertEquals(Optional.empty(), objects(without).open("in", "gone.json", Optional.of("v1")));
    }
  }

  @Test
  void isAFailureWhereItsBucketIsMissing() {
    assertThrows(StorageFailure.class, () -> objects.open("s3://no-such-bucket/in.json"));
  }

  /** As S3 does with a connection on which nothing was read for long. */
  @Test
  void isReadOnWhereTheConnectionBroke() throws Exception {
    try (ScriptedS3 breaks =
        new ScriptedS3((attempt, request, exchange) -> {
          int from = attempt == 1 ? 0 : attempt;
          exchange.getResponseHeaders().set("ETag", "\"e1\"");
          exchange.sendResponseHeaders(attempt == 1 ? 200 : 206, 4 - from);
          exchange.getResponseBody().write("abcd".getBytes(UTF_8), from, attempt == 3 ? 1 : 2);
          exchange.getResponseBody().flush();
        })) {
      RequestObjects found = objects(breaks);
      assertEquals("abcd", read(found.open("in", "many.jsonl", Optional.of("v1"))));

      Headers second = breaks.requests.get(1).headers();
      assertEquals("bytes=2-", second.getFirst("Range"));
      assertEquals("\"e1\"", second.getFirst("If-Match"));
    }
  }

  @Test
  void leavesItsConnectionToTheNextCallWhenItWasRead() throws Exception {
    try (ScriptedS3 server =
        new ScriptedS3((attempt, request, exchange) -> {
          exchange.getResponseHeaders().set("ETag", "\"e1\"");
          exchange.sendResponseHeaders(200, 4);
          exchange.getResponseBody().write("abcd".getBytes(UTF_8));
        })) {
      RequestObjects found = objects(server);
      assertEquals("abcd", read(found.open("in", "one.json", Optional.empty())));
      assertEquals("abcd", read(found.open("in", "two.json", Optional.empty())));

      assertEquals(server.requests.get(0).clientPort(), server.requests.get(1).clientPort());
    }
  }

  @Test
  void endsInAFailureWhereNothingMoreCanBeRead() throws Exception {
    try (ScriptedS3 breaks =
        new ScriptedS3((attempt, request, exchange) -> {
          exchange.getResponseHeaders().set("ETag", "\"e1\"");
          exchange.sendResponseHeaders(attempt == 1 ? 200 : 206, attempt == 1 ? 4 : 2);
          if (attempt == 1) {
            exchange.getResponseBody().write("ab".getBytes(UTF_8));
            exchange.getResponseBody().flush();
          }
        })) {
      Optional<RequestObject> found = objects(breaks).open("in", "many.jsonl", Optional.empty());
      assertThrows(IOException.class, () -> read(found));
    }
  }

  @Test
  void endsInAFailureWhereItHasChangedMeanwhile() throws Exception {
    try (ScriptedS3 changes =
        new ScriptedS3((attempt, request, exchange) -> {
          if (attempt > 1) {
            ScriptedS3.refuse(exchange, 412, "PreconditionFailed");
            return;
          }
          exchange.getResponseHeaders().set("ETag", "\"e1\"");
          exchange.sendResponseHeaders(200, 4);
          exchange.getResponseBody().write("ab".getBytes(UTF_8));
          exchange.getResponseBody().flush();
        })) {
      Optional<RequestObject> found = objects(changes).open("in", "many.jsonl", Optional.empty());
      assertThrows(IOException.class, () -> read(found));
    }
  }

  private static RequestObjects objects(ScriptedS3 server) {
    return new RequestObjects(TestS3.settings(TestS3.BUCKET, UrlStyle.S3), server.calls());
  }

  @Test
  void isNeverOpenedUnderTheOutputPrefix() {
    assertTrue(objects.isOutput("pictures", "images/a/result.json"));
    assertFalse(objects.isOutput("pictures", "in/a.json"));
    assertFalse(objects.isOutput("other", "images/a.json"));
    assertThrows(
        IllegalArgumentException.class, () -> objects.open("s3://pictures/images/a/request.json"));
  }

  private static String put(String bucket, String content) {
    return s3.client()
        .putObject(put -> put.bucket(bucket).key("in.json"), RequestBody.fromString(content))
        .versionId();
  }

  private static String read(Optional<RequestObject> found) throws IOException {
    try (RequestObject object = found.orElseThrow()) {
      return new String(object.content().readAllBytes(), UTF_8);
    }
  }
}
