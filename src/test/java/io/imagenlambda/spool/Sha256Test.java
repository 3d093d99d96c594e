package io.imagenlambda.spool;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With the host's OpenSSL, as a JVM calls it; that the executable does is in ExecutableIT. */
final class Sha256Test {
  private static final Optional<SymbolLookup> LIBRARY = library();

  @SuppressWarnings("restricted") // the tests' JVM is told that it may
  private static Optional<SymbolLookup> library() {
    try {
      return Optional.of(SymbolLookup.libraryLookup("libcrypto.so.3", Arena.global()));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /** Of the library whose functions have these names, with {@code _Init} and so on behind them. */
  private static Sha256.Functions functions(String algorithm) {
    assumeTrue(LIBRARY.isPresent(), "this host has no OpenSSL 3");
    return new ForeignLibCrypto(
        LIBRARY.get(), algorithm + "_Init", algorithm + "_Update", algorithm + "_Final");
  }

  private static MessageDigest openSsl() {
    return Sha256.of(functions("SHA256"));
  }

  /** NIST's examples (FIPS 180-2, appendix B), and nothing at all. */
  @ParameterizedTest
  @CsvSource({
    "'', 1, e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "abc, 1, ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq, 1,"
        + " 248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    "a, 1000000, cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
  })
  void knownContentsHaveTheirDigests(String content, int times, String digest) {
    byte[] bytes = content.repeat(times).getBytes(US_ASCII);

    assertEquals(digest, HexFormat.of().formatHex(openSsl().digest(bytes)));
  }

  @Property(tries = 300)
  void whateverPiecesAContentComesInItsDigestIsTheJdks(
      @ForAll @Size(max = 500) byte[] content, @ForAll List<@IntRange(max = 70) Integer> pieces) {
    if (LIBRARY.isEmpty()) {
      return; // jqwik fails a property none of whose tries meets an assumption
    }
    MessageDigest digest = openSsl();
    int done = 0;
    for (int piece : pieces) {
      int length = Math.min(piece, content.length - done);
      digest.update(content, done, length);
      done += length;
    }
    while (done < content.length) {
      digest.update(content[done]);
      done++;
    }

    assertArrayEquals(Sha256.ofTheJdk().digest(content), digest.digest());
  }

  @Test
  void oneContentIsDigestedAfterAnother() {
    MessageDigest digest = openSsl();
    byte[] abc = "abc".getBytes(US_ASCII);
    List<byte[]> digests = new ArrayList<>();
    digests.add(digest.digest(abc));
    digest.update(new byte[100]);
    digest.reset();
    digests.add(digest.digest(abc));

    digests.forEach(each -> assertArrayEquals(Sha256.ofTheJdk().digest(abc), each));
  }

  @Test
  void theHostsFunctionsAreTrustedWhereTheyAreRight() {
    assertTrue(Sha256.isRight(functions("SHA256")));
  }

  @Test
  void functionsThatMakeAnotherDigestAreNotTrusted() {
    assertFalse(Sha256.isRight(functions("SHA224")));
  }

  @Test
  void functionsThatDoNothingAreNotTrusted() {
    assertFalse(Sha256.isRight(new Nothing()));
  }

  @Test
  void whereThereIsNoOpenSslSha256IsTheJdks() {
    assertEquals("SUN", Sha256.fastest().getProvider().getName());
  }

  private static final class Nothing implements Sha256.Functions {
    @Override
    public void init(byte[] context) {}

    @Override
    public void update(byte[] context, byte[] block, int offset, int length) {}

    @Override
    public void end(byte[] digest, byte[] context) {}
  }
}
