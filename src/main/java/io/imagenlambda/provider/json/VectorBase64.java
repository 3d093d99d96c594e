package io.imagenlambda.provider.json;

import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Decodes base64 sixteen characters at a time in the CPU's vector registers, see {@code
 * .github/DECISIONS.md}. It needs the module {@code jdk.incubator.vector}, which the executable for
 * x86 is compiled with.
 */
final class VectorBase64 {
  /** How many characters are decoded at once. */
  static final int CHARACTERS = 16;

  /** How many bytes they become. */
  static final int BYTES = 12;

  private static final VectorSpecies<Byte> SPECIES = ByteVector.SPECIES_128;

  /** The three bytes of each int, most significant first, without its fourth byte. */
  private static final VectorShuffle<Byte> THREE_OF_FOUR =
      VectorShuffle.fromValues(SPECIES, 2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, 3, 3, 3, 3);

  private VectorBase64() {}

  /**
   * Decodes while there are sixteen characters of the standard alphabet.
   *
   * @param to where the characters end
   * @param out gets the bytes, from {@code n} on, and four more without meaning
   * @return the index of the first character that was not decoded
   */
  static int decode(byte[] in, int from, int to, byte[] out, int n) {
    int at = from;
    for (int next = n; to - at >= CHARACTERS; at += CHARACTERS, next += BYTES) {
      ByteVector characters = ByteVector.fromArray(SPECIES, in, at);
      VectorMask<Byte> plus = characters.eq((byte) '+');
      VectorMask<Byte> digit = characters.compare(GE, (byte) '0');
      VectorMask<Byte> upper = characters.compare(GE, (byte) 'A');
      VectorMask<Byte> lower = characters.compare(GE, (byte) 'a');
      // Each blend writes over the one before it; what is left of the first is the slash.
      ByteVector six =
          characters.add(
              ByteVector.broadcast(SPECIES, 63 - '/')
                  .blend(62 - '+', plus)
                  .blend(52 - '0', digit)
                  .blend(-'A', upper)
                  .blend(26 - 'a', lower));
      ByteVector least = ByteVector.broadcast(SPECIES, 63).blend(62, plus).blend(0, digit);
      ByteVector most =
          ByteVector.broadcast(SPECIES, 63).blend(61, digit).blend(25, upper).blend(51, lower);
      if (six.compare(LT, least).or(six.compare(GT, most)).anyTrue()) {
        return at;
      }
      ShortVector pairs = six.reinterpretAsShorts();
      IntVector twelves =
          pairs.and((short) 0x3F).lanewise(LSHL, 6).or(pairs.lanewise(LSHR, 8)).reinterpretAsInts();
      twelves
          .and(0xFFF)
          .lanewise(LSHL, 12)
          .or(twelves.lanewise(LSHR, 16))
          .reinterpretAsBytes()
          .rearrange(THREE_OF_FOUR)
          .intoArray(out, next);
    }
    return at;
  }
}
