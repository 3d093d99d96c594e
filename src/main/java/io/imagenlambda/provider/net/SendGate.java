package io.imagenlambda.provider.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpClientRequest;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BooleanSupplier;

/**
 * Holds a request back on its connection. So the connection is made while it is still decided
 * whether the request may be sent. Used on the connection's event loop, except {@link #open} and
 * {@link #drop}.
 */
final class SendGate extends ChannelOutboundHandlerAdapter {
  private record Held(Object message, ChannelPromise written) {}

  private final Channel connection;
  private final BooleanSupplier passes;
  private final Deque<Held> held = new ArrayDeque<>();

  private SendGate(Channel connection, BooleanSupplier passes) {
    this.connection = connection;
    this.passes = passes;
  }

  /**
   * Call it before anything is sent on the request's connection.
   *
   * @param passes is asked when the gate opens on a live connection: the last word
   */
  static SendGate insert(HttpClientRequest request, BooleanSupplier passes) {
    Channel connection = AnswerTap.connection(request);
    SendGate gate = new SendGate(connection, passes);
    connection.pipeline().addBefore(AnswerTap.VERTX, "gate", gate);
    return gate;
  }

  /** Sends what is held, if the connection is still there. */
  void open() {
    connection
        .eventLoop()
        .execute(() -> {
          if (connection.isActive() && passes.getAsBoolean()) {
            connection.pipeline().remove(this);
          }
        });
  }

  /** Closes the connection. Vert.x would write something first, which the gate holds, too. */
  void drop() {
    connection
        .eventLoop()
        .execute(() -> {
          ChannelHandlerContext context = connection.pipeline().context(this);
          if (context != null) {
            var _ = context.close();
          }
        });
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise written) {
    held.add(new Held(message, written));
  }

  @Override
  public void flush(ChannelHandlerContext context) {
    // nothing leaves yet
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    boolean sends = connection.isActive();
    for (Held each : held) {
      if (sends) {
        var _ = context.write(each.message(), each.written());
      } else {
        var _ = ReferenceCountUtil.release(each.message());
        var _ = each.written().tryFailure(new IOException("the connection was closed"));
      }
    }
    held.clear();
    context.flush();
  }
}
