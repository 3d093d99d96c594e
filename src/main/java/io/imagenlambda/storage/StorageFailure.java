package io.imagenlambda.storage;

import java.io.IOException;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * S3 did not do what was asked. The message names the operation, the object and what S3 said, with
 * its request id; it holds no content and no credentials.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html">S3 errors</a>
 */
public final class StorageFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean retryable;

  private StorageFailure(String message, boolean retryable, Throwable cause) {
    super(message, cause);
    this.retryable = retryable;
  }

  /**
   * Whether the same call may succeed later: S3 was busy, unreachable or slow, or the thread was
   * interrupted. False if something must be changed first: a permission, a bucket's name. The SDK's
   * own retries are over in both cases.
   */
  public boolean retryable() {
    return retryable;
  }

  static StorageFailure of(String operation, Object object, SdkException cause) {
    return switch (cause) {
      case AwsServiceException answer -> answered(operation, object, answer);
      default ->
          new StorageFailure(
              "%s %s failed: %s".formatted(operation, object, cause.getMessage()),
              isTransient(cause),
              cause);
    };
  }

  /** No answer came in time or over the connection; otherwise a setting is missing or wrong. */
  private static boolean isTransient(SdkException failure) {
    List<Throwable> causes =
        Stream.iterate((Throwable) failure, Objects::nonNull, Throwable::getCause).toList();
    return causes.stream().noneMatch(CertificateException.class::isInstance)
        && causes.stream()
            .anyMatch(cause ->
                cause instanceof IOException
                    || cause instanceof AbortedException
                    || cause instanceof ApiCallTimeoutException
                    || cause instanceof ApiCallAttemptTimeoutException);
  }

  private static StorageFailure answered(
      String operation, Object object, AwsServiceException answer) {
    int status = answer.statusCode();
    String hint =
        status == 403 && !operation.equals("PutObject")
            ? "; S3 says so of a missing object too where s3:ListBucket is not allowed"
            : "";
    return new StorageFailure(
        "%s %s failed: %sstatus %d, request id %s%s"
            .formatted(operation, object, said(answer), status, answer.requestId(), hint),
        status >= 500
            || status == 429
            || status == 408
            || status == 409
            || answer.isThrottlingException(),
        answer);
  }

  /** Empty for a {@code HEAD}, whose answer has no body. */
  private static String said(AwsServiceException answer) {
    AwsErrorDetails details = answer.awsErrorDetails();
    return details == null || details.errorCode() == null
        ? ""
        : details.errorCode() + ", " + details.errorMessage() + ", ";
  }
}
