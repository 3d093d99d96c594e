package io.imagenlambda.provider.net;

import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioChannelOption;
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

  /** Seconds of silence. */
  private static final ChannelOption<Integer> KEEP_ALIVE_AFTER =
      NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE);

  private static final long NO_ERROR = 0;
  private static final long NO_TIMER = -1;

  private final Vertx vertx;
  private final AnswerBuffers buffers;
  private final byte[] body;
  private final AnswerStream answer = new AnswerStream();
  private final CountDownLatch connecting = new CountDownLatch(1);
  private State state = State.OPEN;
  private long timer = NO_TIMER;
  private boolean released;
  private boolean sent;
  private @Nullable SendGate gate;
  private @Nullable RestClientRequestContext context;
  private @Nullable HttpClientRequest request;

  public Exchange(Vertx vertx, AnswerBuffers buffers, byte[] body) {
    this.vertx = vertx;
    this.buffers = buffers;
    this.body = body;
  }

  /** The REST client waits for a connection. */
  synchronized void connecting(RestClientRequestContext context) {
    this.context = context;
  }

  /**
   * There is a connection and nothing has been sent.
   *
   * @return what to send
   * @throws IOException if the exchange has ended; then nothing is sent
   */
  synchronized byte[] connected(HttpClientRequest request) throws IOException {
    request.exceptionHandler(reported -> {}); // by the REST client; Vert.x would log it as an error
    if (state != State.OPEN) {
      // A reset alone would give it to the next call, perhaps long after the process was frozen.
      var _ = request.connection().close();
      throw new IOException("the exchange ended before there was a connection");
    }
    this.request = request;
    keepAlive(AnswerTap.connection(request).config());
    AnswerTap.insert(request, buffers, answer);
    if (released) {
      sent = true;
    } else {
      gate = SendGate.insert(request, this::passes);
    }
    connecting.countDown();
    return body;
  }

  /**
   * Nothing comes for minutes while an image is made, and a NAT gateway forgets a connection that
   * is silent for 350 seconds. The executable stays at the system's first probe, which Linux sends
   * after two hours: the JDK's options of that kind are fixed when it is compiled, without these.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html"
   *     >NAT gateways</a>
   */
  private static void keepAlive(ChannelConfig connection) {
    connection.setOption(ChannelOption.SO_KEEPALIVE, true);
    connection.setOption(KEEP_ALIVE_AFTER, 60);
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
    end(State.CLOSED);
    answer.close();
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
      waiting = context;
      running = request;
      held = gate;
    }
    connecting.countDown();
    IOException ended = new IOException("the exchange was ended");
    if (running != null) {
      running.reset(NO_ERROR, ended);
    }
    if (held != null) {
      held.drop();
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
      body.write(exchange.connected(context.getHttpClientRequest()));
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
