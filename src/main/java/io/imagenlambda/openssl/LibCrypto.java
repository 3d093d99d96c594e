package io.imagenlambda.openssl;

import io.quarkus.runtime.ImageMode;
import org.graalvm.nativeimage.c.function.CFunction;
import org.graalvm.nativeimage.c.function.CFunctionPointer;
import org.graalvm.nativeimage.c.type.CCharPointer;
import org.graalvm.nativeimage.c.type.CTypeConversion;
import org.graalvm.word.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * OpenSSL 3's library, for an executable only: these are calls that the native compiler makes. It
 * is opened when it is first needed, so that an executable starts without it.
 */
final class LibCrypto {
  private static final String FILE = "libcrypto.so.3";
  private static final int RTLD_LAZY = 1;

  private static boolean lookedFor;
  private static @Nullable LibCrypto found;

  private final Pointer library;

  private LibCrypto(Pointer library) {
    this.library = library;
  }

  @CFunction
  private static native Pointer dlopen(CCharPointer file, int mode);

  @CFunction
  private static native CFunctionPointer dlsym(Pointer library, CCharPointer symbol);

  /** Null on a JVM, and where the host has none. */
  static synchronized @Nullable LibCrypto find() {
    if (ImageMode.current() != ImageMode.NATIVE_RUN) {
      return null;
    }
    if (!lookedFor) {
      lookedFor = true;
      found = open();
    }
    return found;
  }

  private static @Nullable LibCrypto open() {
    try (var file = CTypeConversion.toCString(FILE)) {
      Pointer library = dlopen(file.get(), RTLD_LAZY);
      return library.isNull() ? null : new LibCrypto(library);
    }
  }

  /** The null pointer where the library has no such function. */
  CFunctionPointer function(String name) {
    try (var symbol = CTypeConversion.toCString(name)) {
      return dlsym(library, symbol.get());
    }
  }
}
