package io.imagenlambda.provider.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.net.impl.ConnectionBase;
import java.io.IOException;

/**
 * Takes the body of an answer from its connection, in the buffers into which it was read or
 * decrypted. Vert.x would copy each buffer. The REST client's stream drops what came before a
 * connection broke, and so an image that was paid for. They get only the answer's head and its end.
 */
final class AnswerTap extends ChannelInboundHandlerAdapter {
  /** Vert.x's handler, the last in the pipeline. */
  static final String VERTX = "handler";

  private final AnswerStream to;
  private boolean interim;

  AnswerTap(AnswerStream to) {
    this.to = to;
  }

  /**
   * Call it before anything is sent on the request's connection.
   *
   * @param buffers the connection's allocator from now on
   */
  static void insert(HttpClientRequest request, AnswerBuffers buffers, AnswerStream to) {
    Channel connection = connection(request);
    connection.config().setAllocator(buffers);
    connection.pipeline().addBefore(VERTX, "answer", new AnswerTap(to));
    SslHandler tls = connection.pipeline().get(SslHandler.class);
    if (tls != null) {
      tls.setCumulator(AnswerBuffers::joined);
    }
  }

  /** The request's connection, below Vert.x. */
  static Channel connection(HttpClientRequest request) {
    return ((ConnectionBase) request.connection()).channel();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof HttpResponse head) {
      interim = head.status().codeClass() == HttpStatusClass.INFORMATIONAL;
    }
    if (!(message instanceof HttpContent piece)) {
      context.fireChannelRead(message);
    } else if (piece.decoderResult().isFailure()) {
      to.ended(piece.decoderResult().cause());
      context.fireChannelRead(message);
    } else {
      to.arrived(piece.content(), context.channel());
      if (piece instanceof LastHttpContent) {
        if (!interim) {
          to.ended(null);
        }
        context.fireChannelRead(LastHttpContent.EMPTY_LAST_CONTENT);
      }
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    to.wake();
    context.fireChannelReadComplete();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    to.ended(cause);
    context.fireExceptionCaught(cause);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    to.ended(new IOException("the connection was closed"));
    context.fireChannelInactive();
  }
}
