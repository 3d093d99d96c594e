package io.imagenlambda.spool;

import java.util.Arrays;
import java.util.Optional;

/** The image formats that are stored; anything else in an answer is not an image for us. */
public enum ImageType {
  PNG("image/png", "png"),
  JPEG("image/jpeg", "jpg"),
  WEBP("image/webp", "webp");

  private final String mimeType;
  private final String extension;

  ImageType(String mimeType, String extension) {
    this.mimeType = mimeType;
    this.extension = extension;
  }

  public String mimeType() {
    return mimeType;
  }

  /** How the object's key ends, without the dot. */
  public String extension() {
    return extension;
  }

  public static Optional<ImageType> ofMimeType(String mimeType) {
    return Arrays.stream(values()).filter(type -> type.mimeType.equals(mimeType)).findFirst();
  }
}
