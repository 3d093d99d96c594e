package io.imagenlambda.provider;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** An HTTP server that does to each request what the test said, byte by byte if need be. */
public final class FakeUpstream implements AutoCloseable {
  /** A request as it came. */
  public record Request(String line, Map<String, String> headers, String body) {}

  /** What is done to one request. */
  @FunctionalInterface
  public interface Script {
    void run(Connection connection) throws IOException, InterruptedException;
  }

  /** One connection, as the script sees it. */
  public static final class Connection {
    private final Socket socket;
    private final CountDownLatch gone = new CountDownLatch(1);

    private Connection(Socket socket) {
      this.socket = socket;
    }

    public void send(String text) throws IOException {
      send(text.getBytes(UTF_8));
    }

    public void send(byte[] bytes) throws IOException {
      OutputStream out = socket.getOutputStream();
      out.write(bytes);
      out.flush();
    }

    /** Sends one space after the other, so far apart, until the client closes the connection. */
    public void trickle(Duration apart) throws InterruptedException {
      try {
        while (!gone.await(apart.toMillis(), TimeUnit.MILLISECONDS)) {
          send(" ");
        }
      } catch (IOException e) {
        gone.countDown();
      }
    }

    /** Breaks the connection without an orderly end. */
    public void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }

    /** Says nothing more until the client has closed the connection. */
    public void awaitClose() {
      try {
        socket.getInputStream().skip(Long.MAX_VALUE);
      } catch (IOException e) {
        // closed with a reset
      }
      gone.countDown();
    }

    /** Whether the client closes the connection within two seconds. */
    public boolean closedByClient() throws InterruptedException {
      return gone.await(2, TimeUnit.SECONDS);
    }
  }

  private final ServerSocket server;
  private final Queue<Script> scripts = new ArrayDeque<>();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final List<Connection> connections = new CopyOnWriteArrayList<>();
  private final List<Socket> accepted = new CopyOnWriteArrayList<>();
  private volatile CountDownLatch unused = new CountDownLatch(1);

  public FakeUpstream() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  public String url() {
    return "http://127.0.0.1:" + server.getLocalPort();
  }

  /** Says what is done to the requests from now on, one after the other. */
  public synchronized void will(Script... next) {
    scripts.clear();
    requests.clear();
    connections.clear();
    accepted.clear();
    unused = new CountDownLatch(1);
    scripts.addAll(List.of(next));
  }

  public List<Request> requests() {
    return requests;
  }

  /** Every connection since {@link #will}, also those without a request. */
  List<Socket> accepted() {
    return accepted;
  }

  /** Waits until so many connections have been made. */
  void awaitConnections(int count) {
    while (accepted.size() < count) {
      Thread.onSpinWait();
    }
  }

  /** Waits until a connection was closed on which nothing came. */
  void awaitUnusedConnection() throws InterruptedException {
    unused.await();
  }

  public Connection lastConnection() {
    return connections.getLast();
  }

  public static Script answer(int status, byte[] body, String... headers) {
    return connection -> {
      connection.send(head(status, body.length, headers));
      connection.send(body);
    };
  }

  public static Script answer(int status, String body, String... headers) {
    return answer(status, body.getBytes(UTF_8), headers);
  }

  public static String head(int status, long length, String... headers) {
    StringBuilder head = new StringBuilder("HTTP/1.1 %d Said So\r\n".formatted(status));
    head.append("Content-Type: application/json\r\nContent-Length: ").append(length);
    for (String header : headers) {
      head.append("\r\n").append(header);
    }
    return head.append("\r\n\r\n").toString();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        accepted.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    Connection connection = new Connection(socket);
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      String line = line(in);
      if (line.isEmpty()) {
        unused.countDown();
        return;
      }
      Map<String, String> headers = new HashMap<>();
      for (String header = line(in); !header.isEmpty(); header = line(in)) {
        String[] parts = header.split(":\\s*", 2);
        if (parts.length < 2) {
          throw new IOException("not HTTP");
        }
        headers.put(parts[0].toLowerCase(Locale.ROOT), parts[1]);
      }
      int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
      String body = new String(in.readNBytes(length), UTF_8);
      Script script;
      synchronized (this) {
        requests.add(new Request(line, headers, body));
        connections.add(connection);
        script = Objects.requireNonNullElse(scripts.poll(), answer(418, "nothing was scripted"));
      }
      script.run(connection);
    } catch (IOException | InterruptedException e) {
      connection.gone.countDown();
    }
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
      line.append((char) b);
    }
    return new String(line.toString().strip().getBytes(ISO_8859_1), UTF_8);
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
