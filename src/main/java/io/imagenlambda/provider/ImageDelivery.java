package io.imagenlambda.provider;

import io.imagenlambda.provider.json.Base64Decoder;
import io.imagenlambda.provider.json.UnusableAnswer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Hands images to a sink. The sink's {@link IOException}s are thrown as {@link
 * UncheckedIOException}, so that a full disk is never taken for a broken connection.
 */
public final class ImageDelivery implements Base64Decoder.Blocks, AutoCloseable {
  private final ImageSink sink;
  private final int mostImages;
  private final long mostBytes;
  private final List<OutputStream> aside = new ArrayList<>();
  private @Nullable OutputStream open;
  private long bytes;
  private int arrived;
  private int images;

  /**
   * The delivery of one answer's images.
   *
   * @param mostImages how many may arrive, with those that are dropped
   * @param mostBytes the largest image, in bytes
   */
  public ImageDelivery(ImageSink sink, int mostImages, long mostBytes) {
    this.sink = sink;
    this.mostImages = mostImages;
    this.mostBytes = mostBytes;
  }

  /** How many images are complete. */
  int images() {
    return images;
  }

  /** Whether any byte of the current image has arrived. */
  public boolean begun() {
    return open != null;
  }

  // The stream is opened by the first block, so that an empty string is not an image.
  @Override
  public void write(byte[] block, int length) throws UnusableAnswer {
    if (open == null && ++arrived > mostImages) {
      throw UnusableAnswer.tooLarge(
          "an answer may have %d images, and more came".formatted(mostImages));
    }
    bytes = open == null ? length : bytes + length;
    if (bytes > mostBytes) {
      throw UnusableAnswer.tooLarge(
          "an image has more than %d bytes, see IMAGEN_MAX_IMAGE_BYTES".formatted(mostBytes));
    }
    try {
      OutputStream out = open;
      if (out == null) {
        out = sink.next();
        open = out;
      }
      out.write(block, 0, length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The current image cannot be read. */
  void unreadable(String why) {
    if (open != null) {
      closeQuietly(open);
      open = null;
    }
    sink.unreadable(why);
  }

  /** The current image is complete. */
  public void whole(@Nullable String mimeType, @Nullable String prompt) {
    OutputStream written = open;
    if (written == null) {
      return;
    }
    try {
      written.flush();
      sink.image(written, mimeType, prompt);
      images++;
      open = null;
      written.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The current image is complete, and it shows later whether it is wanted. */
  public Optional<OutputStream> setAside() {
    Optional<OutputStream> complete = Optional.ofNullable(open);
    complete.ifPresent(aside::add);
    open = null;
    return complete;
  }

  /** An image that was set aside is the one. */
  public void whole(OutputStream complete, @Nullable String mimeType) {
    if (open != null) {
      closeQuietly(open); // what was still arriving when the answer broke off
    }
    aside.remove(complete);
    open = complete;
    whole(mimeType, (String) null);
  }

  /** An image that was set aside is not wanted. */
  public void drop(OutputStream complete) {
    aside.remove(complete);
    closeQuietly(complete);
  }

  /** Closes the streams of images that are incomplete or were not wanted. */
  @Override
  public void close() {
    OutputStream broken = open;
    open = null;
    if (broken != null) {
      closeQuietly(broken);
    }
    aside.forEach(ImageDelivery::closeQuietly);
    aside.clear();
  }

  private static void closeQuietly(OutputStream image) {
    try {
      image.close();
    } catch (IOException e) {
      // what was in it is not wanted, or another failure is being thrown
    }
  }
}
