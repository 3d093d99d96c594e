package io.imagenlambda.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A proxy in front of a server of the lab. Its handler decides what becomes of each request. */
final class HttpProxy implements AutoCloseable {
  /** Handles the only request of a connection. */
  interface Handler {
    void serve(HttpMessage request, Client client) throws IOException, InterruptedException;
  }

  /** The connection that a request came on. */
  record Client(Socket socket) {
    void send(HttpMessage answer) throws IOException {
      socket.getOutputStream().write(answer.bytes());
      socket.shutdownOutput();
    }

    void sendHalf(HttpMessage answer) throws IOException {
      byte[] bytes = answer.bytes();
      socket.getOutputStream().write(bytes, 0, bytes.length / 2);
      reset();
    }

    /** Ends the connection with a TCP reset, as a host does that has crashed. */
    void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }
  }

  private final ServerSocket server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Handler handler;
  private volatile int port;

  HttpProxy(Handler handler) {
    this.handler = handler;
    try {
      server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.execute(this::accept);
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort());
  }

  /** Sets the address of the server, which starts after this proxy. */
  void forwardTo(URI address) {
    port = address.getPort();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        threads.execute(() -> serve(client));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      Optional<HttpMessage> request = HttpMessage.request(socket.getInputStream());
      if (request.isPresent()) {
        handler.serve(request.get(), new Client(socket));
      }
    } catch (IOException gone) {
      // a process was killed while it waited, or the lab ends
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Sends a request to the server and returns its answer. */
  HttpMessage forward(HttpMessage request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write(request.withConnectionClose().bytes());
      return HttpMessage.answer(socket.getInputStream());
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
