package io.imagenlambda.storage;

import io.imagenlambda.request.RequestId;

/**
 * Where the objects of a request are: {@code {prefix}{id}/{name}}. Ids come from callers, so they
 * are checked again here, and names too: without a slash, and never only dots, they cannot leave
 * the prefix or reach another id's objects.
 */
final class KeyLayout {
  /** One object: {@code s3://bucket/key}, the key not percent-encoded. */
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

  private final String bucket;
  private final String prefix;

  KeyLayout(String bucket, String prefix) {
    this.bucket = bucket;
    this.prefix = prefix;
  }

  String bucket() {
    return bucket;
  }

  /** The beginning of all keys of the id, and of no other key. */
  String folder(String id) {
    return prefix + checked("id", id) + "/";
  }

  S3Location object(String id, String name) {
    return new S3Location(bucket, folder(id) + checked("object name", name));
  }

  /** An object that belongs to no id, as no id begins with {@code _}. */
  S3Location ofNoId(String folder, String name) {
    return new S3Location(bucket, prefix + folder + "/" + name);
  }

  /** The same for the manifest whose requests' ids begin so. */
  S3Location ofManifest(String baseId, String name) {
    return ofNoId("_manifests/" + checked("base id", baseId), name);
  }

  /** Bucket and prefix, as an {@code s3://} URI. */
  String place() {
    return S3Location.SCHEME + bucket + "/" + prefix;
  }

  boolean contains(String otherBucket, String key) {
    return bucket.equals(otherBucket) && key.startsWith(prefix);
  }

  private static String checked(String what, String given) {
    if (!RequestId.isValid(given)) {
      throw new IllegalArgumentException(
          "%s \"%s\" does not match %s".formatted(what, given, RequestId.PATTERN));
    }
    return given;
  }
}
