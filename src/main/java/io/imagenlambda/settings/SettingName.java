package io.imagenlambda.settings;

/** The environment variables that this function reads, beside those of the AWS SDK. */
public enum SettingName {
  TOKAIFY_API_KEY("the API key of the predict API, in printable ASCII without spaces"),
  TOKAIFY_API_KEY_SECRET(
      "the name or ARN of a Secrets Manager secret with the API key, with :json-key:: behind it"
          + " where the key is one of several fields"),
  TOKAIFY_BASE_URL(
      "an http or https URL without credentials or a query, such as https://api.tokaify.com"),
  IMAGEN_MODEL("a model name of letters, digits, '.', '_' and '-'"),
  IMAGEN_TIMEOUT("a duration from 1s to 15m, such as 90s"),
  IMAGEN_REPEAT_UNKNOWN("true or false"),
  IMAGEN_CONCURRENCY("a whole number from 1 to 64"),
  OUTPUT_BUCKET("the name of the S3 bucket for the images"),
  OUTPUT_PREFIX("the beginning of every key, such as images/"),
  IMAGEN_URL_STYLE("s3, presigned or cdn"),
  IMAGEN_URL_EXPIRY("a duration from 1s to 7d, such as 1h"),
  IMAGEN_CDN_BASE_URL(
      "an http or https URL without credentials or a query, needed where IMAGEN_URL_STYLE is cdn"),
  QUEUE_URL("the http or https URL of an SQS queue"),
  IMAGEN_SCHEDULE_REQUESTS("an s3://bucket/key object with the requests to run on a schedule"),
  IMAGEN_MAX_PROMPT("a whole number of characters from 1 to 100000"),
  IMAGEN_MAX_REQUESTS("a whole number of requests from 1 to 1000000"),
  IMAGEN_MAX_IMAGE_BYTES("a whole number of bytes from 1 to 1000000000"),
  IMAGEN_MAX_IMAGE_PIXELS("a whole number of pixels from 1 to 1000000000"),
  IMAGEN_LOG_PROMPTS("true or false"),
  IMAGEN_LOG_JSON("true or false");

  private final String accepts;

  SettingName(String accepts) {
    this.accepts = accepts;
  }

  /** What the variable may hold, in words that complete "must be …". */
  public String accepts() {
    return accepts;
  }
}
