package io.imagenlambda.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
      assertEquals(
          Optional.empty(),
          new RequestObjects(TestS3.settings(TestS3.BUCKET, UrlStyle.S3), without.calls())
              .open("in", "gone.json", Optional.of("v1")));
    }
  }

  @Test
  void isAFailureWhereItsBucketIsMissing() {
    assertThrows(StorageFailure.class, () -> objects.open("s3://no-such-bucket/in.json"));
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
