package io.imagenlambda.storage;

import io.imagenlambda.settings.Settings;
import io.imagenlambda.storage.KeyLayout.S3Location;
import jakarta.inject.Singleton;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** Objects with requests, in any bucket. Any failure of S3 is a {@link StorageFailure}. */
@Singleton
public class RequestObjects {
  private final S3Calls s3;
  private final KeyLayout output;

  RequestObjects(Settings settings, S3Calls s3) {
    this.s3 = s3;
    this.output = new KeyLayout(settings.outputBucket(), settings.outputPrefix());
  }

  /** An object that is being read; close it, or its connection is lost. */
  public static final class RequestObject implements Closeable {
    private final GetObjectResponse found;
    private final ResumedContent content;

    private RequestObject(GetObjectResponse found, ResumedContent content) {
      this.found = found;
      this.content = content;
    }

    /** The size in bytes, known before reading: check limits here. */
    public long bytes() {
      return found.contentLength();
    }

    /** Without quotes; with bucket and key it names the content if there are no versions. */
    public String eTag() {
      return found.eTag().replace("\"", "");
    }

    /**
     * The content, once. A connection that breaks is made again. Reading throws an {@link
     * IOException} where that does not help, or the object has changed.
     */
    public InputStream content() {
      return content;
    }

    @Override
    public void close() throws IOException {
      content.close();
    }
  }

  /** Opens an {@code s3://bucket/key}, not percent-encoded; empty if it is missing. */
  public Optional<RequestObject> open(String s3Uri) {
    S3Location object = S3Location.of(s3Uri);
    return open(object.bucket(), object.key(), Optional.empty());
  }

  /**
   * Opens an object; empty if it is missing.
   *
   * @param key as it is, not percent-encoded as in an S3 event
   * @throws IllegalArgumentException if it {@link #isOutput}: reading what was written here would
   *     turn results into requests, for ever
   */
  public Optional<RequestObject> open(String bucket, String key, Optional<String> versionId) {
    S3Location object = new S3Location(bucket, key);
    if (isOutput(bucket, key)) {
      throw new IllegalArgumentException(object + " is under the output prefix: it is not read");
    }
    return s3.find(
            "GetObject",
            object,
            client ->
                client.getObject(
                    get -> get.bucket(bucket).key(key).versionId(versionId.orElse(null))))
        .map(whole ->
            new RequestObject(
                whole.response(), new ResumedContent(whole, from -> rest(object, whole, from))));
  }

  private ResponseInputStream<GetObjectResponse> rest(
      S3Location object, ResponseInputStream<GetObjectResponse> whole, long from) {
    return s3.call(
        "GetObject",
        object,
        client ->
            client.getObject(get ->
                get.bucket(object.bucket())
                    .key(object.key())
                    .versionId(whole.response().versionId())
                    .ifMatch(whole.response().eTag())
                    .range("bytes=" + from + "-")));
  }

  /** Whether this function writes there: any key of the bucket if there is no prefix. */
  public boolean isOutput(String bucket, String key) {
    return output.contains(bucket, key);
  }
}
