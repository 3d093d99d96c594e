package io.imagenlambda.provider.net;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientRequest;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.jboss.resteasy.reactive.client.impl.RestClientRequestContext;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer, which end at their deadline whatever they are waiting for: a
 * connection, the answer's head, or its next byte.
 *
 * <p>Its timer resets the request, which closes the connection, and wakes whoever waits for the
 * answer; no thread is interrupted. The REST client's own timeouts do not cover a trickle.
 */
public final class Exchange implements AutoCloseable {
  private enum State {
    CONNECTING,
    SENT,
    TIMED_OUT,
    CLOSED
  }

  private static final long NO_ERROR = 0;

  private final Vertx vertx;
  private final AnswerBuffers buffers;
  private final byte[] body;
  private final AnswerStream answer = new AnswerStream();
  private final long timer;
  private State state = State.CONNECTING;
  private boolean sent;
  private @Nullable RestClientRequestContext context;
  private @Nullable HttpClientRequest request;

  /** Its time begins now. */
  public Exchange(Vertx vertx, AnswerBuffers buffers, byte[] body, Duration within) {
    this.vertx = vertx;
    this.buffers = buffers;
    this.body = body;
    this.timer = vertx.setTimer(Math.max(1, within.toMillis()), id -> end(State.TIMED_OUT));
  }

  /** There is no connection yet, but somebody waits for one. */
  synchronized void connecting(RestClientRequestContext context) {
    this.context = context;
  }

  /**
   * There is a connection and nothing has been sent.
   *
   * @return what to send
   * @throws IOException where the deadline came first; then nothing is sent
   */
  synchronized byte[] sending(HttpClientRequest request) throws IOException {
    if (state != State.CONNECTING) {
      request.reset(NO_ERROR);
      throw new IOException("the deadline came before the connection");
    }
    this.request = request;
    state = State.SENT;
    sent = true;
    AnswerTap.insert(request, buffers, answer);
    return body;
  }

  /** The answer's body, to be read while there is time. */
  public InputStream answer() {
    return answer;
  }

  /** Whether the request may have reached the provider. */
  public synchronized boolean sent() {
    return sent;
  }

  /** Whether its time was over first. */
  public synchronized boolean timedOut() {
    return state == State.TIMED_OUT;
  }

  /** The answer was read to its end: nothing is left to close. */
  public synchronized void done() {
    state = State.CLOSED;
  }

  /** Closes the connection, unless the exchange is over. */
  @Override
  public void close() {
    vertx.cancelTimer(timer);
    end(State.CLOSED);
    answer.close();
  }

  private void end(State how) {
    RestClientRequestContext waiting;
    HttpClientRequest running;
    synchronized (this) {
      if (state == State.TIMED_OUT || state == State.CLOSED) {
        return;
      }
      state = how;
      waiting = context;
      running = request;
    }
    IOException ended = new IOException("the exchange was ended");
    if (running != null) {
      running.reset(NO_ERROR, ended);
    }
    answer.ended(ended);
    if (waiting != null) {
      waiting.getResult().completeExceptionally(ended);
    }
  }
}
