package io.imagenlambda.settings;

import java.time.Duration;

/** The environment variables that this function reads, beside those of the AWS SDK. */
public enum SettingName {
  TOKAIFY_API_KEY("the API key of the image API, in printable ASCII without spaces"),
  TOKAIFY_API_KEY_SECRET(
      "the name or ARN of a Secrets Manager secret with the API key, with :json-key:: behind it"
          + " where the key is one of several fields"),
  TOKAIFY_BASE_URL(
      "an https URL without credentials or a query, such as https://api.tokaify.com, or an http URL"
          + " of this machine"),
  IMAGEN_MODEL("a model name of letters, digits, '.', '_' and '-'"),
  IMAGEN_FALLBACK_MODELS("names of models, separated by commas"),
  IMAGEN_TIMEOUT(Duration.ofMinutes(15), "90s"),
  IMAGEN_REPEAT_UNKNOWN("true or false"),
  IMAGEN_CONCURRENCY("calls", 64),
  OUTPUT_BUCKET("the name of the S3 bucket for the images"),
  OUTPUT_PREFIX("the beginning of every key, such as images/ or team/images/, without ./ and ../"),
  IMAGEN_URL_STYLE("s3, presigned or cdn"),
  IMAGEN_URL_EXPIRY(Duration.ofDays(7), "1h"),
  IMAGEN_CDN_BASE_URL(
      "an http or https URL without credentials or a query, needed where IMAGEN_URL_STYLE is cdn"),
  QUEUE_URL("the https URL of an SQS queue, or an http URL of this machine"),
  DEAD_LETTER_QUEUE_URL("the https URL of an SQS queue, or an http URL of this machine"),
  IMAGEN_MAX_AGE(Duration.ofDays(14), "13d"),
  IMAGEN_HTTP_PATIENCE(Duration.ofMinutes(15), "25s"),
  IMAGEN_ROUTE_BYTES("true or false"),
  IMAGEN_CLIENT_KEYS_SECRET(
      "the name or ARN of a Secrets Manager secret with the keys of HTTP callers, one a line"),
  IMAGEN_CORS_ORIGINS(
      "origins of web pages as a browser names them, such as https://shop.example.com, separated by"
          + " commas, or * for all"),
  IMAGEN_SCHEDULE_REQUESTS("an s3://bucket/key object with the requests to run on a schedule"),
  IMAGEN_MAX_PROMPT("characters", 100_000),
  IMAGEN_MAX_REQUESTS("requests", 1_000_000),
  IMAGEN_MAX_IMAGE_BYTES("bytes", 1_000_000_000),
  IMAGEN_MAX_IMAGE_PIXELS("pixels", 1_000_000_000),
  IMAGEN_LOG_PROMPTS("true or false"),
  IMAGEN_LOG_JSON("true or false"),
  IMAGEN_CA_FILE("the path of a readable PEM file of certificates, and of nothing else"),
  HTTPS_PROXY("the http URL of a proxy with its port and without credentials, http://host:port"),
  NO_PROXY("hosts and domains, separated by commas");

  private final String accepts;
  private final long most;

  SettingName(String accepts) {
    this.accepts = accepts;
    this.most = 0;
  }

  SettingName(String unit, long most) {
    this.accepts =
        "a whole number of %s from 1 to %s".formatted(unit, most); // no %d: see Telemetry
    this.most = most;
  }

  SettingName(Duration longest, String example) {
    String in = longest.toDays() > 0 ? longest.toDays() + "d" : longest.toMinutes() + "m";
    this.accepts = "a duration from 1s to %s, such as %s".formatted(in, example);
    this.most = longest.toSeconds();
  }

  /** What the variable may hold, in words that complete "must be …". */
  public String accepts() {
    return accepts;
  }

  /** The largest number, or the longest duration in seconds, that the variable may hold; else 0. */
  public long most() {
    return most;
  }
}
