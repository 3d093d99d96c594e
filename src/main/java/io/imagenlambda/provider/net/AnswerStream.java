package io.imagenlambda.provider.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer, passed from the event loop to the thread that reads it. What arrived
 * before a connection broke is read before the break is reported. The reader is woken once per read
 * from the connection, not for each piece of 16 KB (over TLS).
 *
 * <p>The reader must close it, which returns the buffers to their allocator.
 */
final class AnswerStream extends InputStream {
  /** How much may wait for the reader before the sender is held up, in bytes. */
  static final int MOST_WAITING = 128 * 1024;

  private final Deque<ByteBuf> waiting = new ArrayDeque<>();
  private long bytes;
  private @Nullable Channel heldUp;
  private boolean ended;
  private @Nullable Throwable broken;
  private boolean closed;

  // used by the reader only
  private ByteBuf piece = Unpooled.EMPTY_BUFFER;

  /** Takes over the next piece, from the connection that brought it. */
  synchronized void arrived(ByteBuf arrived, Channel connection) {
    if (closed || !arrived.isReadable()) {
      arrived.release();
      return;
    }
    waiting.add(arrived);
    bytes += arrived.readableBytes();
    if (bytes >= MOST_WAITING && heldUp == null) {
      connection.config().setAutoRead(false);
      heldUp = connection;
    }
  }

  /** There is nothing more for the moment. */
  synchronized void wake() {
    notifyAll();
  }

  /** There will be no more; the first call says how it ended. */
  synchronized void ended(@Nullable Throwable how) {
    if (!ended) {
      ended = true;
      broken = how;
      notifyAll();
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, to.length);
    int count = 0;
    while (count < length) {
      if (!piece.isReadable() && !next(count == 0)) {
        return count == 0 ? -1 : count;
      }
      int some = Math.min(length - count, piece.readableBytes());
      piece.readBytes(to, offset + count, some);
      count += some;
    }
    return count;
  }

  /** Whether there is another piece; waits for it if {@code patiently}. */
  private synchronized boolean next(boolean patiently) throws IOException {
    while (waiting.isEmpty() && !ended && patiently) {
      try {
        wait();
      } catch (InterruptedException e) {
        throw (InterruptedIOException)
            new InterruptedIOException("interrupted while waiting for the answer").initCause(e);
      }
    }
    ByteBuf next = waiting.poll();
    if (next != null) {
      piece.release();
      piece = next;
      bytes -= next.readableBytes();
      if (heldUp != null && bytes < MOST_WAITING / 2) {
        heldUp.config().setAutoRead(true);
        heldUp = null;
      }
      return true;
    }
    if (patiently && broken != null) {
      throw new IOException(broken);
    }
    return false;
  }

  @Override
  public synchronized void close() {
    closed = true;
    piece.release();
    piece = Unpooled.EMPTY_BUFFER;
    waiting.forEach(ByteBuf::release);
    waiting.clear();
  }
}
