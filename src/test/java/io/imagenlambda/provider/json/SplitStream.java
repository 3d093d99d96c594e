package io.imagenlambda.provider.json;

import java.io.InputStream;

/** A stream that comes in two pieces, as a network may cut it; or in pieces of one size. */
public final class SplitStream extends InputStream {
  private final byte[] bytes;
  private final int split;
  private final int piece;
  private int at;

  public SplitStream(byte[] bytes, int split) {
    this(bytes, split, Integer.MAX_VALUE);
  }

  private SplitStream(byte[] bytes, int split, int piece) {
    this.bytes = bytes;
    this.split = split;
    this.piece = piece;
  }

  public static SplitStream inPieces(byte[] bytes, int piece) {
    return new SplitStream(bytes, bytes.length, piece);
  }

  @Override
  public int read() {
    return at < bytes.length ? bytes[at++] & 0xFF : -1;
  }

  @Override
  public int read(byte[] into, int offset, int length) {
    int until = at < split ? split : bytes.length;
    int count = Math.min(Math.min(length, piece), until - at);
    if (count == 0) {
      return -1;
    }
    System.arraycopy(bytes, at, into, offset, count);
    at += count;
    return count;
  }
}
