package io.imagenlambda.endtoend;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A proxy that takes {@code CONNECT}, and notes where to. Whatever the name, it is here. */
final class ConnectProxy implements AutoCloseable {
  private final ServerSocket listening;
  private final List<String> targets = new CopyOnWriteArrayList<>();

  private ConnectProxy(ServerSocket listening) {
    this.listening = listening;
  }

  static ConnectProxy start() throws IOException {
    ConnectProxy proxy =
        new ConnectProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    Thread.ofVirtual().start(proxy::accept);
    return proxy;
  }

  String url() {
    return "http://127.0.0.1:" + listening.getLocalPort();
  }

  /** {@code host:port} of all tunnels so far. */
  List<String> targets() {
    return targets;
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listening.accept();
        Thread.ofVirtual().start(() -> serve(client));
      }
    } catch (IOException closed) {
      // the test is over
    }
  }

  private void serve(Socket client) {
    try {
      String[] line = head(client.getInputStream()).split(" ", 3);
      if (!line[0].equals("CONNECT")) {
        throw new IOException("not a CONNECT but a " + line[0]);
      }
      targets.add(line[1]);
      int port = Integer.parseInt(line[1].substring(line[1].lastIndexOf(':') + 1));
      Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
      client.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(ISO_8859_1));
      Thread.ofVirtual().start(() -> TcpProxy.pass(client, server, Long.MAX_VALUE));
      TcpProxy.pass(server, client, Long.MAX_VALUE);
    } catch (IOException refused) {
      try {
        client.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Up to the empty line, byte by byte: what follows is the tunnel's. */
  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("the client is gone");
      }
      head.append((char) next);
    }
    return head.toString();
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
