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

  /**
   * Whether a media type names this format, in any case and with any parameters.
   *
   * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-8.3.1">RFC 9110: media types</a>
   */
  public boolean isCalled(String mediaType) {
    int end = mediaType.indexOf(';');
    return mimeType.equalsIgnoreCase((end < 0 ? mediaType : mediaType.substring(0, end)).strip());
  }

  /** How the object's key ends, without the dot. */
  public String extension() {
    return extension;
  }

  public static Optional<ImageType> ofMimeType(String mimeType) {
    return Arrays.stream(values()).filter(type -> type.mimeType.equals(mimeType)).findFirst();
  }
}
