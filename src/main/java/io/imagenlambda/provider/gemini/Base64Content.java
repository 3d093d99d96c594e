package io.imagenlambda.provider.gemini;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Base64;

/** A content in base64, a block at a time. */
final class Base64Content extends FilterInputStream {
  /** A multiple of three: only the last block is padded. */
  private static final int BLOCK = 48 * 1024;

  private static final Base64.Encoder ENCODER = Base64.getEncoder();

  private final byte[] block = new byte[BLOCK];
  private final byte[] encoded = new byte[(int) length(BLOCK)];
  private int next;
  private int end;

  Base64Content(InputStream content) {
    super(content);
  }

  /** How many characters so many bytes have. */
  static long length(long bytes) {
    return (bytes + 2) / 3 * 4;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0];
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    if (next == end) {
      int count = in.readNBytes(block, 0, BLOCK);
      next = 0;
      end = ENCODER.encode(count == BLOCK ? block : Arrays.copyOf(block, count), encoded);
      if (end == 0) {
        return -1;
      }
    }
    int count = Math.min(length, end - next);
    System.arraycopy(encoded, next, to, offset, count);
    next += count;
    return count;
  }
}
