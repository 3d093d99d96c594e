package io.imagenlambda.storage;

import io.imagenlambda.settings.Settings;
import io.imagenlambda.storage.KeyLayout.S3Location;
import jakarta.inject.Singleton;
import java.util.Optional;

/**
 * What is written about objects with requests: {@code {prefix}_manifests/{base id}/{name}}. Any
 * failure of S3 is a {@link StorageFailure}.
 */
@Singleton
public class ManifestObjects {
  private static final String FOLDER = "_manifests/";

  private final S3Calls s3;
  private final KeyLayout keys;

  ManifestObjects(Settings settings, S3Calls s3) {
    this.s3 = s3;
    this.keys = new KeyLayout(settings.outputBucket(), settings.outputPrefix());
  }

  /** A small JSON object; empty if there is none. */
  public Optional<byte[]> read(String baseId, String name) {
    S3Location object = keys.ofManifest(FOLDER, baseId, name);
    return s3.find(
        "GetObject",
        object,
        client ->
            client
                .getObjectAsBytes(get -> get.bucket(object.bucket()).key(object.key()))
                .asByteArrayUnsafe());
  }

  /** Writes a small JSON object, over what may be there. */
  public void replace(String baseId, String name, byte[] json) {
    S3Location to = keys.ofManifest(FOLDER, baseId, name);
    s3.call(
        "PutObject",
        to,
        client -> {
          PutObjects.json(client, to, json);
          return to;
        });
  }
}
