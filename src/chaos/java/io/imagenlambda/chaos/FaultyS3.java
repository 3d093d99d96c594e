package io.imagenlambda.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.imagenlambda.chaos.S3FaultInjector.S3Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A proxy in front of the lab's S3 that fails on purpose. It also changes the times in claims, as
 * if a host with another clock had written them.
 */
final class FaultyS3 implements AutoCloseable {
  private static final Pattern CLAIM = Pattern.compile("GET .*/claim-\\d+\\.json");
  private static final Pattern TIME = Pattern.compile("(\"(?:startedAt|until)\":\")([^\"]+)");

  private final ServerSocket server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final S3FaultInjector faults;
  private volatile int s3Port;

  FaultyS3(S3FaultInjector faults) {
    this.faults = faults;
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

  /** Sets the address of S3, which starts after this proxy. */
  void forwardTo(URI s3) {
    s3Port = s3.getPort();
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

  private void serve(Socket client) {
    try (client) {
      Optional<HttpMessage> request = HttpMessage.request(client.getInputStream());
      if (request.isPresent()) {
        serve(client, request.get());
      }
    } catch (IOException gone) {
      // a process was killed while it waited, or the lab ends
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve(Socket client, HttpMessage request) throws IOException, InterruptedException {
    boolean conditional = request.header("if-none-match").isPresent();
    boolean head = request.call().startsWith("HEAD ");
    Optional<S3Fault> fault = faults.next(request.call(), conditional);
    if (fault.isEmpty()) {
      send(client, forward(request).bytes());
      return;
    }
    switch (fault.get()) {
      case SLOW_DOWN -> send(client, HttpMessage.error(503, "SlowDown", !head).bytes());
      case INTERNAL_ERROR -> send(client, HttpMessage.error(500, "InternalError", !head).bytes());
      case CONFLICT ->
          send(client, HttpMessage.error(409, "ConditionalRequestConflict", !head).bytes());
      case SLOW -> {
        Thread.sleep(faults.delay());
        send(client, forward(request).bytes());
      }
      case CUT_BEFORE -> reset(client);
      case CUT_AFTER -> {
        var _ = forward(request);
        reset(client);
      }
      case CUT_WITHIN -> {
        byte[] answer = forward(request).bytes();
        client.getOutputStream().write(answer, 0, answer.length / 2);
        reset(client);
      }
    }
  }

  private static void send(Socket client, byte[] bytes) throws IOException {
    client.getOutputStream().write(bytes);
    client.shutdownOutput();
  }

  /** Ends the connection with a TCP reset, as a host does that has crashed. */
  private static void reset(Socket client) throws IOException {
    client.setSoLinger(true, 0);
    client.close();
  }

  private HttpMessage forward(HttpMessage request) throws IOException {
    try (Socket s3 = new Socket(InetAddress.getLoopbackAddress(), s3Port)) {
      s3.getOutputStream().write(request.withConnectionClose().bytes());
      HttpMessage answer = HttpMessage.answer(s3.getInputStream());
      boolean claim = CLAIM.matcher(request.call()).matches();
      return claim && answer.call().contains(" 200") ? withOtherClock(answer) : answer;
    }
  }

  /** Moves the times by whole seconds, so that the content length does not change. */
  private HttpMessage withOtherClock(HttpMessage answer) {
    Duration skew = faults.skew();
    String claim = new String(answer.body(), UTF_8);
    return answer
        .without("x-amz-checksum")
        .withBody(TIME.matcher(claim).replaceAll(time -> moveTime(time, skew)));
  }

  private static String moveTime(MatchResult time, Duration skew) {
    return time.group(1) + Instant.parse(time.group(2)).plus(skew);
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
