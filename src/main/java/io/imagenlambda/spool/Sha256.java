package io.imagenlambda.spool;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.quarkus.runtime.ImageMode;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * SHA-256 with the CPU's own instructions, if it has them: a third of the time. The native compiler
 * uses them only in executables for such CPUs alone; OpenSSL checks the CPU at run time.
 */
public final class Sha256 extends MessageDigest {
  /** More than enough for a {@code SHA256_CTX}, which has 112 bytes. */
  private static final int CONTEXT_BYTES = 256;

  private static final int DIGEST_BYTES = 32;

  private static boolean lookedFor;
  private static @Nullable Functions found;

  private final Functions openSsl;
  private final byte[] context = new byte[CONTEXT_BYTES];

  private Sha256(Functions openSsl) {
    super("SHA-256");
    this.openSsl = openSsl;
    openSsl.init(context);
  }

  /**
   * OpenSSL's functions, with our arrays as contexts.
   *
   * @see <a href="https://docs.openssl.org/3.0/man3/SHA256_Init/">SHA256_Init</a>: discouraged in
   *     favour of EVP, whose contexts must be freed
   */
  interface Functions {
    void init(byte[] context);

    /** {@code length} is at least 1. */
    void update(byte[] context, byte[] block, int offset, int length);

    /** Ends the context: only {@link #init} may follow. */
    void end(byte[] digest, byte[] context);
  }

  /** For large contents. The JDK's on a JVM, and if the host has no OpenSSL 3. */
  public static MessageDigest fastest() {
    Functions openSsl = ofTheHost();
    return openSsl == null ? ofTheJdk() : new Sha256(openSsl);
  }

  /** For small contents, which are not worth opening a library for. */
  public static MessageDigest ofTheJdk() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  private static synchronized @Nullable Functions ofTheHost() {
    if (!lookedFor && ImageMode.current() == ImageMode.NATIVE_RUN) {
      lookedFor = true;
      Functions opened = OpenSslLibrary.open();
      found = opened != null && isRight(opened) ? opened : null;
    }
    return found;
  }

  /** Compares a digest with the JDK's, once: S3 refuses an image with a wrong digest. */
  static boolean isRight(Functions openSsl) {
    byte[] some = "some bytes".getBytes(US_ASCII);
    return isEqual(of(openSsl).digest(some), ofTheJdk().digest(some));
  }

  static MessageDigest of(Functions openSsl) {
    return new Sha256(openSsl);
  }

  @Override
  protected void engineUpdate(byte one) {
    engineUpdate(new byte[] {one}, 0, 1);
  }

  @Override
  protected void engineUpdate(byte[] block, int offset, int length) {
    if (length > 0) { // else there may be no element to point to
      openSsl.update(context, block, offset, length);
    }
  }

  @Override
  protected byte[] engineDigest() {
    byte[] digest = new byte[DIGEST_BYTES];
    openSsl.end(digest, context);
    engineReset();
    return digest;
  }

  @Override
  protected void engineReset() {
    openSsl.init(context);
  }
}
