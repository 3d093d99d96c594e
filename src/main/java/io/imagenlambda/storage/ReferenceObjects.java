package io.imagenlambda.storage;

import io.imagenlambda.settings.Settings;
import io.imagenlambda.storage.KeyLayout.S3Location;
import jakarta.inject.Singleton;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Images to work from, in any bucket that the function may read. */
@Singleton
public class ReferenceObjects {
  /** As much as shows an image's type. */
  private static final int START = 64;

  private static final int RANGE_NOT_SATISFIABLE = 416;

  private final S3Calls s3;
  private final KeyLayout keys;

  ReferenceObjects(Settings settings, S3Calls s3) {
    this.s3 = s3;
    this.keys = new KeyLayout(settings.outputBucket(), settings.outputPrefix());
  }

  /** Where an image of a request is that came with it. */
  public String uri(String id, String name) {
    return keys.object(id, name).toString();
  }

  /**
   * Stores an image that came with a request, unless it is there.
   *
   * @return false if there is another by that name
   */
  public boolean store(String id, String name, String mimeType, byte[] image) {
    S3Location to = keys.object(id, name);
    return s3.call(
        "PutObject",
        to,
        client ->
            PutObjects.newReference(client, to, mimeType, image)
                || PutObjects.isSame(client, to, image));
  }

  /** An object as it was when it was found. */
  public final class ReferenceObject {
    private final S3Location location;
    private final long bytes;
    private final byte[] start;
    private final String eTag;

    private ReferenceObject(S3Location location, long bytes, byte[] start, String eTag) {
      this.location = location;
      this.bytes = bytes;
      this.start = start;
      this.eTag = eTag;
    }

    /** The size in bytes. */
    public long bytes() {
      return bytes;
    }

    /** The first 64 bytes, or all of a smaller object. */
    public byte[] start() {
      return start.clone();
    }

    /**
     * The content, from its beginning. Reading ends with the socket's timeout, and when it is
     * closed from elsewhere.
     *
     * @throws IOException if the object has changed or is gone, or S3 does not answer
     */
    public InputStream open() throws IOException {
      try {
        return new Aborted(
            s3.call(
                "GetObject",
                location,
                client ->
                    client.getObject(
                        get -> get.bucket(location.bucket()).key(location.key()).ifMatch(eTag))));
      } catch (StorageFailure failure) {
        throw new IOException(failure.getMessage(), failure);
      }
    }
  }

  /**
   * Looks at an object; empty if it is missing.
   *
   * @param s3Uri {@code s3://bucket/key}, not percent-encoded
   */
  public Optional<ReferenceObject> find(String s3Uri) {
    S3Location object = S3Location.of(s3Uri);
    return s3.find("GetObject", object, client -> look(client, object));
  }

  private ReferenceObject look(S3Client client, S3Location object) {
    try {
      ResponseBytes<GetObjectResponse> start =
          client.getObjectAsBytes(
              get -> get.bucket(object.bucket()).key(object.key()).range("bytes=0-" + (START - 1)));
      return new ReferenceObject(
          object, size(start.response()), start.asByteArray(), start.response().eTag());
    } catch (S3Exception e) {
      if (e.statusCode() == RANGE_NOT_SATISFIABLE) {
        return new ReferenceObject(object, 0, new byte[0], "");
      }
      throw e;
    }
  }

  /** Of {@code bytes 0-63/1234}. */
  private static long size(GetObjectResponse start) {
    String range = start.contentRange();
    return range == null
        ? start.contentLength()
        : Long.parseLong(range.substring(range.indexOf('/') + 1));
  }

  /** Closing the SDK's stream would read what is left of it. */
  private static final class Aborted extends FilterInputStream {
    private final ResponseInputStream<GetObjectResponse> content;

    Aborted(ResponseInputStream<GetObjectResponse> content) {
      super(content);
      this.content = content;
    }

    @Override
    public void close() {
      content.abort();
    }
  }
}
