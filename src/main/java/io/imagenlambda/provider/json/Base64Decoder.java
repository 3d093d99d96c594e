package io.imagenlambda.provider.json;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Decodes base64 that arrives in pieces, and hands the bytes on in blocks. Both alphabets are
 * accepted, padding may be missing, line breaks are skipped.
 *
 * <p>The JDK's decoder takes whole arrays only: each piece would first have to be searched for its
 * end and copied. Looking up eight characters at a time finds the end on the way. Groups of the
 * standard alphabet go through the CPU's vectors, if they can be used.
 */
public final class Base64Decoder {
  /** A string is not base64. */
  static final class NotBase64 extends IOException {
    private static final long serialVersionUID = 1L;

    private NotBase64() {
      super("not base64");
    }
  }

  public interface Blocks {
    /** Takes {@code length} bytes; {@code block} is reused after the call. */
    void write(byte[] block, int length) throws IOException;
  }

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private static final byte[] SIX_BITS = sixBits();
  // The six bits of a character at its place among the four of a group; negative outside the
  // alphabet.
  private static final int[] FIRST = shifted(18);
  private static final int[] SECOND = shifted(12);
  private static final int[] THIRD = shifted(6);
  private static final int[] FOURTH = shifted(0);

  /** Whether {@link VectorBase64} can be used; if not, it must not even be initialized. */
  private static final boolean VECTORS = isThere("jdk.incubator.vector.ByteVector");

  private static final int BLOCK = 3 * 16 * 1024;

  private final Blocks blocks;
  private final byte[] out = new byte[BLOCK + Long.BYTES];
  private int used;
  private int bits;
  private int held;
  private int padding;

  public Base64Decoder(Blocks blocks) {
    this.blocks = blocks;
  }

  /** Decodes up to the first byte outside the alphabet, and returns its index, or {@code to}. */
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
      throw new NotBase64();
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
      throw new NotBase64();
    }
    if (held > 0) {
      put(held - 1, bits << (6 * (4 - held)));
    }
    flush();
    reset();
  }

  /** Forgets the string. */
  void reset() {
    used = 0;
    held = 0;
    padding = 0;
  }

  /** Decodes two groups of four characters at a time (four with vectors), all in the alphabet. */
  private int decodeGroups(byte[] in, int from, int to) throws IOException {
    int at = from;
    while (to - at >= 8) {
      if (BLOCK - used < 6) {
        flush();
      }
      int n = used;
      int last = Math.min(to - 8, at + (BLOCK - n) / 6 * 8 - 8);
      if (VECTORS) {
        int start = at;
        at = VectorBase64.decode(in, at, last + 8, out, n);
        n += (at - start) / 4 * 3;
      }
      for (; at <= last; at += 8) {
        long eight = (long) LONG.get(in, at);
        int group = group((int) (eight >>> 32));
        int next = group((int) eight);
        if ((group | next) < 0) {
          used = n;
          return at;
        }
        LONG.set(out, n, (long) group << 40 | (long) next << 16); // writes two bytes too many
        n += 6;
      }
      used = n;
    }
    return at;
  }

  /** The 24 bits of four characters. */
  private static int group(int four) {
    return FIRST[four >>> 24]
        | SECOND[four >>> 16 & 0xFF]
        | THIRD[four >>> 8 & 0xFF]
        | FOURTH[four & 0xFF];
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

  private static boolean isThere(String className) {
    try {
      Class.forName(className);
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  private static int[] shifted(int bits) {
    int[] table = new int[SIX_BITS.length];
    Arrays.setAll(table, c -> SIX_BITS[c] < 0 ? -1 : SIX_BITS[c] << bits);
    return table;
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
