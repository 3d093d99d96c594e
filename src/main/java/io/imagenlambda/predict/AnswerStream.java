package io.imagenlambda.predict;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer, handed from Vert.x's event loop to the thread that reads it. What arrived
 * before a connection broke is read before the break is told; the REST client's own stream forgets
 * it, and with it an image that was paid for. That one also wakes the reader and asks for more at
 * each piece, of 16 KB over TLS; here the reader is woken once for all that has come in one turn of
 * the event loop.
 */
final class AnswerStream extends InputStream {
  /** How much may wait for the reader before the sender is held up, in bytes. */
  private static final int MOST_WAITING = 256 * 1024;

  private final Vertx vertx;
  private final Deque<Buffer> waiting = new ArrayDeque<>();
  private long bytes;
  private @Nullable HttpClientResponse heldUp;
  private boolean toBeWoken;
  private boolean ended;
  private @Nullable Throwable broken;

  // the reader's own
  private Buffer piece = Buffer.buffer();
  private int at;

  AnswerStream(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Takes the answer's body from whoever listens to it now, before any of it has come. */
  void take(HttpClientResponse answer) {
    answer
        .pause()
        .handler(arrived -> arrived(answer, arrived))
        .endHandler(end -> ended(null))
        .exceptionHandler(this::ended)
        .resume();
  }

  private synchronized void arrived(HttpClientResponse answer, Buffer arrived) {
    waiting.add(arrived);
    bytes += arrived.length();
    if (bytes >= MOST_WAITING && heldUp == null) {
      answer.pause();
      heldUp = answer;
    }
    if (!toBeWoken) {
      toBeWoken = true;
      vertx.runOnContext(turnIsOver -> wake());
    }
  }

  private synchronized void wake() {
    toBeWoken = false;
    notifyAll();
  }

  /** There will be no more; the first to say so tells how. */
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
      if (at == piece.length() && !next(count == 0)) {
        return count == 0 ? -1 : count;
      }
      int some = Math.min(length - count, piece.length() - at);
      piece.getBytes(at, at + some, to, offset + count);
      at += some;
      count += some;
    }
    return count;
  }

  /** Whether there is another piece; waits for it where {@code patiently}. */
  private synchronized boolean next(boolean patiently) throws IOException {
    while (waiting.isEmpty() && !ended && patiently) {
      try {
        wait();
      } catch (InterruptedException e) {
        throw (InterruptedIOException)
            new InterruptedIOException("interrupted while waiting for the answer").initCause(e);
      }
    }
    Buffer next = waiting.poll();
    if (next != null) {
      piece = next;
      at = 0;
      bytes -= next.length();
      if (heldUp != null && bytes < MOST_WAITING / 2) {
        heldUp.resume();
        heldUp = null;
      }
      return true;
    }
    if (patiently && broken != null) {
      throw new IOException(broken);
    }
    return false;
  }
}
