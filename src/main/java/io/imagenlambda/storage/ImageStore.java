package io.imagenlambda.storage;

import io.imagenlambda.settings.Settings;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * The output bucket: images, and the small JSON objects beside them, under {@code {prefix}{id}/}.
 * All methods may be called from many threads at once. None waits for ever: a call, an upload that
 * nobody reads among them, ends with its timeout.
 *
 * <p>An id or name that could leave its place is an {@link IllegalArgumentException}; whatever S3
 * refuses or fails to do is a {@link StorageFailure}, after up to four attempts and a minute.
 */
@Singleton
public class ImageStore {
  private final S3Calls s3;
  private final KeyLayout keys;
  private final ImageUrls urls;
  private final SpoolFiles spoolFiles =
      new SpoolFiles(Path.of(System.getProperty("java.io.tmpdir")));

  @Inject
  ImageStore(Settings settings) {
    this(settings, S3Clients::fromEnvironment, Clock.systemUTC());
  }

  ImageStore(Settings settings, Supplier<S3Client> client, Clock clock) {
    this.s3 = new S3Calls(client);
    this.keys = new KeyLayout(settings.outputBucket(), settings.outputPrefix());
    this.urls = new ImageUrls(settings, clock);
  }

  /**
   * Makes the client while the function starts. Lambda gives a start a whole CPU, and an invocation
   * as little as a fourteenth of one.
   *
   * @see <a
   *     href="https://serverlessland.com/content/service/lambda/guides/effectively-running-java-on-serverless/init-heavy-lifting">Utilize
   *     initialization phase</a>
   */
  void started(@Observes StartupEvent ready) {
    s3.prepare();
  }

  /** An empty spool for one image, which whoever asked for it closes. */
  public Spool spool() {
    return new Spool(spoolFiles);
  }

  /**
   * Stores an image as {@code {prefix}{id}/{index}.{png|jpg|webp}}, over what may be there.
   *
   * @param metadata becomes the object's user metadata, made fit for it: S3 takes 2 KB of ASCII.
   *     What matters most comes first; long values are cut, the last pairs may be left out
   * @throws IllegalArgumentException if the spool has no {@link Spool#header() header}
   */
  public StoredImage putImage(String id, int index, Spool spool, Map<String, String> metadata) {
    ImageHeader header =
        spool
            .header()
            .orElseThrow(() -> new IllegalArgumentException("not a PNG, JPEG or WebP image"));
    S3Location to = keys.image(id, index, header.type());
    StoredImage image =
        new StoredImage(
            to.toString(),
            header.type(),
            spool.size(),
            header.width(),
            header.height(),
            spool.sha256Hex());
    Map<String, String> fitting = ObjectMetadata.of(ImageMetadata.of(image), metadata);
    return s3.call(
        "PutObject",
        to,
        client -> {
          Uploads.image(client, to, header.type(), spool, fitting);
          return image;
        });
  }

  /**
   * An image stored earlier, told from its metadata without its content. Empty if there is none by
   * that name, or it was not stored by {@link #putImage}.
   */
  public Optional<StoredImage> image(String id, String name) {
    S3Location object = keys.object(id, name);
    return s3.find(
            "HeadObject",
            object,
            client -> client.headObject(head -> head.bucket(object.bucket()).key(object.key())))
        .flatMap(head -> ImageMetadata.image(object, head));
  }

  /** The content of a small object such as {@code result.json}; empty if there is none. */
  public Optional<byte[]> read(String id, String name) {
    S3Location object = keys.object(id, name);
    return s3.find(
        "GetObject",
        object,
        client ->
            client
                .getObjectAsBytes(get -> get.bucket(object.bucket()).key(object.key()))
                .asByteArrayUnsafe());
  }

  /**
   * Writes a small JSON object unless there is one by that name. Of any number of concurrent calls
   * exactly one gets true.
   *
   * @return false if there was one already
   * @throws StorageFailure also when no answer came: then the object may have been written
   */
  public boolean create(String id, String name, byte[] json) {
    S3Location to = keys.object(id, name);
    return s3.call("PutObject", to, client -> Uploads.newJson(client, to, json));
  }

  /** Writes a small JSON object, over what may be there. */
  public void replace(String id, String name, byte[] json) {
    S3Location to = keys.object(id, name);
    s3.call(
        "PutObject",
        to,
        client -> {
          Uploads.json(client, to, json);
          return to;
        });
  }

  /** What is stored for an id, by name; at most 1000 objects. */
  public List<StoredObject> list(String id) {
    String folder = keys.folder(id);
    return s3
        .call(
            "ListObjectsV2",
            new S3Location(keys.bucket(), folder),
            client ->
                client.listObjectsV2(list -> list.bucket(keys.bucket()).prefix(folder)).contents())
        .stream()
        .map(object -> storedObject(folder, object))
        .toList();
  }

  /**
   * The URL for an {@link StoredImage#s3Uri()}, in the style of {@code IMAGEN_URL_STYLE}. Asks S3
   * nothing. A presigned URL is good for {@code IMAGEN_URL_EXPIRY}, or for as long as the
   * credentials that sign it are, where they tell.
   */
  public ImageUrl url(String s3Uri) {
    S3Location image = S3Location.of(s3Uri);
    return s3.call("url of", image, client -> urls.of(image, client));
  }

  /**
   * {@link #open(String, String, Optional)} for an {@code s3://bucket/key}, not percent-encoded.
   */
  public Optional<RequestObject> open(String s3Uri) {
    S3Location object = S3Location.of(s3Uri);
    return open(object.bucket(), object.key(), Optional.empty());
  }

  /**
   * Opens an object of any bucket that holds requests; empty if it is missing.
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
        .map(RequestObject::new);
  }

  /** Whether an object is where this store writes: any key of the bucket if there is no prefix. */
  public boolean isOutput(String bucket, String key) {
    return keys.contains(bucket, key);
  }

  private static StoredObject storedObject(String folder, S3Object object) {
    return new StoredObject(
        object.key().substring(folder.length()), object.size(), object.lastModified());
  }
}
