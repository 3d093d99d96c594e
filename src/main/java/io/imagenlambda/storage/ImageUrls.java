package io.imagenlambda.storage;

import static software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner.AUTH_LOCATION;
import static software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner.DOUBLE_URL_ENCODE;
import static software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner.EXPIRATION_DURATION;
import static software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner.NORMALIZE_PATH;
import static software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner.PAYLOAD_SIGNING_ENABLED;
import static software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME;
import static software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner.REGION_NAME;
import static software.amazon.awssdk.http.auth.spi.signer.HttpSigner.SIGNING_CLOCK;

import io.imagenlambda.settings.Settings;
import io.imagenlambda.storage.KeyLayout.S3Location;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner.AuthLocation;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.utils.CompletableFutureUtils;

/**
 * The URLs in an answer, made without a call to S3.
 *
 * <p>The signer is used directly: {@code S3Presigner} is a second client and takes time to start.
 */
final class ImageUrls {
  private final Settings settings;
  private final Clock clock;

  ImageUrls(Settings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  ImageStore.Url of(S3Location image, S3Client client) {
    return switch (settings.urlStyle()) {
      case S3 -> new ImageStore.Url(objectUrl(image, client), Optional.empty());
      case PRESIGNED -> presigned(image, client);
      case CDN -> new ImageStore.Url(cdnBaseUrl() + "/" + image.key(), Optional.empty());
    };
  }

  private URI cdnBaseUrl() {
    return settings
        .cdnBaseUrl()
        .orElseThrow(() -> new IllegalStateException("IMAGEN_CDN_BASE_URL is missing"));
  }

  private static String objectUrl(S3Location image, S3Client client) {
    return client
        .utilities()
        .getUrl(url -> url.bucket(image.bucket()).key(image.key()))
        .toExternalForm();
  }

  private ImageStore.Url presigned(S3Location image, S3Client client) {
    AwsCredentialsIdentity credentials =
        CompletableFutureUtils.joinLikeSync(
            client.serviceClientConfiguration().credentialsProvider().resolveIdentity());
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS); // as in the signature
    Instant expiresAt = expiry(now, credentials);
    SignedRequest signed =
        AwsV4HttpSigner.create()
            .sign(sign ->
                sign.identity(credentials)
                    .request(get(objectUrl(image, client)))
                    .putProperty(SIGNING_CLOCK, Clock.fixed(now, clock.getZone()))
                    .putProperty(SERVICE_SIGNING_NAME, "s3")
                    .putProperty(REGION_NAME, client.serviceClientConfiguration().region().id())
                    .putProperty(AUTH_LOCATION, AuthLocation.QUERY_STRING)
                    .putProperty(EXPIRATION_DURATION, Duration.between(now, expiresAt))
                    .putProperty(PAYLOAD_SIGNING_ENABLED, false)
                    .putProperty(DOUBLE_URL_ENCODE, false)
                    .putProperty(NORMALIZE_PATH, false));
    return new ImageStore.Url(signed.request().getUri().toString(), Optional.of(expiresAt));
  }

  /**
   * A presigned URL expires with its credentials. Container and profile credentials say when;
   * Lambda's environment variables do not.
   *
   * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html">
   *     presigned URLs</a>
   */
  private Instant expiry(Instant now, AwsCredentialsIdentity credentials) {
    Instant asked = now.plus(settings.urlExpiry());
    Instant soonest = now.plusSeconds(1);
    return credentials
        .expirationTime()
        .map(end -> end.truncatedTo(ChronoUnit.SECONDS))
        .filter(asked::isAfter)
        .map(end -> end.isBefore(soonest) ? soonest : end)
        .orElse(asked);
  }

  private static SdkHttpRequest get(String url) {
    return SdkHttpRequest.builder().method(SdkHttpMethod.GET).uri(URI.create(url)).build();
  }
}
