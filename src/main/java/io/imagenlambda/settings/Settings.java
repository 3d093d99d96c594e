package io.imagenlambda.settings;

import java.net.URI;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The operator's settings, read once at init from environment variables; {@link SettingName} names
 * them and what they accept.
 *
 * @param apiKey the predict API's key, if it is given in the environment
 * @param apiKeySecret where in Secrets Manager the key is; exactly one of this and {@code apiKey}
 *     is present
 * @param baseUrl where the predict API is, without a trailing slash
 * @param model the model of a request that names none
 * @param fallbackModels which models to ask in turn where one is not there, or stays overloaded
 * @param timeout the longest that one paid call may take; the invocation's deadline may end it
 *     sooner
 * @param repeatUnknown whether a call that may already have been charged may be made again
 * @param concurrency how many generations one invocation runs at a time
 * @param outputBucket the bucket for images and results
 * @param outputPrefix the beginning of every written key; empty, or ends with a slash
 * @param urlStyle what the URLs in an answer look like
 * @param urlExpiry how long a presigned URL is good for
 * @param cdnBaseUrl the beginning of a {@code cdn} URL, without a trailing slash; present if the
 *     style is {@code cdn}
 * @param queueUrl the queue that takes what is to run later
 * @param deadLetterQueueUrl the queue that takes what has not ended and comes no more
 * @param maxAge the age from which on a message that has not ended comes no more
 * @param httpPatience how long after its beginning an HTTP call is answered at the latest, though
 *     its request goes on
 * @param routeBytes whether the clients of others' APIs get images, and not their URLs, unless they
 *     say
 * @param clientKeysSecret the secret with the keys of HTTP callers, one a line; empty if somebody
 *     else decides who may call
 * @param corsOrigins the origins of the web pages that may call over HTTP, or {@code *} alone;
 *     empty for none
 * @param scheduleRequests the {@code s3://} object with the requests of a scheduled event
 * @param limits beyond which requests and answers are refused
 * @param logPrompts whether prompts may be written to the log
 * @param logJson whether the log is JSON, for CloudWatch, or lines for people
 * @param caFile whom to trust beside the authorities that the JDK trusts
 * @param proxy the way out for all calls, if there is no direct one
 * @param version of this function, set by the build
 */
public record Settings(
    Optional<String> apiKey,
    Optional<SecretName> apiKeySecret,
    URI baseUrl,
    String model,
    List<String> fallbackModels,
    Duration timeout,
    boolean repeatUnknown,
    int concurrency,
    String outputBucket,
    String outputPrefix,
    UrlStyle urlStyle,
    Duration urlExpiry,
    Optional<URI> cdnBaseUrl,
    Optional<URI> queueUrl,
    Optional<URI> deadLetterQueueUrl,
    Duration maxAge,
    Duration httpPatience,
    boolean routeBytes,
    Optional<SecretName> clientKeysSecret,
    List<String> corsOrigins,
    Optional<URI> scheduleRequests,
    Limits limits,
    boolean logPrompts,
    boolean logJson,
    Optional<CaFile> caFile,
    Optional<HttpsProxy> proxy,
    String version) {
  /** What a model's name looks like. */
  public static final String MODEL_PATTERN = "[A-Za-z0-9][A-Za-z0-9._-]{0,127}";

  private static final Pattern MODEL = Pattern.compile(MODEL_PATTERN);

  /** What the URLs in an answer look like. */
  public enum UrlStyle {
    /** {@code https://bucket.s3.region.amazonaws.com/key}, for a bucket that is readable. */
    S3,
    /** An S3 URL with a signature that is good for {@code IMAGEN_URL_EXPIRY}. */
    PRESIGNED,
    /** {@code IMAGEN_CDN_BASE_URL} and the key. */
    CDN
  }

  /**
   * Limits beyond which requests and answers are refused.
   *
   * @param prompt the longest prompt, in characters
   * @param requests the most requests of one object
   * @param imageBytes the largest image, in bytes
   * @param imagePixels the largest image, in pixels: width by height
   */
  public record Limits(int prompt, int requests, long imageBytes, long imagePixels) {}

  /**
   * Whether a text can be the predict API's key. One that is not valid in a header must not reach
   * the HTTP client, whose exception would show it.
   */
  public static boolean isApiKey(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c < 0x7F);
  }

  /** Whether a text can be a model's name: it becomes part of a URL's path. */
  public static boolean isModel(String text) {
    return MODEL.matcher(text).matches();
  }

  /** All settings, with the names and in the words of the operator; without the key. */
  public Map<SettingName, Object> withoutKey() {
    Map<SettingName, Object> all = new EnumMap<>(SettingName.class);
    apiKey.ifPresent(key -> all.put(SettingName.TOKAIFY_API_KEY, "***"));
    apiKeySecret.ifPresent(secret -> all.put(SettingName.TOKAIFY_API_KEY_SECRET, secret));
    all.put(SettingName.TOKAIFY_BASE_URL, baseUrl);
    all.put(SettingName.IMAGEN_MODEL, model);
    if (!fallbackModels.isEmpty()) {
      all.put(SettingName.IMAGEN_FALLBACK_MODELS, String.join(",", fallbackModels));
    }
    all.put(SettingName.IMAGEN_TIMEOUT, timeout);
    all.put(SettingName.IMAGEN_REPEAT_UNKNOWN, repeatUnknown);
    all.put(SettingName.IMAGEN_CONCURRENCY, concurrency);
    all.put(SettingName.OUTPUT_BUCKET, outputBucket);
    all.put(SettingName.OUTPUT_PREFIX, outputPrefix);
    all.put(SettingName.IMAGEN_URL_STYLE, urlStyle.name().toLowerCase(Locale.ROOT));
    all.put(SettingName.IMAGEN_URL_EXPIRY, urlExpiry);
    cdnBaseUrl.ifPresent(url -> all.put(SettingName.IMAGEN_CDN_BASE_URL, url));
    queueUrl.ifPresent(url -> all.put(SettingName.QUEUE_URL, url));
    deadLetterQueueUrl.ifPresent(url -> all.put(SettingName.DEAD_LETTER_QUEUE_URL, url));
    all.put(SettingName.IMAGEN_MAX_AGE, maxAge);
    all.put(SettingName.IMAGEN_HTTP_PATIENCE, httpPatience);
    all.put(SettingName.IMAGEN_ROUTE_BYTES, routeBytes);
    clientKeysSecret.ifPresent(secret -> all.put(SettingName.IMAGEN_CLIENT_KEYS_SECRET, secret));
    if (!corsOrigins.isEmpty()) {
      all.put(SettingName.IMAGEN_CORS_ORIGINS, String.join(",", corsOrigins));
    }
    scheduleRequests.ifPresent(object -> all.put(SettingName.IMAGEN_SCHEDULE_REQUESTS, object));
    all.put(SettingName.IMAGEN_MAX_PROMPT, limits.prompt);
    all.put(SettingName.IMAGEN_MAX_REQUESTS, limits.requests);
    all.put(SettingName.IMAGEN_MAX_IMAGE_BYTES, limits.imageBytes);
    all.put(SettingName.IMAGEN_MAX_IMAGE_PIXELS, limits.imagePixels);
    all.put(SettingName.IMAGEN_LOG_PROMPTS, logPrompts);
    all.put(SettingName.IMAGEN_LOG_JSON, logJson);
    caFile.ifPresent(file -> all.put(SettingName.IMAGEN_CA_FILE, file));
    proxy.ifPresent(url -> {
      all.put(SettingName.HTTPS_PROXY, url);
      all.put(SettingName.NO_PROXY, String.join(",", url.direct()));
    });
    return all;
  }

  /** Leaves the key out, so that no log line can hold it. */
  @Override
  public String toString() {
    return "Settings" + withoutKey();
  }
}
