package io.imagenlambda.openssl;

import java.security.ProviderException;
import java.util.HexFormat;
import org.graalvm.nativeimage.PinnedObject;
import org.graalvm.nativeimage.StackValue;
import org.graalvm.nativeimage.c.function.CFunction.Transition;
import org.graalvm.nativeimage.c.function.CFunctionPointer;
import org.graalvm.nativeimage.c.function.InvokeCFunctionPointer;
import org.graalvm.nativeimage.c.type.CCharPointer;
import org.graalvm.nativeimage.c.type.CTypeConversion;
import org.graalvm.word.Pointer;
import org.graalvm.word.WordFactory;
import org.jspecify.annotations.Nullable;

/**
 * AES-GCM as OpenSSL's EVP interface has it. A context lives for one message, so that there is none
 * to be freed by whoever forgets a cipher.
 *
 * <p>Each call takes tens of microseconds at most, and no garbage is collected meanwhile: so no
 * transition is made for it, and what is pinned is not held up for long.
 *
 * @see <a href="https://docs.openssl.org/3.0/man3/EVP_EncryptInit/">EVP_CipherInit_ex2</a>
 */
final class EvpAesGcm {
  static final int TAG_BYTES = 16;
  static final int IV_BYTES = 12;

  private static final int AES_128_BYTES = 16;
  private static final int AES_256_BYTES = 32;

  // What the interface calls ENCRYPT, DECRYPT, EVP_CTRL_AEAD_GET_TAG and EVP_CTRL_AEAD_SET_TAG.
  private static final int ENCRYPT = 1;
  private static final int DECRYPT = 0;
  private static final int GET_TAG = 0x10;
  private static final int SET_TAG = 0x11;

  /** Nothing in {@code openssl.cnf} is about these ciphers, and it would be read at each start. */
  private static final long INIT_NO_LOAD_CONFIG = 0x80;

  private static final String TEST_CASE_14 =
      "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919";

  private static boolean lookedFor;
  private static @Nullable EvpAesGcm found;

  private final NewContext newContext;
  private final FreeContext freeContext;
  private final Init init;
  private final Control control;
  private final Update update;
  private final Final end;
  private final Pointer aes128;
  private final Pointer aes256;

  private EvpAesGcm(LibCrypto library) {
    newContext = (NewContext) library.function("EVP_CIPHER_CTX_new");
    freeContext = (FreeContext) library.function("EVP_CIPHER_CTX_free");
    init = (Init) library.function("EVP_CipherInit_ex2");
    control = (Control) library.function("EVP_CIPHER_CTX_ctrl");
    update = (Update) library.function("EVP_CipherUpdate");
    end = (Final) library.function("EVP_CipherFinal_ex");
    Start start = (Start) library.function("OPENSSL_init_crypto");
    start.call(INIT_NO_LOAD_CONFIG, WordFactory.nullPointer());
    Fetch fetch = (Fetch) library.function("EVP_CIPHER_fetch");
    aes128 = cipher(fetch, "AES-128-GCM");
    aes256 = cipher(fetch, "AES-256-GCM");
  }

  interface Start extends CFunctionPointer {
    @InvokeCFunctionPointer(transition = Transition.NO_TRANSITION)
    int call(long options, Pointer settings);
  }

  interface Fetch extends CFunctionPointer {
    @InvokeCFunctionPointer(transition = Transition.NO_TRANSITION)
    Pointer call(Pointer library, CCharPointer algorithm, Pointer properties);
  }

  interface NewContext extends CFunctionPointer {
    @InvokeCFunctionPointer(transition = Transition.NO_TRANSITION)
    Pointer call();
  }

  interface FreeContext extends CFunctionPointer {
    @InvokeCFunctionPointer(transition = Transition.NO_TRANSITION)
    void call(Pointer context);
  }

  interface Init extends CFunctionPointer {
    @InvokeCFunctionPointer(transition = Transition.NO_TRANSITION)
    int call(
        Pointer context, Pointer cipher, Pointer key, Pointer iv, int encrypt, Pointer parameters);
  }

  interface Control extends CFunctionPointer {
    @InvokeCFunctionPointer(transition = Transition.NO_TRANSITION)
    int call(Pointer context, int what, int length, Pointer data);
  }

  interface Update extends CFunctionPointer {
    @InvokeCFunctionPointer(transition = Transition.NO_TRANSITION)
    int call(Pointer context, Pointer out, Pointer written, Pointer in, int length);
  }

  interface Final extends CFunctionPointer {
    @InvokeCFunctionPointer(transition = Transition.NO_TRANSITION)
    int call(Pointer context, Pointer out, Pointer written);
  }

  /** Whether there is AES for keys of so many bytes. */
  static boolean takesKeyOf(int bytes) {
    return bytes == AES_128_BYTES || bytes == AES_256_BYTES;
  }

  /** Null on a JVM, and where the host has no OpenSSL 3. */
  static synchronized @Nullable EvpAesGcm find() {
    LibCrypto library = LibCrypto.find();
    if (library != null && !lookedFor) {
      lookedFor = true;
      found = rightOne(library);
    }
    return found;
  }

  private static Pointer cipher(Fetch fetch, String name) {
    try (var algorithm = CTypeConversion.toCString(name)) {
      return fetch.call(WordFactory.nullPointer(), algorithm.get(), WordFactory.nullPointer());
    }
  }

  /** The designers' own test case 14: a build without these ciphers is found out here. */
  private static @Nullable EvpAesGcm rightOne(LibCrypto library) {
    if (library.function("EVP_CipherInit_ex2").isNull()) {
      return null;
    }
    EvpAesGcm opened = new EvpAesGcm(library);
    if (opened.aes128.isNull() || opened.aes256.isNull()) {
      return null;
    }
    byte[] message = new byte[16 + TAG_BYTES];
    try (PinnedObject pinned = PinnedObject.create(message)) {
      Pointer at = pinned.addressOfArrayElement(0);
      opened.encrypt(new byte[AES_256_BYTES], new byte[IV_BYTES], new byte[0], at, 16, at);
    }
    return HexFormat.of().formatHex(message).equals(TEST_CASE_14) ? opened : null;
  }

  /**
   * Encrypts a message, in place or from one place to another. The tag goes behind the result.
   *
   * @param length the message's, in bytes
   */
  void encrypt(byte[] key, byte[] iv, byte[] aad, Pointer in, int length, Pointer out) {
    Pointer context = newContext();
    try {
      begin(context, key, iv, aad, ENCRYPT);
      check(update.call(context, out, StackValue.get(Integer.BYTES), in, length));
      check(end.call(context, out, StackValue.get(Integer.BYTES)));
      check(control.call(context, GET_TAG, TAG_BYTES, out.add(length)));
    } finally {
      freeContext.call(context);
    }
  }

  /**
   * Decrypts a message that has its tag behind it, in place or from one place to another.
   *
   * @param length without the tag, in bytes
   * @return false if the tag is not the message's; then what was made of it must not be used
   */
  boolean decrypt(byte[] key, byte[] iv, byte[] aad, Pointer in, int length, Pointer out) {
    Pointer context = newContext();
    try {
      begin(context, key, iv, aad, DECRYPT);
      check(control.call(context, SET_TAG, TAG_BYTES, in.add(length)));
      check(update.call(context, out, StackValue.get(Integer.BYTES), in, length));
      return end.call(context, out, StackValue.get(Integer.BYTES)) > 0;
    } finally {
      freeContext.call(context);
    }
  }

  private Pointer newContext() {
    Pointer context = newContext.call();
    if (context.isNull()) {
      throw new OutOfMemoryError("OpenSSL has no memory for a cipher");
    }
    return context;
  }

  private void begin(Pointer context, byte[] key, byte[] iv, byte[] aad, int direction) {
    Pointer nothing = WordFactory.nullPointer();
    try (PinnedObject keyAt = PinnedObject.create(key);
        PinnedObject ivAt = PinnedObject.create(iv);
        PinnedObject aadAt = PinnedObject.create(aad)) {
      check(
          init.call(
              context,
              key.length == AES_128_BYTES ? aes128 : aes256,
              keyAt.addressOfArrayElement(0),
              ivAt.addressOfArrayElement(0),
              direction,
              nothing));
      if (aad.length > 0) {
        Pointer written = StackValue.get(Integer.BYTES);
        check(update.call(context, nothing, written, aadAt.addressOfArrayElement(0), aad.length));
      }
    }
  }

  private static void check(int result) {
    if (result <= 0) {
      throw new ProviderException("OpenSSL refused a step of AES-GCM");
    }
  }
}
