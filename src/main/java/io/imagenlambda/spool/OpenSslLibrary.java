package io.imagenlambda.spool;

import org.graalvm.nativeimage.PinnedObject;
import org.graalvm.nativeimage.c.function.CFunction;
import org.graalvm.nativeimage.c.function.CFunction.Transition;
import org.graalvm.nativeimage.c.function.CFunctionPointer;
import org.graalvm.nativeimage.c.function.InvokeCFunctionPointer;
import org.graalvm.nativeimage.c.type.CCharPointer;
import org.graalvm.nativeimage.c.type.CTypeConversion;
import org.graalvm.word.Pointer;
import org.graalvm.word.UnsignedWord;
import org.graalvm.word.WordFactory;
import org.jspecify.annotations.Nullable;

/**
 * OpenSSL 3's library, for the executable only, whose compiler makes these calls. For {@code
 * java.lang.foreign} it would need an optional part.
 *
 * <p>Each call takes tens of microseconds at most. So it may hold up garbage collection, and is
 * made without a transition; arrays are pinned only briefly.
 */
final class OpenSslLibrary implements Sha256.Functions {
  private static final String FILE = "libcrypto.so.3";
  private static final int RTLD_LAZY = 1;

  private final Init init;
  private final Update update;
  private final Final end;

  private OpenSslLibrary(Init init, Update update, Final end) {
    this.init = init;
    this.update = update;
    this.end = end;
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

  @CFunction
  private static native Pointer dlopen(CCharPointer file, int mode);

  @CFunction
  private static native CFunctionPointer dlsym(Pointer library, CCharPointer symbol);

  /** Null if the host has none, or one without these functions. */
  static @Nullable OpenSslLibrary open() {
    try (var file = CTypeConversion.toCString(FILE)) {
      Pointer library = dlopen(file.get(), RTLD_LAZY);
      if (library.isNull()) {
        return null;
      }
      Init init = (Init) function(library, "SHA256_Init");
      Update update = (Update) function(library, "SHA256_Update");
      Final end = (Final) function(library, "SHA256_Final");
      boolean there = init.isNonNull() && update.isNonNull() && end.isNonNull();
      return there ? new OpenSslLibrary(init, update, end) : null;
    }
  }

  private static CFunctionPointer function(Pointer library, String name) {
    try (var symbol = CTypeConversion.toCString(name)) {
      return dlsym(library, symbol.get());
    }
  }

  @Override
  public void init(byte[] context) {
    try (PinnedObject at = PinnedObject.create(context)) {
      init.call(at.addressOfArrayElement(0));
    }
  }

  @Override
  public void update(byte[] context, byte[] block, int offset, int length) {
    try (PinnedObject at = PinnedObject.create(context);
        PinnedObject data = PinnedObject.create(block)) {
      update.call(
          at.addressOfArrayElement(0),
          data.addressOfArrayElement(offset),
          WordFactory.unsigned(length));
    }
  }

  @Override
  public void end(byte[] digest, byte[] context) {
    try (PinnedObject at = PinnedObject.create(context);
        PinnedObject to = PinnedObject.create(digest)) {
      end.call(to.addressOfArrayElement(0), at.addressOfArrayElement(0));
    }
  }
}
