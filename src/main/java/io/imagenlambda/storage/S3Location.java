package io.imagenlambda.storage;

/** One object: {@code s3://bucket/key}, the key as it is, without percent-encoding. */
record S3Location(String bucket, String key) {
  private static final String SCHEME = "s3://";

  static S3Location of(String s3Uri) {
    int slash = s3Uri.indexOf('/', SCHEME.length());
    if (!s3Uri.startsWith(SCHEME) || slash <= SCHEME.length() || slash == s3Uri.length() - 1) {
      throw new IllegalArgumentException("\"%s\" is not s3://bucket/key".formatted(s3Uri));
    }
    return new S3Location(s3Uri.substring(SCHEME.length(), slash), s3Uri.substring(slash + 1));
  }

  @Override
  public String toString() {
    return SCHEME + bucket + "/" + key;
  }
}
