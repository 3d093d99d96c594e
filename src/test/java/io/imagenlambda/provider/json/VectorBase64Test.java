package io.imagenlambda.provider.json;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Base64;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class VectorBase64Test {
  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

  private final byte[] out = new byte[2 * VectorBase64.BYTES + 4];

  @Property
  void sixteenCharactersBecomeTwelveBytes(@ForAll @Size(VectorBase64.BYTES) byte[] bytes) {
    byte[] in = Base64.getEncoder().encode(bytes);

    assertEquals(in.length, VectorBase64.decode(in, 0, in.length, out, 0));
    assertArrayEquals(bytes, Arrays.copyOf(out, bytes.length));
  }

  @Test
  void everyByteOutsideTheAlphabetIsFoundAtEveryPlace() {
    for (int place = 0; place < VectorBase64.CHARACTERS; place++) {
      for (int b = 0; b < 256; b++) {
        byte[] in = "sixteen4sixteen4".getBytes(US_ASCII);
        in[place] = (byte) b;

        int end = VectorBase64.decode(in, 0, in.length, out, 0);

        assertEquals(ALPHABET.indexOf(b) >= 0 ? in.length : 0, end, b + " at " + place);
      }
    }
  }

  @Test
  void aStrangeByteStopsBeforeItsOwnSixteenOnly() {
    byte[] in = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==".getBytes(US_ASCII);

    assertEquals(16, VectorBase64.decode(in, 0, in.length, out, 0));
  }

  @Test
  void fewerThanSixteenCharactersAreLeft() {
    byte[] in = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".getBytes(US_ASCII);

    assertEquals(16, VectorBase64.decode(in, 0, in.length, out, 0));
    assertEquals(3, VectorBase64.decode(in, 3, 18, out, 0));
  }

  @Test
  void bytesGoWhereTheyAreWanted() {
    byte[] in = "xxAAAAAAAAAAAAAAAB".getBytes(US_ASCII);

    assertEquals(18, VectorBase64.decode(in, 2, 18, out, 5));
    assertEquals(1, out[5 + 11]);
  }
}
