package io.imagenlambda.endtoend;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;

/** Passes connections on to a server, and changes one bit of what each of them brings back. */
final class TamperingProxy implements AutoCloseable {
  private final ServerSocket listening;
  private final URI server;
  private final long at;

  /** With {@code at} as the number of bytes that come back as they are. */
  TamperingProxy(URI server, long at) throws IOException {
    this.server = server;
    this.at = at;
    listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  /** Where the server is to be had through here. */
  URI uri() {
    return URI.create("%s://127.0.0.1:%d".formatted(server.getScheme(), listening.getLocalPort()));
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listening.accept();
        Socket upstream = new Socket(server.getHost(), server.getPort());
        Thread.ofVirtual().start(() -> pass(client, upstream, Long.MAX_VALUE));
        Thread.ofVirtual().start(() -> pass(upstream, client, at));
      }
    } catch (IOException closed) {
      // the test is over
    }
  }

  private static void pass(Socket from, Socket to, long intact) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] block = new byte[16 * 1024];
      long left = intact;
      int count = in.read(block);
      while (count >= 0) {
        if (left >= 0 && left < count) {
          block[(int) left] ^= 1;
        }
        left -= count;
        out.write(block, 0, count);
        count = in.read(block);
      }
    } catch (IOException gone) {
      // one side has had enough, and so the other gets nothing more
    }
  }

  @Override
  public void close() {
    try {
      listening.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
