package io.imagenlambda.provider;

import io.imagenlambda.provider.json.Base64Decoder;
import io.imagenlambda.provider.json.UnusableAnswer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * Hands images to a sink. The sink's {@link IOException}s are thrown as {@link
 * UncheckedIOException}, so that a full disk is never taken for a broken connection.
 */
public final class ImageDelivery implements Base64Decoder.Blocks, AutoCloseable {
  private final ImageSink sink;
  private final long mostBytes;
  private @Nullable OutputStream open;
  private long bytes;
  private int images;

  /**
   * The delivery of one answer's images.
   *
   * @param mostBytes the largest image, in bytes
   */
  public ImageDelivery(ImageSink sink, long mostBytes) {
    this.sink = sink;
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
    if (open == null && images == sink.wanted()) {
      throw UnusableAnswer.tooLarge("%d images were asked for, and more came".formatted(images));
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

  /** Closes the stream of an incomplete image. */
  @Override
  public void close() {
    OutputStream broken = open;
    open = null;
    if (broken != null) {
      try {
        broken.close();
      } catch (IOException e) {
        // the first failure is being thrown already
      }
    }
  }
}
