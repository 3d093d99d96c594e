package io.imagenlambda.storage;

import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/**
 * What is kept with an image so that it need not be read to be known: after a crash the result of a
 * paid call is put together again from here.
 */
final class ImageMetadata {
  private static final String WIDTH = "width";
  private static final String HEIGHT = "height";
  private static final String SHA256 = "sha256";

  private ImageMetadata() {}

  static Map<String, String> of(StoredImage image) {
    return Map.of(
        WIDTH, Integer.toString(image.width()),
        HEIGHT, Integer.toString(image.height()),
        SHA256, image.sha256());
  }

  /** Empty where the object was not stored with {@link #of}. */
  static Optional<StoredImage> image(S3Location object, HeadObjectResponse head) {
    return ImageType.ofMimeType(head.contentType())
        .flatMap(type -> image(object, type, head.contentLength(), head.metadata()));
  }

  private static Optional<StoredImage> image(
      S3Location object, ImageType type, long bytes, Map<String, String> metadata) {
    String width = metadata.get(WIDTH);
    String height = metadata.get(HEIGHT);
    String sha256 = metadata.get(SHA256);
    if (width == null || height == null || sha256 == null) {
      return Optional.empty();
    }
    return Optional.of(
        new StoredImage(
            object.toString(),
            type,
            bytes,
            Integer.parseInt(width),
            Integer.parseInt(height),
            sha256));
  }
}
