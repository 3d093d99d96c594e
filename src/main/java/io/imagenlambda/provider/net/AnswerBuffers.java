package io.imagenlambda.provider.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.handler.codec.ByteToMessageDecoder;
import jakarta.inject.Singleton;

/**
 * What an answer's bytes are read and decrypted into, used again and again. With Vert.x's own each
 * record of TLS is garbage, nearly a quarter of the young generation for one 1K image.
 */
@Singleton
public final class AnswerBuffers extends PooledByteBufAllocator {
  /**
   * Before what is read: room for a record that the read before has brought without its end. A
   * record has a few bytes more at most (RFC 8446, 5.2), and is as good as never cut there.
   */
  private static final int ROOM = 16 * 1024;

  private static final int PAGE = 8 * 1024;

  /**
   * Pages in a chunk, as a power of two: eight times {@link AnswerStream#MOST_WAITING}, 1 MB,
   * because a chunk that has once been a quarter full is given back to the system when it is empty,
   * and made anew for the next bytes.
   */
  private static final int CHUNK_ORDER = 7;

  private static final boolean PREFER_DIRECT = false; // the JDK's TLS decrypts into arrays

  AnswerBuffers() {
    super(PREFER_DIRECT, 1, 1, PAGE, CHUNK_ORDER, 0, 0, false);
  }

  /** What a connection is read into. */
  @Override
  public ByteBuf ioBuffer(int capacity) {
    return heapBuffer(ROOM + capacity).setIndex(ROOM, ROOM);
  }

  /**
   * Puts the beginning of a record before its end, where there is room. Netty's own ways to join
   * them copy all that was read behind the record, too, or make the record anew when it is
   * decrypted.
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
