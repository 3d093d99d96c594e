package io.imagenlambda.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.settings.Settings.UrlStyle;
import io.imagenlambda.settings.TestSettings;
import io.imagenlambda.spool.SampleImages;
import io.imagenlambda.spool.Spool;
import io.imagenlambda.storage.client.S3Clients;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

class ImageUrlTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00.123Z");
  private static final byte[] PNG = SampleImages.png(8, 8);
  @AutoClose private static final TestS3 s3 = TestS3.start();

  @BeforeAll
  static void store() throws Exception {
    ImageStore store = s3.store();
    try (Spool spool = TestS3.spool()) {
      spool.write(PNG);
      store.putImage("url", "0", spool, "a-digest", Map.of());
    }
  }

  @Test
  void aPresignedUrlOpensAsTheImageWithNothingButTheUrl() throws Exception {
    ImageStore.Url url = s3.store(UrlStyle.PRESIGNED).url("s3://pictures/images/url/0.png");

    HttpResponse<byte[]> response = get(url.url());
    assertEquals(200, response.statusCode());
    assertArrayEquals(PNG, response.body());
    assertEquals("image/png", response.headers().firstValue("content-type").orElseThrow());
    Instant expiresAt = url.expiresAt().orElseThrow();
    assertTrue(expiresAt.isAfter(Instant.now().plusSeconds(3500)));
    assertTrue(expiresAt.isBefore(Instant.now().plusSeconds(3601)));
  }

  @Test
  void aPresignedUrlIsForThatObjectOnly() throws Exception {
    ImageStore.Url url = s3.store(UrlStyle.PRESIGNED).url("s3://pictures/images/url/0.png");
    assertEquals(403, get(url.url().replace("0.png", "1.png")).statusCode());
  }

  @Test
  void aPresignedUrlEndsNoLaterThanTheCredentialsThatSignedIt() {
    try (S3Client client = aws(Optional.of(NOW.plusSeconds(600)))) {
      ImageStore.Url url = store(UrlStyle.PRESIGNED, client).url("s3://pictures/images/url/0.png");
      assertEquals(Optional.of(Instant.parse("2026-11-22T10:10:00Z")), url.expiresAt());
      assertTrue(url.url().contains("X-Amz-Expires=600&"), url.url());
      assertTrue(url.url().contains("X-Amz-Security-Token=token"), url.url());
    }
  }

  @Test
  void aPresignedUrlIsGoodForTheWholeTimeWhereCredentialsLastLonger() {
    try (S3Client client = aws(Optional.of(NOW.plusSeconds(7200)))) {
      ImageStore.Url url = store(UrlStyle.PRESIGNED, client).url("s3://pictures/images/url/0.png");
      assertEquals(Optional.of(Instant.parse("2026-11-22T11:00:00Z")), url.expiresAt());
    }
  }

  @Test
  void aPresignedUrlSignsNoHeaderThatABrowserWouldNotSend() {
    try (S3Client client = aws(Optional.empty())) {
      ImageStore.Url url = store(UrlStyle.PRESIGNED, client).url("s3://pictures/images/url/0.png");
      assertTrue(url.url().contains("X-Amz-SignedHeaders=host&"), url.url());
      assertTrue(url.url().contains("X-Amz-Date=20261122T100000Z&"), url.url());
      assertTrue(
          url.url().startsWith("https://pictures.s3.eu-central-1.amazonaws.com/images/url/0.png?"),
          url.url());
    }
  }

  @Test
  void anS3UrlNamesBucketRegionAndKey() {
    try (S3Client client = aws(Optional.empty())) {
      assertEquals(
          new ImageStore.Url(
              "https://pictures.s3.eu-central-1.amazonaws.com/images/url/0.png", Optional.empty()),
          store(UrlStyle.S3, client).url("s3://pictures/images/url/0.png"));
    }
  }

  @Test
  void anS3UrlHonoursAnEndpointOfOnesOwn() {
    assertEquals(
        s3.endpoint() + "/pictures/images/url/0.png",
        s3.store(UrlStyle.S3).url("s3://pictures/images/url/0.png").url());
  }

  @Test
  void aCdnUrlIsTheBaseAndTheKey() {
    assertEquals(
        new ImageStore.Url("https://cdn.example.com/images/url/0.png", Optional.empty()),
        s3.store(UrlStyle.CDN).url("s3://pictures/images/url/0.png"));
  }

  @Test
  void whatIsNoS3UriIsRefused() {
    ImageStore store = s3.store();
    for (String wrong : new String[] {"", "s3://", "s3://b", "s3://b/", "s3:///k", "https://b/k"}) {
      assertThrows(IllegalArgumentException.class, () -> store.url(wrong), wrong);
    }
  }

  private static ImageStore store(UrlStyle style, S3Client client) {
    return new ImageStore(
        TestS3.settings(TestS3.BUCKET, style),
        new S3Calls(() -> client),
        Clock.fixed(NOW, ZoneOffset.UTC));
  }

  /** A client for AWS itself, which nothing is asked of. */
  private static S3Client aws(Optional<Instant> expiration) {
    AwsCredentials session =
        AwsSessionCredentials.builder()
            .accessKeyId("AKID")
            .secretAccessKey("secret")
            .sessionToken("token")
            .expirationTime(expiration.orElse(null))
            .build();
    return S3Clients.create(
        Optional.empty(),
        Region.EU_CENTRAL_1,
        StaticCredentialsProvider.create(session),
        TestSettings.of());
  }

  private static HttpResponse<byte[]> get(String url) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofByteArray());
    }
  }
}
