package io.imagenlambda.storage.client;

import io.imagenlambda.aws.BlockwiseHttpClient;
import io.imagenlambda.settings.Settings;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Stream;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProviderChain;
import software.amazon.awssdk.auth.credentials.ContainerCredentialsProvider;
import software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.SystemPropertyCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.AwsProfileRegionProvider;
import software.amazon.awssdk.regions.providers.AwsRegionProviderChain;
import software.amazon.awssdk.regions.providers.SystemSettingsRegionProvider;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Makes the S3 client. */
public final class S3Clients {
  /**
   * Within a region S3 answers in tens of milliseconds; the rest of the invocation's time is for
   * the image and for retries. An interrupt ends a call sooner.
   */
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

  private static final Duration SOCKET_TIMEOUT = Duration.ofSeconds(10);

  /** How long one attempt may take, for a small body. */
  public static final Duration ATTEMPT_TIMEOUT = Duration.ofSeconds(15);

  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(60);
  private static final int ATTEMPTS = 4;

  private S3Clients() {}

  /** With region, credentials and endpoint as the AWS SDKs take them from the environment. */
  public static S3Client fromEnvironment(Settings settings) {
    Region region =
        new AwsRegionProviderChain(
                new SystemSettingsRegionProvider(), new AwsProfileRegionProvider())
            .getRegion();
    return create(endpoint(), region, credentials(), settings);
  }

  public static S3Client create(
      Optional<URI> endpoint,
      Region region,
      AwsCredentialsProvider credentials,
      Settings settings) {
    return S3Client.builder()
        .region(region)
        .credentialsProvider(credentials)
        .endpointOverride(endpoint.orElse(null))
        // localhost has no host names for buckets
        .forcePathStyle(endpoint.isPresent())
        .httpClient(http(endpoint, settings))
        .putAuthScheme(new UnsignedPayload())
        // "Expect: 100-continue" costs a round trip for each PUT, and the JDK's client then loses
        // the body of a refusal, and with it S3's error code. If a bucket refuses us, the claim
        // shows it before there is an image to send.
        .serviceConfiguration(S3Configuration.builder().expectContinueEnabled(false).build())
        .overrideConfiguration(override ->
            override
                .apiCallTimeout(CALL_TIMEOUT)
                .apiCallAttemptTimeout(ATTEMPT_TIMEOUT)
                .scheduledExecutorService(timer())
                .retryStrategy(retries()))
        .build();
  }

  private static SdkHttpClient http(Optional<URI> endpoint, Settings settings) {
    return endpoint.filter(url -> "http".equalsIgnoreCase(url.getScheme())).isPresent()
        ? BlockwiseHttpClient.plain(CONNECT_TIMEOUT, SOCKET_TIMEOUT)
        : BlockwiseHttpClient.secure(CONNECT_TIMEOUT, SOCKET_TIMEOUT, settings);
  }

  /**
   * One thread for the timeouts of all calls. The SDK's own pool starts five in the first three
   * calls, which costs a cold start memory and time; a timeout only interrupts a thread and closes
   * a socket.
   */
  private static ScheduledExecutorService timer() {
    return Executors.newSingleThreadScheduledExecutor(
        Thread.ofPlatform().daemon().name("s3-timeouts").factory());
  }

  /**
   * The SDK's standard mode, plus a retry of a conditional write that met another, as S3 asks.
   *
   * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html">
   *     conditional writes</a>
   */
  private static StandardRetryStrategy retries() {
    return AwsRetryStrategy.standardRetryStrategy().toBuilder()
        .maxAttempts(ATTEMPTS)
        .retryOnException(e -> e instanceof S3Exception s3 && s3.statusCode() == 409)
        .build();
  }

  /**
   * The SDK's default chain without web identity (needs STS) and instance metadata (a wait off
   * EC2). Lambda gives the environment variables, or a container endpoint under SnapStart; the
   * others are for a developer's machine.
   */
  private static AwsCredentialsProvider credentials() {
    return AwsCredentialsProviderChain.builder()
        .credentialsProviders(
            SystemPropertyCredentialsProvider.create(),
            EnvironmentVariableCredentialsProvider.create(),
            ContainerCredentialsProvider.create(),
            () -> ProfileCredentialsProvider.create().resolveCredentials())
        .build();
  }

  /** Read here as well as by the SDK, because the path style depends on it. */
  private static Optional<URI> endpoint() {
    return Stream.of(
            System.getProperty("aws.endpointUrlS3"),
            System.getenv("AWS_ENDPOINT_URL_S3"),
            System.getProperty("aws.endpointUrl"),
            System.getenv("AWS_ENDPOINT_URL"))
        .filter(url -> url != null && !url.isBlank())
        .findFirst()
        .map(URI::create);
  }
}
