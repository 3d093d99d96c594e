package io.imagenlambda.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.settings.Settings.UrlStyle;
import io.imagenlambda.settings.TestSettings;
import io.imagenlambda.storage.client.S3Clients;
import io.quarkus.runtime.StartupEvent;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Uses the system properties that the SDK reads beside the environment, which a test cannot set.
 */
class S3ClientsTest {
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "aws.region", "eu-west-3",
          "aws.accessKeyId", "AKIDTEST",
          "aws.secretAccessKey", "a-secret-of-the-tests");

  @AfterEach
  void forget() {
    ENVIRONMENT.keySet().forEach(System::clearProperty);
    System.clearProperty("aws.endpointUrlS3");
  }

  @Test
  void theFunctionsOwnClientComesFromTheEnvironment() {
    ENVIRONMENT.forEach(System::setProperty);
    try (TestS3 s3 = TestS3.start()) {
      System.setProperty("aws.endpointUrlS3", s3.endpoint().toString());
      ImageStore store =
          new ImageStore(
              TestS3.settings(TestS3.BUCKET, UrlStyle.S3),
              new S3Calls(() -> S3Clients.fromEnvironment(TestSettings.of())),
              Clock.systemUTC());
      assertTrue(store.create("id", "claim-0.json", new byte[0]));
      assertEquals(Optional.of(0), store.read("id", "claim-0.json").map(json -> json.length));
    }
  }

  @Test
  void theClientIsMadeOnceAndWhileTheFunctionStarts() {
    AtomicInteger made = new AtomicInteger();
    try (TestS3 s3 = TestS3.start()) {
      S3Calls calls =
          new S3Calls(() -> {
            made.incrementAndGet();
            return s3.client();
          });
      ImageStore store =
          new ImageStore(TestS3.settings(TestS3.BUCKET, UrlStyle.S3), calls, Clock.systemUTC());
      calls.started(new StartupEvent());
      assertEquals(1, made.get());
      assertTrue(store.create("id", "claim-0.json", new byte[0]));
      assertEquals(1, made.get());
    }
  }

  @Test
  void withoutAnEndpointOfOnesOwnTheBucketIsInTheHostName() {
    ENVIRONMENT.forEach(System::setProperty);
    try (S3Client client = S3Clients.fromEnvironment(TestSettings.of())) {
      assertEquals(
          "https://pictures.s3.eu-west-3.amazonaws.com/k",
          client.utilities().getUrl(url -> url.bucket("pictures").key("k")).toString());
    }
  }

  @Test
  void whatIsMissingInTheEnvironmentIsNoFailureOfTheStartButOfEachCallAndNoRetryMendsIt() {
    S3Calls calls =
        new S3Calls(() -> {
          throw SdkClientException.create("Unable to load region");
        });
    ImageStore store =
        new ImageStore(TestS3.settings(TestS3.BUCKET, UrlStyle.S3), calls, Clock.systemUTC());
    calls.started(new StartupEvent());
    StorageFailure failure = assertThrows(StorageFailure.class, () -> store.list("id"));
    assertEquals(
        "ListObjectsV2 s3://pictures/images/id/ failed: Unable to load region",
        failure.getMessage());
    assertFalse(failure.retryable());
  }
}
