package io.imagenlambda.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.imagenlambda.chaos.HttpProxy.Client;
import io.imagenlambda.chaos.S3FaultInjector.S3Fault;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A proxy in front of the lab's S3 that fails on purpose. It also changes the times in claims, as
 * if a host with another clock had written them.
 */
final class FaultyS3 implements AutoCloseable {
  private static final Pattern CLAIM = Pattern.compile("GET .*/claim-\\d+\\.json");
  private static final Pattern TIME = Pattern.compile("(\"(?:startedAt|until)\":\")([^\"]+)");

  private final S3FaultInjector faults;
  private final StoredObjects stored = new StoredObjects();
  private final HttpProxy proxy;

  FaultyS3(S3FaultInjector faults) {
    this.faults = faults;
    this.proxy = new HttpProxy(this::serve);
  }

  URI endpoint() {
    return proxy.endpoint();
  }

  /** Sets the address of S3, which starts after this proxy. */
  void forwardTo(URI s3) {
    proxy.forwardTo(s3);
  }

  /** What the function has stored so far. */
  StoredObjects stored() {
    return stored;
  }

  private void serve(HttpMessage request, Client client) throws IOException, InterruptedException {
    boolean conditional = request.header("if-none-match").isPresent();
    boolean head = request.call().startsWith("HEAD ");
    Optional<S3Fault> fault = faults.next(request.call(), conditional);
    if (fault.isEmpty()) {
      client.send(forward(request));
      return;
    }
    switch (fault.get()) {
      case SLOW_DOWN -> client.send(HttpMessage.error(503, "SlowDown", !head));
      case INTERNAL_ERROR -> client.send(HttpMessage.error(500, "InternalError", !head));
      case CONFLICT -> client.send(HttpMessage.error(409, "ConditionalRequestConflict", !head));
      case SLOW -> {
        Thread.sleep(faults.delay());
        client.send(forward(request));
      }
      case CUT_BEFORE -> client.reset();
      case CUT_AFTER -> {
        var _ = forward(request);
        client.reset();
      }
      case CUT_WITHIN -> client.sendHalf(forward(request));
      case HANG_BEFORE -> {
        Thread.sleep(faults.leftOfBrownout());
        client.reset();
      }
      case HANG_AFTER -> {
        var _ = forward(request);
        Thread.sleep(faults.leftOfBrownout());
        client.reset();
      }
    }
  }

  private HttpMessage forward(HttpMessage request) throws IOException {
    HttpMessage answer = proxy.forward(request);
    boolean done = answer.call().contains(" 200");
    if (done) {
      stored.add(request, Instant.now());
    }
    boolean claim = CLAIM.matcher(request.call()).matches();
    return claim && done ? withOtherClock(answer) : answer;
  }

  /** Moves the times of a claim. */
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
    proxy.close();
  }
}
