package io.imagenlambda.storage;

import io.imagenlambda.settings.Settings;
import jakarta.inject.Singleton;
import java.util.Optional;

/**
 * What is written about objects with requests: {@code {prefix}_manifests/{base id}/{name}}. Any
 * failure of S3 is a {@link StorageFailure}.
 */
@Singleton
public class ManifestObjects {
  private final S3Calls s3;
  private final KeyLayout keys;

  ManifestObjects(Settings settings, S3Calls s3) {
    this.s3 = s3;
    this.keys = new KeyLayout(settings.outputBucket(), settings.outputPrefix());
  }

  /** A small JSON object; empty if there is none. */
  public Optional<byte[]> read(String baseId, String name) {
    return s3.read(keys.ofManifest(baseId, name));
  }

  /** Writes a small JSON object, over what may be there. */
  public void replace(String baseId, String name, byte[] json) {
    s3.replace(keys.ofManifest(baseId, name), json);
  }
}
