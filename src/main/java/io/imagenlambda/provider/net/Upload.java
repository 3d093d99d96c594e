package io.imagenlambda.provider.net;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * A body that the REST client reads while it sends it, on a thread that may block. It asks for the
 * first byte when there is a connection, and sends the request's head after that: until the
 * exchange is sent, nothing leaves.
 */
final class Upload extends InputStream {
  private final Exchange exchange;
  private final Body.Streamed body;
  private long left;
  private volatile boolean closed;
  private volatile @Nullable InputStream content;

  Upload(Exchange exchange, Body.Streamed body) {
    this.exchange = exchange;
    this.body = body;
    this.left = body.length();
  }

  Exchange exchange() {
    return exchange;
  }

  long length() {
    return body.length();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    if (left == 0) {
      return -1;
    }
    try {
      return readSome(to, offset, length);
    } catch (IOException | RuntimeException e) {
      exchange.bodyBreaks(e);
      throw e;
    }
  }

  private int readSome(byte[] to, int offset, int length) throws IOException {
    InputStream from = opened();
    int wanted = (int) Math.min(length, left);
    int count = from.readNBytes(to, offset, wanted);
    if (count < wanted) {
      throw new EOFException("the body of the request is shorter than it was");
    }
    left -= count;
    if (left == 0) {
      close();
      exchange.bodyEnds();
    }
    return count;
  }

  private InputStream opened() throws IOException {
    InputStream open = content;
    if (open == null) {
      exchange.awaitSend();
      open = body.content().open();
      content = open;
    }
    if (closed && left > 0) {
      open.close();
      throw new IOException("the exchange was ended");
    }
    return open;
  }

  @Override
  public void close() throws IOException {
    closed = true;
    InputStream open = content;
    if (open != null) {
      open.close();
    }
  }
}
