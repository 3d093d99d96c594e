package io.imagenlambda.storage;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongFunction;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * An object's content, which is asked for again from where its connection broke. S3 ends one on
 * which nothing was read for long, as with a manifest whose requests take minutes to queue.
 */
final class ResumedContent extends InputStream {
  /** So often in a row, without a byte between. */
  private static final int MOST_BREAKS = 3;

  private final long length;
  private final LongFunction<ResponseInputStream<GetObjectResponse>> rest;
  private ResponseInputStream<GetObjectResponse> content;
  private long position;
  private int breaks;

  /**
   * Reads it from its beginning.
   *
   * @param rest asks for what follows so many bytes, unless the object has changed; throws {@link
   *     StorageFailure}
   */
  ResumedContent(
      ResponseInputStream<GetObjectResponse> content,
      LongFunction<ResponseInputStream<GetObjectResponse>> rest) {
    this.content = content;
    this.length = content.response().contentLength();
    this.rest = rest;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] to, int offset, int count) throws IOException {
    while (true) {
      try {
        int read = content.read(to, offset, count);
        if (read > 0) {
          breaks = 0;
          position += read;
        }
        return read;
      } catch (IOException broken) {
        if (position == length) {
          return -1;
        }
        resume(broken);
      }
    }
  }

  private void resume(IOException broken) throws IOException {
    breaks++;
    if (breaks > MOST_BREAKS) {
      throw broken;
    }
    content.abort();
    try {
      content = rest.apply(position);
    } catch (StorageFailure failure) {
      broken.addSuppressed(failure);
      throw broken;
    }
  }

  /** Keeps the connection for other calls, unless the SDK would have to read what is left on it. */
  @Override
  public void close() throws IOException {
    if (position == length) {
      content.close();
    } else {
      content.abort();
    }
  }
}
