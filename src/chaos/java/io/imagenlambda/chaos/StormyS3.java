package io.imagenlambda.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * S3 as the function sees it on a bad day: a relay to the lab's S3 that fails at random, and gives
 * out claims as if a host with another clock had written them. Of one call at most two attempts in
 * a row fail, so that four are enough.
 */
final class StormyS3 implements AutoCloseable {
  private static final List<S3Fault> FAULTS = List.of(S3Fault.values());
  private static final double FAULTY = 0.06;
  private static final int MOST_IN_A_ROW = 2;

  /** Shorter than what is left of the function's allowance for clocks that differ. */
  private static final int LONGEST_DELAY_MILLIS = 800;

  /** How far the other clock is ahead or behind; the function allows for five. */
  private static final int SKEW_SECONDS = 4;

  private static final Pattern CLAIM = Pattern.compile("GET .*/claim-\\d+\\.json");
  private static final Pattern TIME = Pattern.compile("(\"(?:startedAt|until)\":\")([^\"]+)");

  private final ServerSocket server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Random random;
  private final Map<String, Integer> inARow = new HashMap<>();
  private final Map<S3Fault, Integer> met = new EnumMap<>(S3Fault.class);
  private int calls;
  private int skewed;
  private boolean calm;
  private volatile int s3Port;

  StormyS3(long seed) {
    random = new Random(seed);
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

  /** From now on nothing fails, and all clocks are right. */
  synchronized void calm() {
    calm = true;
  }

  synchronized int calls() {
    return calls;
  }

  /** How many claims were given out with another clock's times. */
  synchronized int skewed() {
    return skewed;
  }

  synchronized Map<S3Fault, Integer> met() {
    return new EnumMap<>(met);
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
    Optional<S3Fault> fault = next(request.call(), conditional);
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
        Thread.sleep(delayMillis());
        send(client, relayed(request).bytes());
      }
      case CUT_BEFORE -> reset(client);
      case CUT_AFTER -> {
        var unused = relayed(request);
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

  private synchronized int delayMillis() {
    return 50 + random.nextInt(LONGEST_DELAY_MILLIS - 50);
  }

  private synchronized Optional<S3Fault> next(String call, boolean conditional) {
    calls++;
    if (calm
        || random.nextDouble() >= FAULTY
        || inARow.merge(call, 1, Integer::sum) > MOST_IN_A_ROW) {
      inARow.remove(call);
      return Optional.empty();
    }
    S3Fault fault = FAULTS.get(random.nextInt(FAULTS.size()));
    if (fault == S3Fault.CONFLICT && !conditional) {
      fault = S3Fault.SLOW_DOWN;
    }
    met.merge(fault, 1, Integer::sum);
    return Optional.of(fault);
  }

  private HttpMessage relayed(HttpMessage request) throws IOException {
    try (Socket s3 = new Socket(InetAddress.getLoopbackAddress(), s3Port)) {
      s3.getOutputStream().write(request.forTheLastTime().bytes());
      HttpMessage answer = HttpMessage.answer(s3.getInputStream());
      boolean claim = CLAIM.matcher(request.call()).matches();
      return claim && answer.call().contains(" 200") ? skewed(answer) : answer;
    }
  }

  /** Whole seconds, so that the length stays what the head says. */
  private HttpMessage skewed(HttpMessage answer) {
    int seconds;
    synchronized (this) {
      if (calm) {
        return answer;
      }
      skewed++;
      seconds = random.nextBoolean() ? SKEW_SECONDS : -SKEW_SECONDS;
    }
    String claim = new String(answer.body(), UTF_8);
    return answer
        .without("x-amz-checksum")
        .withBody(TIME.matcher(claim).replaceAll(time -> moved(time, seconds)));
  }

  private static String moved(MatchResult time, int seconds) {
    return time.group(1) + Instant.parse(time.group(2)).plusSeconds(seconds);
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
