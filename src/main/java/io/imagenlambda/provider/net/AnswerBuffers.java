package io.imagenlambda.provider.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.handler.codec.ByteToMessageDecoder;
import jakarta.inject.Singleton;

/**
 * Reused buffers into which an answer is read and decrypted. With Vert.x's own, each TLS record
 * becomes garbage: nearly a quarter of the young generation for one 1K image.
 */
@Singleton
public final class AnswerBuffers extends PooledByteBufAllocator {
  /**
   * Room before the bytes read, for the beginning of a TLS record from the read before. A record
   * has a few bytes more at most (RFC 8446, 5.2), and is almost never cut so late.
   */
  private static final int ROOM = 16 * 1024;

  private static final int PAGE = 8 * 1024;

  /**
   * Pages in a chunk, as a power of two: 1 MB, eight times {@link AnswerStream#MOST_WAITING}. An
   * empty chunk that was once a quarter full is freed, and would be made anew for the next bytes.
   */
  private static final int CHUNK_ORDER = 7;

  private static final boolean PREFER_DIRECT = false; // the JDK's TLS decrypts into arrays

  AnswerBuffers() {
    super(PREFER_DIRECT, 1, 1, PAGE, CHUNK_ORDER, 0, 0, false);
  }

  @Override
  public ByteBuf ioBuffer(int capacity) {
    return heapBuffer(ROOM + capacity).setIndex(ROOM, ROOM);
  }

  /**
   * Puts the beginning of a record before its end, if there is room. Netty's own ways also copy
   * everything read after the record, or copy the record when it is decrypted.
   */
  static ByteBuf joined(ByteBufAllocator buffers, ByteBuf begun, ByteBuf read) {
    int start = read.readerIndex() - begun.readableBytes();
    if (start < 0) {
      return ByteToMessageDecoder.COMPOSITE_CUMULATOR.cumulate(buffers, begun, read);
    }
    read.setBytes(start, begun).readerIndex(start);
    begun.release();
    return read;
  }
}
