package io.imagenlambda.lab;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.lab.http.LabException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

@TestInstance(Lifecycle.PER_CLASS)
class LabS3Test {
  private LabS3 s3;

  @BeforeAll
  void start(@TempDir Path directory) {
    s3 = LabS3.start(directory.resolve("s3"), 0, "images");
  }

  @AfterAll
  void stop() {
    s3.close();
  }

  @Test
  void anObjectKeepsItsBytesItsContentTypeAndItsMetadata() {
    s3.client()
        .putObject(
            r ->
                r.bucket("images")
                    .key("images/a/0.png")
                    .contentType("image/png")
                    .metadata(Map.of("model", "imagen-4.0-generate-001")),
            RequestBody.fromString("pixels"));
    var stored = s3.client().getObjectAsBytes(r -> r.bucket("images").key("images/a/0.png"));
    assertEquals("pixels", stored.asUtf8String());
    assertEquals("image/png", stored.response().contentType());
    assertEquals(Map.of("model", "imagen-4.0-generate-001"), stored.response().metadata());
  }

  @Test
  void ofManyWritersWithIfNoneMatchNoTwoWin() {
    List<Integer> winners =
        IntStream.range(0, 16)
            .parallel()
            .filter(writer -> {
              try {
                s3.client()
                    .putObject(
                        r -> r.bucket("images").key("claim").ifNoneMatch("*"),
                        RequestBody.fromString("writer " + writer));
                return true;
              } catch (S3Exception refused) {
                // S3 says 412, or 409 where two writes meet
                assertTrue(
                    refused.statusCode() == 412 || refused.statusCode() == 409,
                    refused.getMessage());
                return false;
              }
            })
            .boxed()
            .toList();
    String stored =
        s3.client().getObjectAsBytes(r -> r.bucket("images").key("claim")).asUtf8String();
    // None at all may think that it won: S3Proxy loses an answer now and then when many meet, and
    // the client's second try finds its own object.
    assertTrue(winners.size() <= 1, winners.toString());
    winners.forEach(winner -> assertEquals("writer " + winner, stored));
  }

  @Test
  void aWrongSecretIsRefused() {
    try (S3Client stranger =
        S3Client.builder()
            .endpointOverride(s3.endpoint())
            .region(LabCredentials.region())
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(LabCredentials.ACCESS_KEY_ID, "wrong")))
            .httpClient(UrlConnectionHttpClient.create())
            .build()) {
      S3Exception refused =
          assertThrows(S3Exception.class, () -> stranger.listObjectsV2(r -> r.bucket("images")));
      assertEquals(
          "SignatureDoesNotMatch", Objects.requireNonNull(refused.awsErrorDetails()).errorCode());
    }
  }

  @Test
  void anObjectIsReadByItsPresignedUrlAndNotWithoutTheSignature() throws Exception {
    s3.client()
        .putObject(
            r -> r.bucket("images").key("signed"), RequestBody.fromBytes("x".getBytes(UTF_8)));
    URI presigned = presigned(s3.endpoint(), "images", "signed");
    assertEquals("x", get(presigned).body());
    URI bare = s3.endpoint().resolve(presigned.getPath());
    assertEquals(403, get(bare).statusCode());
  }

  @Test
  void aPortInUseIsReportedInOneLine(@TempDir Path directory) {
    int taken = s3.endpoint().getPort();
    LabException refused =
        assertThrows(LabException.class, () -> LabS3.start(directory, taken, "images"));
    assertEquals(
        "port " + taken + " is taken: the lab's S3 cannot listen there", refused.getMessage());
  }

  static URI presigned(URI s3, String bucket, String key) throws Exception {
    try (S3Presigner presigner =
        S3Presigner.builder()
            .endpointOverride(s3)
            .region(LabCredentials.region())
            .credentialsProvider(LabCredentials.provider())
            .serviceConfiguration(S3Configuration.builder().pathStyleAccessEnabled(true).build())
            .build()) {
      return presigner
          .presignGetObject(r ->
              r.signatureDuration(Duration.ofMinutes(1))
                  .getObjectRequest(g -> g.bucket(bucket).key(key)))
          .url()
          .toURI();
    }
  }

  static HttpResponse<String> get(URI url) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofString());
    }
  }
}
