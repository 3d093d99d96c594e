package io.imagenlambda.storage;

import static io.imagenlambda.storage.TestS3.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.imagenlambda.spool.SampleImages;
import io.imagenlambda.spool.Spool;
import io.imagenlambda.storage.ImageStore.StoredImage;
import java.io.IOException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

class ImageStoreTest {
  @AutoClose private static final TestS3 s3 = TestS3.start();
  private final ImageStore store = s3.store();

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
            "imagen-request-sha256", "a-digest",
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
    try (Spool spool = TestS3.spool()) {
      spool.write(json("<html>Bad Gateway</html>"));
      assertThrows(
          IllegalArgumentException.class,
          () -> store.putImage("no-image", "0", spool, "a-digest", Map.of()));
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
  void manyImagesAreStoredAtOnce() throws Exception {
    List<StoredImage> images =
        InParallel.times(12, n -> put("many", n, SampleImages.png(10 + n, 10), Map.of()));
    assertEquals(12, store.list("many").size());
    for (int n = 0; n < 12; n++) {
      assertEquals(10 + n, images.get(n).width());
      assertArrayEquals(SampleImages.png(10 + n, 10), stored("images/many/" + n + ".png"));
    }
  }

  private StoredImage put(String id, int index, byte[] image, Map<String, String> metadata)
      throws IOException {
    try (Spool spool = TestS3.spool()) {
      spool.write(image);
      return store.putImage(id, "" + index, spool, "a-digest", metadata);
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

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }
}
