package io.imagenlambda.storage;

import static io.imagenlambda.storage.TestS3.json;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.settings.Settings.UrlStyle;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.time.Clock;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;

class StorageFailureTest {
  @AutoClose private static final TestS3 s3 = TestS3.start();

  @Test
  void aFailureNamesTheCallTheObjectAndWhatS3Said() {
    ImageStore noBucket =
        new ImageStore(
            TestS3.settings("no-such-bucket", UrlStyle.S3),
            new S3Calls(s3::client),
            Clock.systemUTC());
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
              TestS3.settings(TestS3.BUCKET, UrlStyle.S3),
              new S3Calls(() -> client),
              Clock.systemUTC());
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

  @Test
  void aBrokenConnectionMayPassAndAServerThatIsNotTrustedWillNot() {
    IOException broken = new IOException("connection reset");
    IOException foreign = new SSLHandshakeException("no path");
    foreign.initCause(new CertificateException("unknown issuer"));

    assertTrue(isRetryable(broken));
    assertFalse(isRetryable(foreign));
  }

  private static boolean isRetryable(IOException cause) {
    return StorageFailure.of("PutObject", "an object", SdkClientException.create("no", cause))
        .retryable();
  }

  private static void assertContains(StorageFailure failure, String... parts) {
    String text = String.valueOf(failure.getMessage());
    for (String part : parts) {
      assertTrue(text.contains(part), () -> "\"" + part + "\" is not in: " + text);
    }
  }
}
