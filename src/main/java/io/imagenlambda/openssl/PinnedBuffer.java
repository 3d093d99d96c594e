package io.imagenlambda.openssl;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.graalvm.nativeimage.PinnedObject;
import org.graalvm.word.Pointer;
import org.graalvm.word.WordFactory;
import org.jspecify.annotations.Nullable;

/** Where a buffer's content is, for as long as this is open and the buffer is in use. */
final class PinnedBuffer implements AutoCloseable {
  private final @Nullable PinnedObject array;
  private final Pointer address;

  private PinnedBuffer(@Nullable PinnedObject array, Pointer address) {
    this.array = array;
    this.address = address;
  }

  /** Of what is between position and limit. */
  static PinnedBuffer of(ByteBuffer buffer) {
    if (buffer.isDirect()) {
      return new PinnedBuffer(null, WordFactory.pointer(MemorySegment.ofBuffer(buffer).address()));
    }
    PinnedObject array = PinnedObject.create(buffer.array()); // not to be had if it is read-only
    return new PinnedBuffer(
        array, array.addressOfArrayElement(buffer.arrayOffset() + buffer.position()));
  }

  Pointer address() {
    return address;
  }

  @Override
  public void close() {
    if (array != null) {
      array.close();
    }
  }
}
