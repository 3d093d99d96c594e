package io.imagenlambda.settings;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * What the operator decides, read once at init from environment variables; {@link SettingName} says
 * what each is called and what it accepts.
 *
 * @param apiKey the predict API's key, where it is given in the environment
 * @param apiKeySecret the name or ARN of the Secrets Manager secret that holds the key; exactly one
 *     of this and {@code apiKey} is present
 * @param baseUrl where the predict API is, without a trailing slash
 * @param model the model of a request that names none
 * @param timeout the longest that one paid call may take; the invocation's deadline may end it
 *     sooner
 * @param repeatUnknown whether a call that may already have been charged may be made again
 * @param concurrency how many generations one invocation runs at a time
 * @param outputBucket the bucket for images and results
 * @param outputPrefix what every key that is written begins with; empty, or ends with a slash
 * @param urlStyle what the URLs in an answer look like
 * @param urlExpiry how long a presigned URL is good for
 * @param cdnBaseUrl what a {@code cdn} URL begins with, without a trailing slash; present where the
 *     style is {@code cdn}
 * @param queueUrl the queue that takes what is to run later
 * @param scheduleRequests the {@code s3://} object with the requests of a scheduled event
 * @param logPrompts whether prompts may be written to the log
 */
public record Settings(
    Optional<String> apiKey,
    Optional<String> apiKeySecret,
    URI baseUrl,
    String model,
    Duration timeout,
    boolean repeatUnknown,
    int concurrency,
    String outputBucket,
    String outputPrefix,
    UrlStyle urlStyle,
    Duration urlExpiry,
    Optional<URI> cdnBaseUrl,
    Optional<URI> queueUrl,
    Optional<URI> scheduleRequests,
    boolean logPrompts) {

  /** What the URLs in an answer look like. */
  public enum UrlStyle {
    /** {@code https://bucket.s3.region.amazonaws.com/key}, for a bucket that is readable. */
    S3,
    /** An S3 URL with a signature that is good for {@code IMAGEN_URL_EXPIRY}. */
    PRESIGNED,
    /** {@code IMAGEN_CDN_BASE_URL} and the key. */
    CDN
  }

  /** Leaves the key out, so that no log line can hold it. */
  @Override
  public String toString() {
    return "Settings[baseUrl=%s, model=%s, outputBucket=%s, outputPrefix=%s, urlStyle=%s]"
        .formatted(baseUrl, model, outputBucket, outputPrefix, urlStyle);
  }
}
