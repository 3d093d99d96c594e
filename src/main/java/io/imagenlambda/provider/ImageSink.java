package io.imagenlambda.provider;

import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Takes the images of an answer while it arrives, in its order, on the thread that called {@link
 * Provider.Call#send}. What it throws ends the call.
 */
public interface ImageSink {
  /** How many images are wanted; an answer with more is broken off. */
  int wanted();

  /**
   * Opens the next image. Its stream is written in blocks of at most 48 KiB, needs no buffer, and
   * is always closed: after {@link #image}, or without it if the image is incomplete.
   */
  OutputStream next() throws IOException;

  /**
   * An image came that cannot be read. The stream that was opened for it, if one was, is closed.
   *
   * @param why for people
   */
  void unreadable(String why);

  /**
   * An image is complete. Called at the end of its entry, as other fields may follow the bytes.
   *
   * @param written the stream from {@link #next}, not yet closed
   * @param mimeType what the provider says it is
   * @param prompt the prompt as the provider rewrote it
   */
  void image(OutputStream written, @Nullable String mimeType, @Nullable String prompt)
      throws IOException;
}
