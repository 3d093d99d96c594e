package io.imagenlambda.openssl;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import org.graalvm.nativeimage.PinnedObject;
import org.graalvm.nativeimage.c.function.CFunction.Transition;
import org.graalvm.nativeimage.c.function.CFunctionPointer;
import org.graalvm.nativeimage.c.function.InvokeCFunctionPointer;
import org.graalvm.word.Pointer;
import org.graalvm.word.UnsignedWord;
import org.graalvm.word.WordFactory;
import org.jspecify.annotations.Nullable;

/**
 * OpenSSL's SHA-256, with contexts that are arrays of ours.
 *
 * <p>Each call takes tens of microseconds at most, and no garbage is collected meanwhile: so no
 * transition is made for it, and what is pinned is not held up for long.
 *
 * @see <a href="https://docs.openssl.org/3.0/man3/SHA256_Init/">SHA256_Init</a>: discouraged in
 *     favour of EVP, whose contexts would have to be freed
 */
final class OpenSslSha256 {
  /** More than enough for a {@code SHA256_CTX}, which has 112. */
  private static final int CONTEXT_BYTES = 256;

  private static final int DIGEST_BYTES = 32;

  private static boolean lookedFor;
  private static @Nullable OpenSslSha256 found;

  private final Init init;
  private final Update update;
  private final Final end;

  private OpenSslSha256(LibCrypto library) {
    init = (Init) library.function("SHA256_Init");
    update = (Update) library.function("SHA256_Update");
    end = (Final) library.function("SHA256_Final");
  }

  interface Init extends CFunctionPointer {
    @InvokeCFunctionPointer(transition = Transition.NO_TRANSITION)
    int call(Pointer context);
  }

  interface Update extends CFunctionPointer {
    @InvokeCFunctionPointer(transition = Transition.NO_TRANSITION)
    int call(Pointer context, Pointer data, UnsignedWord length);
  }

  interface Final extends CFunctionPointer {
    @InvokeCFunctionPointer(transition = Transition.NO_TRANSITION)
    int call(Pointer digest, Pointer context);
  }

  /** Null on a JVM, and where the host has none, or not the one that is expected. */
  static synchronized @Nullable OpenSslSha256 find() {
    LibCrypto library = LibCrypto.find();
    if (library != null && !lookedFor) {
      lookedFor = true;
      found = rightOne(new OpenSslSha256(library));
    }
    return found;
  }

  /** S3 refuses an image with a wrong digest: so this one is compared with the JDK's, once. */
  private static @Nullable OpenSslSha256 rightOne(OpenSslSha256 opened) {
    if (opened.init.isNull() || opened.update.isNull() || opened.end.isNull()) {
      return null;
    }
    byte[] some = "some bytes".getBytes(US_ASCII);
    byte[] context = opened.context();
    opened.update(context, some, 0, some.length);
    return Arrays.equals(opened.digest(context), Sha256.ofTheJdk().digest(some)) ? opened : null;
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
