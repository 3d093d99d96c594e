package io.imagenlambda.storage;

import io.imagenlambda.spool.ImageType;
import io.imagenlambda.spool.Sha256;
import io.imagenlambda.spool.Spool;
import io.imagenlambda.storage.KeyLayout.S3Location;
import io.imagenlambda.storage.client.S3Clients;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Every {@code PUT} has a known length, and its SHA-256 in a header. S3 checks and keeps it, and
 * the SDK needs neither a pass over the content nor {@code aws-chunked} trailers.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html">
 *     checking object integrity</a>
 */
final class PutObjects {
  /** An image's key never gets another image, so that browsers and CDNs need not ask again. */
  private static final String IMAGE_CACHING = "public, max-age=31536000, immutable";

  private static final String JSON_CACHING = "no-cache";
  private static final String JSON = "application/json";
  private static final String SHA256 = "sha256";

  /** The bandwidth that is left at 128 MB of memory, with other uploads beside this one. */
  private static final long SLOWEST_BYTES_PER_SECOND = 1024 * 1024;

  private PutObjects() {}

  static void image(
      S3Client client, S3Location to, ImageType type, Spool spool, Map<String, String> metadata) {
    long bytes = spool.size();
    Duration timeout = S3Clients.ATTEMPT_TIMEOUT.plusSeconds(bytes / SLOWEST_BYTES_PER_SECOND);
    client.putObject(
        put(to, spool.sha256Bytes())
            .contentType(type.mimeType())
            .cacheControl(IMAGE_CACHING)
            .metadata(metadata)
            .overrideConfiguration(override -> override.apiCallAttemptTimeout(timeout))
            .build(),
        RequestBody.fromContentProvider(spool::content, bytes, type.mimeType()));
  }

  static void json(S3Client client, S3Location to, byte[] json) {
    client.putObject(putJson(to, json).build(), body(json, JSON));
  }

  /**
   * Writes an object if there is none.
   *
   * @return false if there is one, perhaps from a first attempt whose answer was lost: the SDK
   *     repeats it, and the JDK does if a kept connection is dead
   * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html">
   *     conditional writes</a>
   */
  static boolean newJson(S3Client client, S3Location to, byte[] json) {
    return isNew(client, putJson(to, json), body(json, JSON));
  }

  /** Writes an image that came with a request, if there is no object. */
  static boolean newReference(S3Client client, S3Location to, String mimeType, byte[] image) {
    byte[] sha256 = Sha256.ofTheJdk().digest(image);
    PutObjectRequest.Builder put =
        put(to, sha256).contentType(mimeType).metadata(Map.of(SHA256, hex(sha256)));
    return isNew(client, put, body(image, mimeType));
  }

  /** Whether what {@link #newReference} found is the same image. */
  static boolean isSame(S3Client client, S3Location object, byte[] image) {
    return hex(Sha256.ofTheJdk().digest(image))
        .equals(
            client
                .headObject(head -> head.bucket(object.bucket()).key(object.key()))
                .metadata()
                .get(SHA256));
  }

  private static String hex(byte[] sha256) {
    return HexFormat.of().formatHex(sha256);
  }

  private static boolean isNew(S3Client client, PutObjectRequest.Builder put, RequestBody body) {
    try {
      client.putObject(put.ifNoneMatch("*").build(), body);
      return true;
    } catch (S3Exception e) {
      if (e.statusCode() != 412) {
        throw e;
      }
      return false;
    }
  }

  private static PutObjectRequest.Builder putJson(S3Location to, byte[] json) {
    return put(to, Sha256.ofTheJdk().digest(json)).contentType(JSON).cacheControl(JSON_CACHING);
  }

  private static PutObjectRequest.Builder put(S3Location to, byte[] sha256) {
    return PutObjectRequest.builder()
        .bucket(to.bucket())
        .key(to.key())
        .checksumSHA256(Base64.getEncoder().encodeToString(sha256));
  }

  private static RequestBody body(byte[] content, String mimeType) {
    return RequestBody.fromContentProvider(
        () -> new ByteArrayInputStream(content), content.length, mimeType);
  }
}
