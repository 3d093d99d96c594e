package io.imagenlambda.predict;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Lets so many bytes through and no more; behind a decompressor, a small answer may be endless. */
final class BoundedStream extends FilterInputStream {
  private final long most;
  private long left;

  BoundedStream(InputStream in, long most) {
    super(in);
    this.most = most;
    this.left = most;
  }

  @Override
  public int read() throws IOException {
    return counted(super.read(), 1);
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    int count = super.read(to, offset, length);
    return counted(count, count);
  }

  private int counted(int read, int bytes) throws IOException {
    if (read >= 0) {
      left -= bytes;
      if (left < 0) {
        throw new AnswerTooLarge("it has more than %d bytes".formatted(most));
      }
    }
    return read;
  }
}
