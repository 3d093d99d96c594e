package io.imagenlambda.storage;

import io.quarkus.runtime.ImageMode;
import java.security.MessageDigest;

/**
 * SHA-256 with the CPU's own instructions for it, where it has them: a third of the time. The
 * native compiler offers them to no executable that is to start on other CPUs, too; OpenSSL looks
 * at the one at hand.
 */
final class LibCryptoSha256 extends MessageDigest {
  private final LibCrypto libCrypto;
  private byte[] context;

  private LibCryptoSha256(LibCrypto libCrypto) {
    super("SHA-256");
    this.libCrypto = libCrypto;
    this.context = libCrypto.context();
  }

  /** The JDK's on a JVM, which knows those instructions, and where the host has no OpenSSL 3. */
  static MessageDigest orElseTheJdks() {
    LibCrypto found = ImageMode.current() == ImageMode.NATIVE_RUN ? LibCrypto.find() : null;
    return found == null ? Spool.sha256() : new LibCryptoSha256(found);
  }

  @Override
  protected void engineUpdate(byte one) {
    engineUpdate(new byte[] {one}, 0, 1);
  }

  @Override
  protected void engineUpdate(byte[] block, int offset, int length) {
    libCrypto.update(context, block, offset, length);
  }

  @Override
  protected byte[] engineDigest() {
    byte[] digest = libCrypto.digest(context);
    engineReset();
    return digest;
  }

  @Override
  protected void engineReset() {
    context = libCrypto.context();
  }
}
