package io.imagenlambda.openssl;

import java.nio.ByteBuffer;
import java.security.AlgorithmParameters;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.CipherSpi;
import javax.crypto.NoSuchPaddingException;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * {@code AES/GCM/NoPadding} for the JDK's TLS, and as that uses it: each message in one piece, with
 * a new IV of 96 bits and a tag of 128, in a buffer where the result takes its place. Whoever asks
 * for something else is told that it is not to be had.
 */
final class AesGcm extends CipherSpi {
  private static final byte[] NOTHING = {};

  private final EvpAesGcm openSsl;
  private boolean encrypting;
  private boolean ready;
  private byte[] key = NOTHING;
  private byte[] iv = NOTHING;
  private byte[] aad = NOTHING;

  AesGcm(EvpAesGcm openSsl) {
    this.openSsl = openSsl;
  }

  @Override
  protected void engineInit(
      int mode, Key key, AlgorithmParameterSpec parameters, SecureRandom unused)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    byte[] raw = key.getEncoded();
    if (raw == null || !EvpAesGcm.takesKeyOf(raw.length)) {
      throw new InvalidKeyException("no AES key of 128 or 256 bits");
    }
    if (!(parameters instanceof GCMParameterSpec gcm)
        || gcm.getTLen() != EvpAesGcm.TAG_BYTES * Byte.SIZE
        || gcm.getIV().length != EvpAesGcm.IV_BYTES) {
      throw new InvalidAlgorithmParameterException("no IV of 96 bits with a tag of 128");
    }
    boolean encrypt = mode == Cipher.ENCRYPT_MODE;
    byte[] next = gcm.getIV();
    if (encrypt && encrypting && Arrays.equals(next, iv) && MessageDigest.isEqual(raw, this.key)) {
      throw new InvalidAlgorithmParameterException("an IV must not be used twice with a key");
    }
    this.key = raw;
    iv = next;
    aad = NOTHING;
    encrypting = encrypt;
    ready = true;
  }

  @Override
  protected void engineUpdateAAD(byte[] from, int offset, int length) {
    byte[] more = Arrays.copyOf(aad, aad.length + length);
    System.arraycopy(from, offset, more, aad.length, length);
    aad = more;
  }

  @Override
  protected int engineGetOutputSize(int inputLength) {
    return encrypting
        ? inputLength + EvpAesGcm.TAG_BYTES
        : Math.max(0, inputLength - EvpAesGcm.TAG_BYTES);
  }

  @Override
  protected int engineDoFinal(ByteBuffer in, ByteBuffer out)
      throws ShortBufferException, AEADBadTagException {
    if (!ready) {
      throw new IllegalStateException("each message needs an IV of its own");
    }
    ready = false;
    int length = in.remaining();
    int size = engineGetOutputSize(length);
    if (out.remaining() < size) {
      throw new ShortBufferException(size + " bytes are needed");
    }
    try (PinnedBuffer from = PinnedBuffer.of(in);
        PinnedBuffer to = PinnedBuffer.of(out)) {
      if (encrypting) {
        openSsl.encrypt(key, iv, aad, from.address(), length, to.address());
      } else if (length < EvpAesGcm.TAG_BYTES
          || !openSsl.decrypt(key, iv, aad, from.address(), size, to.address())) {
        throw new AEADBadTagException("the message is not what was sent");
      }
    }
    in.position(in.limit());
    out.position(out.position() + size);
    return size;
  }

  @Override
  protected int engineGetBlockSize() {
    return 16;
  }

  @Override
  protected byte[] engineGetIV() {
    return iv.clone();
  }

  @Override
  protected @Nullable AlgorithmParameters engineGetParameters() {
    return null;
  }

  @Override
  protected void engineInit(int mode, Key key, SecureRandom random) throws InvalidKeyException {
    throw new InvalidKeyException("an IV is needed");
  }

  @Override
  protected void engineInit(int mode, Key key, AlgorithmParameters parameters, SecureRandom random)
      throws InvalidAlgorithmParameterException {
    throw new InvalidAlgorithmParameterException("a GCMParameterSpec is needed");
  }

  @Override
  protected void engineSetMode(String mode) throws NoSuchAlgorithmException {
    throw new NoSuchAlgorithmException(mode);
  }

  @Override
  protected void engineSetPadding(String padding) throws NoSuchPaddingException {
    throw new NoSuchPaddingException(padding);
  }

  @Override
  protected byte[] engineUpdate(byte[] in, int offset, int length) {
    throw onlyBuffers();
  }

  @Override
  protected int engineUpdate(byte[] in, int offset, int length, byte[] out, int outOffset) {
    throw onlyBuffers();
  }

  @Override
  protected byte[] engineDoFinal(byte[] in, int offset, int length) {
    throw onlyBuffers();
  }

  @Override
  protected int engineDoFinal(byte[] in, int offset, int length, byte[] out, int outOffset) {
    throw onlyBuffers();
  }

  private static UnsupportedOperationException onlyBuffers() {
    return new UnsupportedOperationException("whole messages in buffers only, as TLS has them");
  }
}
