package io.imagenlambda.storage;

import io.imagenlambda.request.GenerationResult;
import io.imagenlambda.settings.Settings;
import io.imagenlambda.spool.ImageHeader;
import io.imagenlambda.spool.ImageType;
import io.imagenlambda.spool.Spool;
import io.imagenlambda.storage.KeyLayout.S3Location;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * The output bucket: images, and the small JSON objects beside them, under {@code {prefix}{id}/}.
 * Thread-safe. Every call ends with its timeout, also an upload that is not read.
 *
 * <p>An id or name that could leave its place is an {@link IllegalArgumentException}; what S3
 * refuses or fails to do is a {@link StorageFailure}, after up to four attempts and a minute.
 */
@Singleton
public class ImageStore {
  private final S3Calls s3;
  private final KeyLayout keys;
  private final ImageUrls urls;

  ImageStore(Settings settings, S3Calls s3, Clock clock) {
    this.s3 = s3;
    this.keys = new KeyLayout(settings.outputBucket(), settings.outputPrefix());
    this.urls = new ImageUrls(settings, clock);
  }

  /**
   * An image in S3.
   *
   * @param s3Uri {@code s3://bucket/key}
   * @param bytes the object's size
   * @param width in pixels
   * @param height in pixels
   * @param sha256 of the object's content, 64 lower-case hexadecimal digits
   * @param requestDigest of the request that it was made for
   */
  public record StoredImage(
      String s3Uri,
      ImageType type,
      long bytes,
      int width,
      int height,
      String sha256,
      String requestDigest) {
    /**
     * As a result lists it, without a URL.
     *
     * @param prompt as the provider rewrote it, if it did
     */
    public GenerationResult.Image listed(@Nullable String prompt) {
      return new GenerationResult.Image(
          null, null, s3Uri, type.mimeType(), bytes, width, height, sha256, prompt);
    }
  }

  /**
   * What a listing says about one object of an id.
   *
   * @param name the key's last part, such as {@code 0.png} or {@code claim-0.json}
   * @param bytes the object's size
   * @param lastModified by S3's clock, to the second
   */
  public record StoredObject(String name, long bytes, Instant lastModified) {}

  /**
   * Where an image can be fetched.
   *
   * @param expiresAt when a presigned URL stops working; empty for the other styles
   */
  public record Url(String url, Optional<Instant> expiresAt) {}

  /**
   * Stores an image as {@code {prefix}{id}/{name}.{png|jpg|webp}}, over what may be there.
   *
   * @param name without the extension, which shows the image's type
   * @param requestDigest of the request that it was made for
   * @param metadata the object's user metadata, most important first. S3 takes 2 KB of ASCII: long
   *     values are cut, the last pairs may be left out
   * @throws IllegalArgumentException if the spool has no {@link Spool#header() header}
   */
  public StoredImage putImage(
      String id, String name, Spool spool, String requestDigest, Map<String, String> metadata) {
    ImageHeader header =
        spool
            .header()
            .orElseThrow(() -> new IllegalArgumentException("not a PNG, JPEG or WebP image"));
    S3Location to = image(id, name, header.type());
    StoredImage image =
        new StoredImage(
            to.toString(),
            header.type(),
            spool.size(),
            header.width(),
            header.height(),
            spool.sha256Hex(),
            requestDigest);
    Map<String, String> fitting = ObjectMetadata.of(image, metadata);
    return s3.call(
        "PutObject",
        to,
        client -> {
          PutObjects.image(client, to, header.type(), spool, fitting);
          return image;
        });
  }

  /** Where {@link #putImage} stores an image. */
  public String imageUri(String id, String name, ImageType type) {
    return image(id, name, type).toString();
  }

  private S3Location image(String id, String name, ImageType type) {
    return keys.object(id, name + "." + type.extension());
  }

  /**
   * An image stored earlier, known by its metadata without reading its content. Empty if there is
   * none by that name, or it was not stored by {@link #putImage}.
   */
  public Optional<StoredImage> image(String id, String name) {
    S3Location object = keys.object(id, name);
    return s3.find(
            "HeadObject",
            object,
            client -> client.headObject(head -> head.bucket(object.bucket()).key(object.key())))
        .flatMap(head -> ObjectMetadata.image(object, head));
  }

  /** The content of an image that is small enough for memory; empty if it is gone. */
  public Optional<byte[]> content(String s3Uri) {
    return s3.read(S3Location.of(s3Uri));
  }

  /** The content of a small object such as {@code result.json}; empty if there is none. */
  public Optional<byte[]> read(String id, String name) {
    return s3.read(keys.object(id, name));
  }

  /**
   * Writes a small JSON object unless there is one by that name. Of any number of concurrent calls
   * at most one gets true.
   *
   * @return false if there was one already, perhaps from an earlier attempt of this very call whose
   *     answer was lost
   * @throws StorageFailure also when no answer came: then the object may have been written
   */
  public boolean create(String id, String name, byte[] json) {
    S3Location to = keys.object(id, name);
    return s3.call("PutObject", to, client -> PutObjects.newJson(client, to, json));
  }

  /** Writes a small JSON object, over what may be there. */
  public void replace(String id, String name, byte[] json) {
    s3.replace(keys.object(id, name), json);
  }

  /** What is stored for an id, by name. S3 lists a thousand objects at a time. */
  public List<StoredObject> list(String id) {
    String folder = keys.folder(id);
    return s3.call(
        "ListObjectsV2",
        new S3Location(keys.bucket(), folder),
        client ->
            client
                .listObjectsV2Paginator(list -> list.bucket(keys.bucket()).prefix(folder))
                .contents()
                .stream()
                .map(object -> storedObject(folder, object))
                .toList());
  }

  /**
   * The URL for an {@link StoredImage#s3Uri()}, in the style of {@code IMAGEN_URL_STYLE}. Does not
   * call S3. A presigned URL is valid for {@code IMAGEN_URL_EXPIRY}, or until its credentials
   * expire, if they say when.
   */
  public Url url(String s3Uri) {
    S3Location image = S3Location.of(s3Uri);
    return s3.call("url of", image, client -> urls.of(image, client));
  }

  private static StoredObject storedObject(String folder, S3Object object) {
    return new StoredObject(
        object.key().substring(folder.length()), object.size(), object.lastModified());
  }
}
