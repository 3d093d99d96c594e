package io.imagenlambda.openssl;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * SHA-256 with the CPU's own instructions for it, where it has them: a third of the time. The
 * native compiler offers them to no executable that is to start on other CPUs, too; OpenSSL looks
 * at the one at hand.
 */
public final class Sha256 extends MessageDigest {
  private final OpenSslSha256 openSsl;
  private byte[] context;

  private Sha256(OpenSslSha256 openSsl) {
    super("SHA-256");
    this.openSsl = openSsl;
    this.context = openSsl.context();
  }

  /** For large contents. The JDK's on a JVM, and where the host has no OpenSSL 3. */
  public static MessageDigest fastest() {
    OpenSslSha256 found = OpenSslSha256.find();
    return found == null ? ofTheJdk() : new Sha256(found);
  }

  /** For small contents, which are not worth opening a library for. */
  public static MessageDigest ofTheJdk() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  @Override
  protected void engineUpdate(byte one) {
    engineUpdate(new byte[] {one}, 0, 1);
  }

  @Override
  protected void engineUpdate(byte[] block, int offset, int length) {
    openSsl.update(context, block, offset, length);
  }

  @Override
  protected byte[] engineDigest() {
    byte[] digest = openSsl.digest(context);
    engineReset();
    return digest;
  }

  @Override
  protected void engineReset() {
    context = openSsl.context();
  }
}
