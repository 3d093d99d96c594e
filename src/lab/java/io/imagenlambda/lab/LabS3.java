package io.imagenlambda.lab;

import io.imagenlambda.lab.http.LabException;
import io.imagenlambda.lab.timeline.LabEvent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.gaul.s3proxy.CrossOriginResourceSharing;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/**
 * S3: S3Proxy on a local directory. It checks signatures, so nothing is readable without one, and
 * {@code If-None-Match: *} is atomic (a hard link that fails where the name exists).
 */
final class LabS3 implements AutoCloseable {
  private final S3Proxy proxy;
  private final URI endpoint;
  private final S3Client client;
  private final S3Presigner presigner;

  private LabS3(S3Proxy proxy) {
    this.proxy = proxy;
    // An IP address instead of a name makes every SDK put the bucket into the path.
    this.endpoint = URI.create("http://127.0.0.1:" + proxy.getPort());
    this.client =
        S3Client.builder()
            .endpointOverride(endpoint)
            .region(LabCredentials.region())
            .credentialsProvider(LabCredentials.provider())
            .httpClient(UrlConnectionHttpClient.create())
            .build();
    this.presigner =
        S3Presigner.builder()
            .endpointOverride(endpoint)
            .region(LabCredentials.region())
            .credentialsProvider(LabCredentials.provider())
            .build();
  }

  static LabS3 start(Path directory, int port, String... buckets) {
    return start(directory, port, null, Duration.ZERO, List.of(), _ -> {}, buckets);
  }

  /**
   * As {@link #start(Path, int, String...)}.
   *
   * @param tls with a certificate S3 listens over TLS too, on another free port
   * @param latency how long it takes for an object beside reading and writing it
   * @param corsOrigins the origins of web pages that may read objects, or {@code *}
   * @param listener gets an event for every object that is stored
   */
  static LabS3 start(
      Path directory,
      int port,
      @Nullable LabTls tls,
      Duration latency,
      List<String> corsOrigins,
      Consumer<LabEvent> listener,
      String... buckets) {
    LabLogging.quietServers();
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    S3Proxy.Builder builder =
        S3Proxy.builder()
            .blobStore(
                new NotifyingBlobStore(
                    new SlowBlobStore(new FilesystemNio2BlobStore(directory.toString()), latency),
                    listener))
            .endpoint(URI.create("http://127.0.0.1:" + port))
            .awsAuthentication(
                AuthenticationType.AWS_V2_OR_V4, // boto3 presigns in the old way
                LabCredentials.ACCESS_KEY_ID,
                LabCredentials.SECRET_ACCESS_KEY)
            .ignoreUnknownHeaders(true)
            .stopTimeout(0); // cuts clients that still read when the lab ends
    if (!corsOrigins.isEmpty()) {
      builder.corsRules(readableFrom(corsOrigins));
    }
    if (tls != null) {
      builder
          .secureEndpoint(URI.create("https://127.0.0.1:0"))
          .keyStore(tls.keyStore().toString(), LabTls.PASSWORD);
    }
    S3Proxy proxy = builder.build();
    startListening(proxy, port);
    LabS3 s3 = new LabS3(proxy);
    for (String bucket : buckets) {
      if (!Files.exists(directory.resolve(bucket))) {
        s3.client.createBucket(request -> request.bucket(bucket));
      }
    }
    return s3;
  }

  /** As the template has it for the images. */
  private static CrossOriginResourceSharing readableFrom(List<String> origins) {
    List<String> patterns =
        origins.stream().map(each -> each.equals("*") ? each : Pattern.quote(each)).toList();
    return new CrossOriginResourceSharing(
        patterns, List.of("GET", "HEAD"), List.of("*"), List.of(), "false");
  }

  @SuppressWarnings("CatchingUnchecked") // start() declares Exception
  private static void startListening(S3Proxy proxy, int port) {
    try {
      proxy.start();
    } catch (Exception e) {
      if (causedByBind(e)) {
        throw LabException.portTaken("S3", port, e);
      }
      throw new LabException("the lab's S3 did not start: " + e, e);
    }
  }

  static boolean causedByBind(@Nullable Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof BindException) {
        return true;
      }
    }
    return false;
  }

  URI endpoint() {
    return endpoint;
  }

  /** The address over TLS, where the lab has a certificate. */
  URI secureEndpoint() {
    return URI.create("https://127.0.0.1:" + proxy.getSecurePort());
  }

  S3Client client() {
    return client;
  }

  /** A presigned URL of an object, valid for an hour. */
  URI presigned(String bucket, String key) {
    return URI.create(
        presigner
            .presignGetObject(presign ->
                presign
                    .signatureDuration(Duration.ofHours(1))
                    .getObjectRequest(get -> get.bucket(bucket).key(key)))
            .url()
            .toString());
  }

  @Override
  @SuppressWarnings("CatchingUnchecked") // stop() declares Exception
  public void close() {
    client.close();
    presigner.close();
    try {
      proxy.stop();
    } catch (Exception e) {
      throw new LabException("the lab's S3 did not stop: " + e, e);
    }
  }

  /** Reports each object that is stored with a PutObject call, as the function stores all. */
  private static final class NotifyingBlobStore extends ForwardingBlobStore {
    private final Consumer<LabEvent> listener;

    NotifyingBlobStore(BlobStore store, Consumer<LabEvent> listener) {
      super(store);
      this.listener = listener;
    }

    @Override
    public PutObjectResponse putBlob(PutObjectRequest request, InputStream content) {
      long start = System.nanoTime();
      PutObjectResponse response = super.putBlob(request, content);
      listener.accept(
          new LabEvent.Stored(
              request.bucket(),
              request.key(),
              Objects.requireNonNullElse(request.contentLength(), 0L),
              Objects.requireNonNullElse(request.contentType(), ""),
              LabEvent.ms(Duration.ofNanos(System.nanoTime() - start))));
      return response;
    }
  }
}
