package io.imagenlambda.storage;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import org.graalvm.nativeimage.PinnedObject;
import org.graalvm.nativeimage.c.function.CFunction;
import org.graalvm.nativeimage.c.function.CFunction.Transition;
import org.graalvm.nativeimage.c.function.CFunctionPointer;
import org.graalvm.nativeimage.c.function.InvokeCFunctionPointer;
import org.graalvm.nativeimage.c.type.CCharPointer;
import org.graalvm.nativeimage.c.type.CTypeConversion;
import org.graalvm.word.PointerBase;
import org.graalvm.word.UnsignedWord;
import org.graalvm.word.WordFactory;
import org.jspecify.annotations.Nullable;

/**
 * The SHA-256 of the host's OpenSSL 3, for an executable only: these are calls that the native
 * compiler makes. It is opened when it is first needed, so that an executable starts without it.
 *
 * <p>Each call takes tens of microseconds at most, and no garbage is collected meanwhile: so no
 * transition is made for it, and what is pinned is not held up for long.
 *
 * @see <a href="https://docs.openssl.org/3.0/man3/SHA256_Init/">SHA256_Init</a>: discouraged in
 *     favour of EVP, which does the same but reads {@code openssl.cnf} at its first use
 */
final class LibCrypto {
  private static final String FILE = "libcrypto.so.3";
  private static final int RTLD_LAZY = 1;

  /** More than enough for a {@code SHA256_CTX}, which has 112. */
  private static final int CONTEXT_BYTES = 256;

  private static final int DIGEST_BYTES = 32;

  private static boolean lookedFor;
  private static @Nullable LibCrypto found;

  private final Init init;
  private final Update update;
  private final Final end;

  private LibCrypto(Init init, Update update, Final end) {
    this.init = init;
    this.update = update;
    this.end = end;
  }

  interface Init extends CFunctionPointer {
    @InvokeCFunctionPointer(transition = Transition.NO_TRANSITION)
    int call(PointerBase context);
  }

  interface Update extends CFunctionPointer {
    @InvokeCFunctionPointer(transition = Transition.NO_TRANSITION)
    int call(PointerBase context, PointerBase data, UnsignedWord length);
  }

  interface Final extends CFunctionPointer {
    @InvokeCFunctionPointer(transition = Transition.NO_TRANSITION)
    int call(PointerBase digest, PointerBase context);
  }

  @CFunction
  private static native PointerBase dlopen(CCharPointer file, int mode);

  @CFunction
  private static native CFunctionPointer dlsym(PointerBase library, CCharPointer symbol);

  /** Null where the host has none, or not the one that is expected. */
  static synchronized @Nullable LibCrypto find() {
    if (!lookedFor) {
      lookedFor = true;
      found = open();
    }
    return found;
  }

  private static @Nullable LibCrypto open() {
    PointerBase library;
    try (var file = CTypeConversion.toCString(FILE)) {
      library = dlopen(file.get(), RTLD_LAZY);
    }
    if (library.isNull()) {
      return null;
    }
    Init init = (Init) symbol(library, "SHA256_Init");
    Update update = (Update) symbol(library, "SHA256_Update");
    Final end = (Final) symbol(library, "SHA256_Final");
    if (init.isNull() || update.isNull() || end.isNull()) {
      return null;
    }
    LibCrypto opened = new LibCrypto(init, update, end);
    return opened.isRight() ? opened : null;
  }

  private static CFunctionPointer symbol(PointerBase library, String name) {
    try (var symbol = CTypeConversion.toCString(name)) {
      return dlsym(library, symbol.get());
    }
  }

  /** S3 refuses an image with a wrong digest: so this one is compared with the JDK's, once. */
  private boolean isRight() {
    byte[] some = FILE.getBytes(US_ASCII);
    byte[] context = context();
    update(context, some, 0, some.length);
    return Arrays.equals(digest(context), Spool.sha256().digest(some));
  }

  /** For the digest of one content. */
  byte[] context() {
    byte[] context = new byte[CONTEXT_BYTES];
    try (PinnedObject pinned = PinnedObject.create(context)) {
      init.call(pinned.addressOfArrayElement(0));
    }
    return context;
  }

  void update(byte[] context, byte[] block, int offset, int length) {
    if (length == 0) {
      return; // there may be no element to point to
    }
    try (PinnedObject pinned = PinnedObject.create(context);
        PinnedObject data = PinnedObject.create(block)) {
      update.call(
          pinned.addressOfArrayElement(0),
          data.addressOfArrayElement(offset),
          WordFactory.unsigned(length));
    }
  }

  /** Ends the context: it is good for nothing else. */
  byte[] digest(byte[] context) {
    byte[] digest = new byte[DIGEST_BYTES];
    try (PinnedObject pinned = PinnedObject.create(context);
        PinnedObject to = PinnedObject.create(digest)) {
      end.call(to.addressOfArrayElement(0), pinned.addressOfArrayElement(0));
    }
    return digest;
  }
}
