package io.imagenlambda.predict;

import java.io.IOException;
import java.util.Arrays;

/**
 * Decodes base64 that arrives in pieces, and hands the bytes on a block at a time. Both alphabets
 * are understood, padding may be missing, line breaks are skipped.
 *
 * <p>The JDK's decoder takes whole arrays only, so a piece would have to be searched for its end
 * and copied before it could be decoded; looking up four characters at a time finds the end on the
 * way.
 */
final class Base64Decoder {
  /** Where the bytes go. */
  interface Blocks {
    /** Takes {@code length} bytes; {@code block} is reused after the call. */
    void write(byte[] block, int length) throws IOException;
  }

  private static final byte[] SIX_BITS = sixBits();
  private static final int BLOCK = 3 * 16 * 1024;

  private final Blocks blocks;
  private final byte[] out = new byte[BLOCK];
  private int used;
  private int bits;
  private int held;
  private int padding;

  Base64Decoder(Blocks blocks) {
    this.blocks = blocks;
  }

  /** Decodes up to the first byte outside the alphabet, and returns where that is, or to. */
  int decode(byte[] in, int from, int to) throws IOException {
    int at = from;
    while (at < to && SIX_BITS[in[at] & 0xFF] >= 0) {
      at = held == 0 && padding == 0 ? decodeGroups(in, at, to) : at;
      if (at < to && SIX_BITS[in[at] & 0xFF] >= 0) {
        decode((char) (in[at++] & 0xFF));
      }
    }
    return at;
  }

  /** Decodes one character, which may also be padding or a line break. */
  void decode(char c) throws IOException {
    if (c == '=') {
      padding++;
      return;
    }
    if (c == '\n' || c == '\r') {
      return;
    }
    int six = c < SIX_BITS.length ? SIX_BITS[c] : -1;
    if (six < 0 || padding > 0) {
      throw malformed();
    }
    bits = (bits << 6) | six;
    if (++held == 4) {
      put(3, bits);
      held = 0;
    }
  }

  /** Ends one string: checks its end and hands its last bytes on. */
  void finish() throws IOException {
    if (held == 1 || (padding > 0 && held + padding != 4)) {
      throw malformed();
    }
    if (held > 0) {
      put(held - 1, bits << (6 * (4 - held)));
    }
    flush();
    held = 0;
    padding = 0;
  }

  private int decodeGroups(byte[] in, int from, int to) throws IOException {
    byte[] six = SIX_BITS;
    int at = from;
    while (to - at >= 4) {
      if (BLOCK - used < 3) {
        flush();
      }
      int n = used;
      int last = Math.min(to - 4, at + (BLOCK - n) / 3 * 4 - 4);
      while (at <= last) {
        int group =
            (six[in[at] & 0xFF] << 18)
                | (six[in[at + 1] & 0xFF] << 12)
                | (six[in[at + 2] & 0xFF] << 6)
                | six[in[at + 3] & 0xFF];
        // One character outside the alphabet is enough to make the whole negative.
        if (group < 0) {
          used = n;
          return at;
        }
        out[n] = (byte) (group >> 16);
        out[n + 1] = (byte) (group >> 8);
        out[n + 2] = (byte) group;
        n += 3;
        at += 4;
      }
      used = n;
    }
    return at;
  }

  private void put(int bytes, int group) throws IOException {
    if (BLOCK - used < 3) {
      flush();
    }
    for (int i = 0; i < bytes; i++) {
      out[used++] = (byte) (group >> (16 - 8 * i));
    }
  }

  private void flush() throws IOException {
    if (used > 0) {
      blocks.write(out, used);
      used = 0;
    }
  }

  private static MalformedAnswer malformed() {
    return new MalformedAnswer("the answer is not what the API promises: an image is not base64");
  }

  private static byte[] sixBits() {
    byte[] table = new byte[256];
    Arrays.fill(table, (byte) -1);
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (int i = 0; i < alphabet.length(); i++) {
      table[alphabet.charAt(i)] = (byte) i;
    }
    table['-'] = 62;
    table['_'] = 63;
    return table;
  }
}
