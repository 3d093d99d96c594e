package io.imagenlambda.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

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
 * S3 as the function sees it on a bad day: a relay to the lab's S3 that fails as the weather says,
 * and gives out claims as if a host with another clock had written them.
 */
final class StormyS3 implements AutoCloseable {
  private static final Pattern CLAIM = Pattern.compile("GET .*/claim-\\d+\\.json");
  private static final Pattern TIME = Pattern.compile("(\"(?:startedAt|until)\":\")([^\"]+)");

  private final ServerSocket server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final S3Weather weather;
  private volatile int s3Port;

  StormyS3(S3Weather weather) {
    this.weather = weather;
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

  /** Says where S3 is, which starts after this. */
  void relayTo(URI s3) {
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
    Optional<S3Fault> fault = weather.next(request.call(), conditional);
    if (fault.isEmpty()) {
      send(client, relayed(request).bytes());
      return;
    }
    switch (fault.get()) {
      case SLOW_DOWN -> send(client, HttpMessage.error(503, "SlowDown", !head).bytes());
      case INTERNAL_ERROR -> send(client, HttpMessage.error(500, "InternalError", !head).bytes());
      case CONFLICT ->
          send(client, HttpMessage.error(409, "ConditionalRequestConflict", !head).bytes());
      case SLOW -> {
        Thread.sleep(weather.delay());
        send(client, relayed(request).bytes());
      }
      case CUT_BEFORE -> reset(client);
      case CUT_AFTER -> {
        var _ = relayed(request);
        reset(client);
      }
      case CUT_WITHIN -> {
        byte[] answer = relayed(request).bytes();
        client.getOutputStream().write(answer, 0, answer.length / 2);
        reset(client);
      }
    }
  }

  private static void send(Socket client, byte[] bytes) throws IOException {
    client.getOutputStream().write(bytes);
    client.shutdownOutput();
  }

  /** As a host that has gone down answers. */
  private static void reset(Socket client) throws IOException {
    client.setSoLinger(true, 0);
    client.close();
  }

  private HttpMessage relayed(HttpMessage request) throws IOException {
    try (Socket s3 = new Socket(InetAddress.getLoopbackAddress(), s3Port)) {
      s3.getOutputStream().write(request.forTheLastTime().bytes());
      HttpMessage answer = HttpMessage.answer(s3.getInputStream());
      boolean claim = CLAIM.matcher(request.call()).matches();
      return claim && answer.call().contains(" 200") ? skewed(answer) : answer;
    }
  }

  /** By whole seconds, so that the length stays what the head says. */
  private HttpMessage skewed(HttpMessage answer) {
    Duration skew = weather.skew();
    String claim = new String(answer.body(), UTF_8);
    return answer
        .without("x-amz-checksum")
        .withBody(TIME.matcher(claim).replaceAll(time -> moved(time, skew)));
  }

  private static String moved(MatchResult time, Duration skew) {
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
