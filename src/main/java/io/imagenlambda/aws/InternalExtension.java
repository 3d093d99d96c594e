package io.imagenlambda.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Lets an invocation go on after its answer. Lambda hands an answer to the caller as soon as it is
 * posted, but the invocation lasts until the process's extensions have asked for their next event,
 * too. So this process registers as an extension of its own, and asks when all work has ended.
 *
 * <p>Where Lambda has no such interface, nothing goes on.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html">Extensions
 *     API</a>
 */
@Singleton
public class InternalExtension {
  private static final Logger LOG = Logger.getLogger(InternalExtension.class);
  private static final String NAME = "imagen-lambda";
  private static final Duration TO_CONNECT = Duration.ofSeconds(5);
  private static final Duration TO_REGISTER = Duration.ofSeconds(5);
  private static final Duration AFTER_A_BREAK = Duration.ofMillis(100);

  private final Optional<String> api;
  private final ObjectMapper mapper;
  private volatile boolean isRegistered;

  private String begun = "";
  private String ended = "";
  private int underWay;

  /** On Managed Instances, which run several invocations at once, no end would be that of one. */
  @Inject
  InternalExtension(ObjectMapper mapper) {
    this(
        Optional.ofNullable(System.getenv("AWS_LAMBDA_RUNTIME_API"))
            .filter(api -> System.getenv("AWS_LAMBDA_MAX_CONCURRENCY") == null),
        mapper);
  }

  InternalExtension(Optional<String> api, ObjectMapper mapper) {
    this.api = api;
    this.mapper = mapper;
  }

  /** Something that the invocation lasts for. */
  public final class Work implements AutoCloseable {
    private Work() {}

    /** It has ended. Call it once. */
    @Override
    public void close() {
      end();
    }
  }

  /** Registers, which Lambda allows only before the first event is asked for. */
  void starts(@Observes StartupEvent event) {
    api.ifPresent(this::register);
  }

  private void register(String authority) {
    try {
      HttpURLConnection call = call(authority, "register");
      call.setReadTimeout(Math.toIntExact(TO_REGISTER.toMillis()));
      call.setRequestMethod("POST");
      call.setRequestProperty("Lambda-Extension-Name", NAME);
      call.setDoOutput(true);
      try (OutputStream body = call.getOutputStream()) {
        body.write("{\"events\":[\"INVOKE\"]}".getBytes(UTF_8));
      }
      String id = call.getHeaderField("Lambda-Extension-Identifier");
      if (call.getResponseCode() != HttpURLConnection.HTTP_OK || id == null) {
        throw new IOException("the answer is " + call.getResponseCode());
      }
      try (InputStream answer = call.getInputStream()) {
        var _ = answer.readAllBytes();
      }
      isRegistered = true;
      Thread.ofPlatform().daemon().name("extension").start(() -> run(authority, id));
    } catch (IOException e) {
      LOG.infof("no work can go on after an answer: the Extensions API is not there: %s", e);
    }
  }

  private static HttpURLConnection call(String authority, String what) throws IOException {
    HttpURLConnection call =
        (HttpURLConnection)
            URI.create("http://%s/2020-01-01/extension/%s".formatted(authority, what))
                .toURL()
                .openConnection();
    call.setConnectTimeout(Math.toIntExact(TO_CONNECT.toMillis()));
    return call;
  }

  private void run(String authority, String id) {
    try {
      while (true) {
        try {
          JsonNode event = next(authority, id);
          awaitEnd(event.path("requestId").asText());
        } catch (IOException e) { // a snapshot was restored: the connection is another process's
          LOG.debugf("the next event is asked for again: %s", e);
          Thread.sleep(AFTER_A_BREAK);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private JsonNode next(String authority, String id) throws IOException {
    HttpURLConnection call = call(authority, "event/next");
    call.setRequestProperty("Lambda-Extension-Identifier", id);
    try (InputStream event = call.getInputStream()) {
      return mapper.readTree(event);
    }
  }

  /**
   * Lambda's event for this process may come before the handler's, or when it has ended. There is
   * no limit: at its deadline Lambda ends the process. To ask any earlier would let a new event in
   * beside work that is still going on.
   */
  private synchronized void awaitEnd(String requestId) throws InterruptedException {
    while (!ended.equals(requestId)) {
      wait();
    }
  }

  /** Whether work may go on after an answer. */
  public boolean isRegistered() {
    return isRegistered;
  }

  /** An invocation begins. Its end is when all of its work has ended. */
  public synchronized Work begins(String requestId) {
    begun = requestId;
    return more();
  }

  /** More work for the invocation that is under way. */
  public synchronized Work more() {
    underWay++;
    return new Work();
  }

  private synchronized void end() {
    underWay--;
    if (underWay == 0) {
      ended = begun;
      notifyAll();
    }
  }
}
