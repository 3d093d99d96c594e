package io.imagenlambda.provider;

import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Where the images of an answer go while it arrives. It is called from the thread that called
 * {@link Provider#generate}, in the order of the answer. What it throws ends the call.
 */
public interface ImageSink {
  /** How many images are wanted; an answer that goes on with another is broken off there. */
  int wanted();

  /**
   * The bytes of the next image follow. The stream is written in blocks of at most 48 KiB, needs no
   * buffer, and is always closed: after {@link #image} where the image is whole, without it where
   * it is not.
   */
  OutputStream next() throws IOException;

  /**
   * An image is whole. This is called when its entry ends, because all but the bytes may come after
   * them.
   *
   * @param written what {@link #next} gave for this image, not yet closed
   * @param mimeType what the provider says it is
   * @param prompt the prompt as the provider rewrote it
   */
  void image(OutputStream written, @Nullable String mimeType, @Nullable String prompt)
      throws IOException;
}
