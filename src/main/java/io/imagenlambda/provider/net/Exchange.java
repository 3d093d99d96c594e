package io.imagenlambda.provider.net;

import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioChannelOption;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientRequest;
import jakarta.ws.rs.client.ClientRequestContext;
import jakarta.ws.rs.client.ClientRequestFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;
import org.jboss.resteasy.reactive.client.impl.RestClientRequestContext;
import org.jboss.resteasy.reactive.client.spi.ClientMessageBodyWriter;
import org.jboss.resteasy.reactive.client.spi.ResteasyReactiveClientRequestContext;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer. The connection is made first; nothing is sent before {@link #send}.
 * From then on everything ends at the deadline, whether it waits for a connection, the answer's
 * head or its next byte.
 *
 * <p>A timer resets the request, which closes the connection, and wakes the waiting thread without
 * an interrupt. The REST client's timeouts do not end an answer that trickles.
 */
public final class Exchange implements AutoCloseable {
  private enum State {
    OPEN,
    TIMED_OUT,
    CLOSED
  }

  private static final long NO_ERROR = 0;
  private static final long NO_TIMER = -1;

  private final Vertx vertx;
  private final AnswerBuffers buffers;
  private final Body body;
  private final @Nullable Upload upload;
  private final AnswerStream answer = new AnswerStream();
  private final CountDownLatch connecting = new CountDownLatch(1);
  private State state = State.OPEN;
  private long timer = NO_TIMER;
  private boolean released;
  private boolean sent;
  private @Nullable Throwable whyNotSent;
  private @Nullable SendGate gate;
  private @Nullable RestClientRequestContext context;
  private @Nullable HttpClientRequest request;

  public Exchange(Vertx vertx, AnswerBuffers buffers, Body body) {
    this.vertx = vertx;
    this.buffers = buffers;
    this.body = body;
    this.upload = body instanceof Body.Streamed streamed ? new Upload(this, streamed) : null;
  }

  /** What the REST client has to send: this, or the stream of a body that is not in memory. */
  public Object entity() {
    return upload == null ? this : upload;
  }

  /** The REST client waits for a connection. */
  synchronized void connecting(RestClientRequestContext context) {
    this.context = context;
  }

  /**
   * There is a connection and nothing has been sent.
   *
   * @throws IOException if the exchange has ended; then nothing is sent
   */
  private void connected(HttpClientRequest request) throws IOException {
    // The REST client reports what breaks; Vert.x would log it as an error.
    request.exceptionHandler(reported -> {});
    var _ = request.connection().exceptionHandler(reported -> {});
    if (state != State.OPEN) {
      // A reset alone would give it to the next call, perhaps long after the process was frozen.
      var _ = request.connection().close();
      throw new IOException("the exchange ended before there was a connection");
    }
    this.request = request;
    keepAlive(AnswerTap.connection(request).config());
    AnswerTap.insert(request, buffers, answer);
    connecting.countDown();
  }

  /** What is sent from memory is held back on the connection. */
  private synchronized byte[] connected(RestClientRequestContext client, byte[] bytes)
      throws IOException {
    connected(client.getHttpClientRequest());
    if (released) {
      sent = true;
    } else {
      gate = SendGate.insert(client.getHttpClientRequest(), this::passes);
    }
    return bytes;
  }

  /** What is read is not given before it may be sent. */
  synchronized void awaitSend() throws IOException {
    connected(Objects.requireNonNull(context).getHttpClientRequest());
    try {
      while (!released && state == State.OPEN) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the call was interrupted");
    }
    requireOpen();
  }

  /**
   * The last bytes of a body that is read will be sent. Without them nobody can have begun to work,
   * so the request counts as sent from now on.
   */
  synchronized void bodyEnds() throws IOException {
    requireOpen();
    sent = true;
  }

  /** The body cannot be read. */
  synchronized void bodyBreaks(Throwable why) {
    if (whyNotSent == null) {
      whyNotSent = why; // the client may be first to say that the connection was closed
    }
    closeUnsent();
  }

  /** Nothing may have left on it yet, and a reset alone would give it to the next call. */
  private synchronized void closeUnsent() {
    if (upload != null && request != null) {
      var _ = request.connection().close();
    }
  }

  /** Why a body that is read was not sent to its end, if that is known. */
  public synchronized Optional<Throwable> whyNotSent() {
    return Optional.ofNullable(whyNotSent);
  }

  private void requireOpen() throws IOException {
    if (state != State.OPEN) {
      throw new IOException("the exchange was ended");
    }
  }

  /**
   * Nothing comes for minutes while an image is made, and a NAT gateway forgets a connection that
   * is silent for 350 seconds. The option is not kept in a field: the executable would have one of
   * its compiler's JDK there, which is not the one that its own sockets know.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html"
   *     >NAT gateways</a>
   */
  private static void keepAlive(ChannelConfig connection) {
    connection.setOption(ChannelOption.SO_KEEPALIVE, true);
    connection.setOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), 60); // seconds
  }

  /** There will be no connection any more. */
  public void notConnecting() {
    connecting.countDown();
  }

  /**
   * Waits until there is a connection, or cannot be one.
   *
   * @throws InterruptedException if the thread is interrupted
   */
  public void awaitConnection(Duration longest) throws InterruptedException {
    var _ = connecting.await(longest.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Sends the request, now or as soon as there is a connection. */
  public synchronized void send(Duration within) {
    if (state != State.OPEN || released) {
      return;
    }
    released = true;
    timer = vertx.setTimer(Math.max(1, within.toMillis()), id -> end(State.TIMED_OUT));
    if (gate != null) {
      gate.open();
    }
    notifyAll();
  }

  /** Whether the request may still be sent; then it counts as sent. */
  private synchronized boolean passes() {
    sent = state == State.OPEN;
    return sent;
  }

  /** The answer's body, to be read while there is time. */
  public InputStream answer() {
    return answer;
  }

  /** Whether the request may have reached the provider. */
  public synchronized boolean sent() {
    return sent;
  }

  /** Whether a part of a body that is read may have been sent, but not its end. */
  public synchronized boolean sending() {
    return upload != null && request != null && released && !sent;
  }

  /** Whether the deadline came first. */
  public synchronized boolean timedOut() {
    return state == State.TIMED_OUT;
  }

  /** The answer was read to its end: nothing is left to close. */
  public void done() {
    synchronized (this) {
      state = State.CLOSED;
      notifyAll();
    }
    closeUpload();
  }

  /** Closes the connection, unless the exchange is over. */
  @Override
  public void close() {
    end(State.CLOSED);
    answer.close();
  }

  private void closeUpload() {
    try {
      if (upload != null) {
        upload.close();
      }
    } catch (IOException e) {
      // nobody reads it any more
    }
  }

  private void end(State how) {
    RestClientRequestContext waiting;
    HttpClientRequest running;
    SendGate held;
    synchronized (this) {
      vertx.cancelTimer(timer);
      if (state != State.OPEN) {
        return;
      }
      state = how;
      notifyAll();
      waiting = context;
      running = request;
      held = gate;
    }
    connecting.countDown();
    IOException ended = new IOException("the exchange was ended");
    closeUnsent();
    if (running != null) {
      running.reset(NO_ERROR, ended);
    }
    if (held != null) {
      held.drop();
    }
    answer.ended(ended);
    closeUpload();
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
      if (context instanceof ResteasyReactiveClientRequestContext client) {
        RestClientRequestContext request = client.unwrap(RestClientRequestContext.class);
        switch (context.getEntity()) {
          case Exchange exchange -> exchange.connecting(request);
          case Upload upload -> {
            // Not in chunks: relays are known that do not take them.
            context.getHeaders().putSingle(HttpHeaders.CONTENT_LENGTH, upload.length());
            upload.exchange().connecting(request);
          }
          default -> {}
        }
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
      if (exchange.body instanceof Body.InMemory memory) {
        body.write(exchange.connected(context, memory.bytes()));
      }
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
