package io.imagenlambda.provider.net;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientRequest;
import jakarta.ws.rs.client.ClientRequestContext;
import jakarta.ws.rs.client.ClientRequestFilter;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.time.Duration;
import org.jboss.resteasy.reactive.client.impl.RestClientRequestContext;
import org.jboss.resteasy.reactive.client.spi.ClientMessageBodyWriter;
import org.jboss.resteasy.reactive.client.spi.ResteasyReactiveClientRequestContext;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer. They end at the deadline, whether they wait for a connection, the
 * answer's head or its next byte.
 *
 * <p>A timer resets the request, which closes the connection, and wakes the waiting thread without
 * an interrupt. The REST client's timeouts do not end an answer that trickles.
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

  /** Starts the timer. */
  public Exchange(Vertx vertx, AnswerBuffers buffers, byte[] body, Duration within) {
    this.vertx = vertx;
    this.buffers = buffers;
    this.body = body;
    this.timer = vertx.setTimer(Math.max(1, within.toMillis()), id -> end(State.TIMED_OUT));
  }

  /** The REST client waits for a connection. */
  synchronized void connecting(RestClientRequestContext context) {
    this.context = context;
  }

  /**
   * There is a connection and nothing has been sent.
   *
   * @return what to send
   * @throws IOException if the deadline came first; then nothing is sent
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

  /** Whether the deadline came first. */
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

  /**
   * Connects an exchange to the REST client: the filter runs before there is a connection, the
   * writer when there is one and before a byte is sent.
   */
  public static final class Writer
      implements ClientRequestFilter, ClientMessageBodyWriter<Exchange> {
    @Override
    public void filter(ClientRequestContext context) {
      if (context.getEntity() instanceof Exchange exchange
          && context instanceof ResteasyReactiveClientRequestContext client) {
        exchange.connecting(client.unwrap(RestClientRequestContext.class));
      }
    }

    @Override
    public boolean isWriteable(
        Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType) {
      return type == Exchange.class;
    }

    @Override
    public void writeTo(
        Exchange exchange,
        Class<?> type,
        Type genericType,
        Annotation[] annotations,
        MediaType mediaType,
        MultivaluedMap<String, Object> headers,
        OutputStream body,
        RestClientRequestContext context)
        throws IOException {
      body.write(exchange.sending(context.getHttpClientRequest()));
    }

    @Override
    public void writeTo(
        Exchange exchange,
        Class<?> type,
        Type genericType,
        Annotation[] annotations,
        MediaType mediaType,
        MultivaluedMap<String, Object> headers,
        OutputStream body) {
      throw new IllegalStateException("an exchange is written by the REST client only");
    }
  }
}
