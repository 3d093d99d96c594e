package io.imagenlambda.event;

import io.imagenlambda.generation.RequestJson;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** An array's bytes, so many for each element, since the parser holds an element as a whole. */
final class BoundedElements extends FilterInputStream {
  /** An element is longer than a request may be. */
  static final class TooLong extends IOException {
    private static final long serialVersionUID = 1;
  }

  /** What the parser reads ahead is the next element's. */
  private static final int READ_AHEAD = 64 * 1024;

  private int left = RequestJson.LONGEST + READ_AHEAD;

  BoundedElements(InputStream in) {
    super(in);
  }

  /** Another element is about to be read. */
  void nextElement() {
    left = RequestJson.LONGEST + READ_AHEAD;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    if (left <= 0) {
      throw new TooLong();
    }
    int count = super.read(to, offset, Math.min(length, left));
    left -= Math.max(count, 0);
    return count;
  }
}
