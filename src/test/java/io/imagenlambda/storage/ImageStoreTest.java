package io.imagenlambda.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.settings.Settings.UrlStyle;
import java.io.IOException;
import java.time.Clock;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

class ImageStoreTest {
  private static final TestS3 s3 = TestS3.start();
  private final ImageStore store = s3.store();

  @AfterAll
  static void stop() {
    s3.close();
  }

  @Test
  void anImageIsStoredWithItsTypeDigestSizeAndMetadata() throws Exception {
    byte[] png = SampleImages.png(64, 36);
    StoredImage image = put("hero-1", 0, png, Map.of("model", "imagen-4.0", "Campaign", "spring"));

    assertEquals("s3://pictures/images/hero-1/0.png", image.s3Uri());
    assertEquals(List.of(64, 36), List.of(image.width(), image.height()));
    assertEquals(png.length, image.bytes());
    assertArrayEquals(png, stored("images/hero-1/0.png"));
    HeadObjectResponse head = head("images/hero-1/0.png");
    assertEquals("image/png", head.contentType());
    assertEquals("public, max-age=31536000, immutable", head.cacheControl());
    assertEquals(
        Base64.getEncoder().encodeToString(HexFormat.of().parseHex(image.sha256())),
        head.checksumSHA256());
    assertEquals(
        Map.of(
            "width", "64",
            "height", "36",
            "sha256", image.sha256(),
            "model", "imagen-4.0",
            "campaign", "spring"),
        head.metadata());
  }

  @Test
  void theKeyEndsAsTheImageTypeDoes() throws Exception {
    assertEquals(
        "s3://pictures/images/types/1.jpg",
        put("types", 1, SampleImages.jpeg(9, 9), Map.of()).s3Uri());
    assertEquals(
        "s3://pictures/images/types/2.webp",
        put("types", 2, SampleImages.webpLossy(), Map.of()).s3Uri());
  }

  @Test
  void anImageIsKnownAgainFromItsMetadata() throws Exception {
    StoredImage image = put("again", 0, SampleImages.png(20, 10), Map.of());
    assertEquals(Optional.of(image), store.image("again", "0.png"));
    assertEquals(Optional.empty(), store.image("again", "1.png"));
    store.replace("again", "result.json", json("{}"));
    assertEquals(Optional.empty(), store.image("again", "result.json"));
  }

  @Test
  void whatIsNoImageIsNotStored() throws Exception {
    try (Spool spool = store.spool()) {
      spool.write(json("<html>Bad Gateway</html>"));
      assertThrows(
          IllegalArgumentException.class, () -> store.putImage("no-image", 0, spool, Map.of()));
    }
    assertEquals(List.of(), store.list("no-image"));
  }

  @Test
  void metadataOfAnyCharactersArrives() throws Exception {
    put(
        "unicode",
        0,
        SampleImages.png(1, 1),
        Map.of("title", "Grüße\nan 🌍", "break", "a\r\nX-Evil: 1", "spaces", "  a   b "));
    Map<String, String> metadata = head("images/unicode/0.png").metadata();
    assertEquals("a X-Evil: 1", metadata.get("break"));
    assertEquals("a b", metadata.get("spaces"));
    assertEquals("=?UTF-8?B?" + base64("Grüße an 🌍") + "?=", metadata.get("title"));
  }

  @Test
  void aSmallObjectIsReadAsItWasWritten() {
    store.replace("small", "result.json", json("{\"a\":1}"));
    store.replace("small", "result.json", json("{\"a\":2}"));
    assertEquals("{\"a\":2}", new String(store.read("small", "result.json").orElseThrow(), UTF_8));
    assertEquals("application/json", head("images/small/result.json").contentType());
  }

  @Test
  void anObjectThatIsMissingIsEmpty() {
    assertEquals(Optional.empty(), store.read("nobody", "result.json"));
    assertEquals(Optional.empty(), store.open("s3://pictures/in/nobody.json"));
    assertEquals(List.of(), store.list("nobody"));
  }

  @Test
  void creatingSucceedsOnce() {
    assertTrue(store.create("once", "claim-0.json", json("mine")));
    assertFalse(store.create("once", "claim-0.json", json("mine")));
    assertFalse(store.create("once", "claim-0.json", json("yours")));
    assertEquals("mine", new String(store.read("once", "claim-0.json").orElseThrow(), UTF_8));
  }

  @Test
  void ofManyThatCreateAtOnceExactlyOneSucceeds() throws Exception {
    for (int round = 0; round < 10; round++) {
      String id = "race-" + round;
      CyclicBarrier start = new CyclicBarrier(4);
      List<Boolean> created =
          inParallel(
              4,
              n -> {
                start.await();
                return store.create(id, "claim-0.json", json("claim of " + n));
              });
      assertEquals(1, created.stream().filter(yes -> yes).count());
      int winner = created.indexOf(true);
      assertEquals(
          "claim of " + winner, new String(store.read(id, "claim-0.json").orElseThrow(), UTF_8));
    }
  }

  @Test
  void manyImagesAreStoredAtOnce() throws Exception {
    List<StoredImage> images =
        inParallel(12, n -> put("many", n, SampleImages.png(10 + n, 10), Map.of()));
    assertEquals(12, store.list("many").size());
    for (int n = 0; n < 12; n++) {
      assertEquals(10 + n, images.get(n).width());
      assertArrayEquals(SampleImages.png(10 + n, 10), stored("images/many/" + n + ".png"));
    }
  }

  @Test
  void aListHasTheObjectsOfThatIdOnly() throws Exception {
    StoredImage image = put("list", 0, SampleImages.png(2, 2), Map.of());
    store.create("list", "claim-0.json", json("{}"));
    store.create("list-2", "claim-0.json", json("{}"));
    List<StoredObject> objects = store.list("list");
    assertEquals(
        List.of("0.png", "claim-0.json"), objects.stream().map(StoredObject::name).toList());
    assertEquals(image.bytes(), objects.getFirst().bytes());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "../x", "a/b", "/a", "a\\b", "-a", "ä", "a\n"})
  void anIdOrNameCannotLeaveItsPlace(String id) {
    assertThrows(IllegalArgumentException.class, () -> store.read(id, "result.json"));
    assertThrows(IllegalArgumentException.class, () -> store.read("id", id));
    assertThrows(IllegalArgumentException.class, () -> store.list(id));
  }

  @Test
  void aRequestObjectIsReadByVersionWithItsSizeKnownFirst() throws Exception {
    s3.client()
        .putObject(
            put -> put.bucket(TestS3.BUCKET).key("in/a b+ä.json"), RequestBody.fromString("[1]"));
    try (RequestObject object = store.open("s3://pictures/in/a b+ä.json").orElseThrow()) {
      assertEquals(3, object.bytes());
      assertFalse(object.eTag().contains("\""));
      assertEquals("[1]", new String(object.content().readAllBytes(), UTF_8));
    }
  }

  @Test
  void whatIsUnderTheOutputPrefixIsNeverOpened() {
    assertTrue(store.isOutput("pictures", "images/a/result.json"));
    assertFalse(store.isOutput("pictures", "in/a.json"));
    assertFalse(store.isOutput("other", "images/a.json"));
    assertThrows(
        IllegalArgumentException.class, () -> store.open("s3://pictures/images/a/request.json"));
  }

  @Test
  void aFailureNamesTheCallTheObjectAndWhatS3Said() {
    ImageStore noBucket =
        new ImageStore(
            TestS3.settings("no-such-bucket", UrlStyle.S3), s3::client, Clock.systemUTC());
    StorageFailure failure =
        assertThrows(StorageFailure.class, () -> noBucket.read("id", "result.json"));
    assertContains(
        failure, "GetObject s3://no-such-bucket/images/id/result.json", "NoSuchBucket", "404");
    assertFalse(failure.retryable());
  }

  @Test
  void wrongCredentialsAreAFailureThatNoRetryMends() throws Exception {
    try (var client =
        s3.client(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDTEST", "wrong")))) {
      ImageStore stranger =
          new ImageStore(
              TestS3.settings(TestS3.BUCKET, UrlStyle.S3), () -> client, Clock.systemUTC());
      StorageFailure failure =
          assertThrows(
              StorageFailure.class, () -> stranger.create("id", "claim-0.json", json("{}")));
      assertContains(failure, "PutObject", "SignatureDoesNotMatch", "403");
      assertFalse(failure.retryable());
      StorageFailure onRead =
          assertThrows(StorageFailure.class, () -> stranger.read("id", "result.json"));
      assertContains(onRead, "s3:ListBucket");
      StorageFailure onHead =
          assertThrows(StorageFailure.class, () -> stranger.image("id", "0.png"));
      assertContains(onHead, "HeadObject s3://pictures/images/id/0.png failed: status 403");
    }
  }

  private StoredImage put(String id, int index, byte[] image, Map<String, String> metadata)
      throws IOException {
    try (Spool spool = store.spool()) {
      spool.write(image);
      return store.putImage(id, index, spool, metadata);
    }
  }

  private interface Numbered<T> {
    T call(int n) throws Exception;
  }

  private static <T> List<T> inParallel(int count, Numbered<T> task) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<T>> tasks =
          IntStream.range(0, count).<Callable<T>>mapToObj(n -> () -> task.call(n)).toList();
      List<Future<T>> futures = threads.invokeAll(tasks);
      return futures.stream().map(Future::resultNow).toList();
    }
  }

  private static byte[] stored(String key) {
    return s3.client()
        .getObjectAsBytes(get -> get.bucket(TestS3.BUCKET).key(key))
        .asByteArrayUnsafe();
  }

  private static HeadObjectResponse head(String key) {
    return s3.client()
        .headObject(head -> head.bucket(TestS3.BUCKET).key(key).checksumMode(ChecksumMode.ENABLED));
  }

  private static byte[] json(String text) {
    return text.getBytes(UTF_8);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  private static void assertContains(StorageFailure failure, String... parts) {
    String text = String.valueOf(failure.getMessage());
    for (String part : parts) {
      assertTrue(text.contains(part), () -> "\"" + part + "\" is not in: " + text);
    }
  }
}
