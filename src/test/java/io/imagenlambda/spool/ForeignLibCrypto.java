package io.imagenlambda.spool;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/** The same functions as {@link LibCrypto}'s, as a JVM calls them, by any names. */
final class ForeignLibCrypto implements Sha256.Functions {
  private final MethodHandle init;
  private final MethodHandle update;
  private final MethodHandle end;

  ForeignLibCrypto(SymbolLookup library, String init, String update, String end) {
    this.init = function(library, init, ADDRESS);
    this.update = function(library, update, ADDRESS, ADDRESS, JAVA_LONG);
    this.end = function(library, end, ADDRESS, ADDRESS);
  }

  @SuppressWarnings("restricted") // the tests' JVM is told that it may
  private static MethodHandle function(
      SymbolLookup library, String name, MemoryLayout... parameters) {
    return Linker.nativeLinker()
        .downcallHandle(
            library.findOrThrow(name),
            FunctionDescriptor.of(JAVA_INT, parameters),
            Linker.Option.critical(true));
  }

  @Override
  public void init(byte[] context) {
    call(init, MemorySegment.ofArray(context));
  }

  @Override
  public void update(byte[] context, byte[] block, int offset, int length) {
    MemorySegment data = MemorySegment.ofArray(block).asSlice(offset, length);
    call(update, MemorySegment.ofArray(context), data, (long) length);
  }

  @Override
  public void end(byte[] digest, byte[] context) {
    call(end, MemorySegment.ofArray(digest), MemorySegment.ofArray(context));
  }

  private static void call(MethodHandle function, Object... arguments) {
    try {
      function.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }
}
