package io.imagenlambda.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.imagenlambda.Wiring;
import io.imagenlambda.request.Deadline;
import io.imagenlambda.settings.Settings;
import io.imagenlambda.settings.Settings.UrlStyle;
import io.imagenlambda.settings.TestSettings;
import io.imagenlambda.spool.Spool;
import io.imagenlambda.spool.SpoolFiles;
import io.imagenlambda.storage.client.S3Clients;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** A real S3 server in this process, on a free port: it checks signatures and checksums. */
final class TestS3 implements AutoCloseable {
  static final String BUCKET = "pictures";
  private static final String ACCESS_KEY = "AKIDTEST";
  private static final String SECRET_KEY = "a-secret-of-the-tests";

  private final S3Proxy server;
  private final S3Client client;

  private TestS3() throws Exception {
    server =
        S3Proxy.builder()
            .blobStore(new TransientNio2BlobStore())
            .endpoint(URI.create("http://127.0.0.1:0"))
            .awsAuthentication(AuthenticationType.AWS_V4, ACCESS_KEY, SECRET_KEY)
            .stopTimeout(0)
            .build();
    server.start();
    client = client(credentials());
    client.createBucket(bucket -> bucket.bucket(BUCKET));
  }

  static TestS3 start() {
    try {
      return new TestS3();
    } catch (Exception e) {
      throw new IllegalStateException("S3 does not start", e);
    }
  }

  static AwsCredentialsProvider credentials() {
    return StaticCredentialsProvider.create(AwsBasicCredentials.create(ACCESS_KEY, SECRET_KEY));
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getPort());
  }

  /** The function's own client, as it is made in production, but for where the server is. */
  S3Client client(AwsCredentialsProvider credentials) {
    return S3Clients.create(
        Optional.of(endpoint()), Region.EU_CENTRAL_1, credentials, TestSettings.of());
  }

  /** The same one, to look at what is stored. */
  S3Client client() {
    return client;
  }

  ImageStore store() {
    return store(UrlStyle.PRESIGNED);
  }

  ImageStore store(UrlStyle style) {
    return new ImageStore(settings(BUCKET, style), new S3Calls(() -> client), Clock.systemUTC());
  }

  RequestObjects requestObjects() {
    return new RequestObjects(settings(BUCKET, UrlStyle.PRESIGNED), new S3Calls(() -> client));
  }

  static Spool spool() {
    return new Wiring()
        .with(Settings.class, TestSettings.of())
        .make(SpoolFiles.class)
        .admit(1, Deadline.in(Duration.ofMinutes(1)))
        .orElseThrow()
        .spool();
  }

  /** A text as it is stored. */
  static byte[] json(String text) {
    return text.getBytes(UTF_8);
  }

  static Settings settings(String bucket, UrlStyle style) {
    return TestSettings.of(
        "OUTPUT_BUCKET",
        bucket,
        "IMAGEN_URL_STYLE",
        style.name(),
        "IMAGEN_CDN_BASE_URL",
        "https://cdn.example.com");
  }

  @Override
  public void close() {
    client.close();
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("S3 does not stop", e);
    }
  }
}
