package io.imagenlambda.lab.predict;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import io.imagenlambda.lab.http.LabServer;
import io.imagenlambda.lab.predict.Fault.ErrorAnswer;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;

/**
 * A simulator of the image API on both wires, with real pictures and the forms of answers and
 * errors that the real one is known to send. {@link Fault}s make it fail, and so does a {@link
 * Quota} that is used up. The {@link Journal} records its calls.
 */
public final class PredictSimulator implements AutoCloseable {
  private static final Pattern PATH =
      Pattern.compile("/v1beta/models/([^/:]+):(predict|generateContent)");

  private final LabServer server;
  private volatile String apiKey;
  private final Set<String> acceptedKeys = ConcurrentHashMap.newKeySet();
  private final Set<String> moreModels = ConcurrentHashMap.newKeySet();
  private final Journal journal = new Journal();
  private final Faults faults = new Faults();
  private final PictureCache pictures = new PictureCache();
  private volatile Quota quota = new Quota(Quota.Limits.NONE, Clock.systemUTC());

  private PredictSimulator(int port, String apiKey) {
    rotateKey(apiKey);
    this.server = LabServer.start("predict simulator", port, this::serve);
  }

  /** Starts to serve; port 0 is any free one. */
  public static PredictSimulator start(int port, String apiKey) {
    return new PredictSimulator(port, apiKey);
  }

  public URI url() {
    return server.url();
  }

  /** A second server for the same API, over TLS. The caller closes it. */
  public LabServer secure(SSLContext tls) {
    return LabServer.startSecure("predict simulator", this::serve, tls);
  }

  public Journal journal() {
    return journal;
  }

  /**
   * Sets the faults of the next call, and when called again those of the call after it. Faults in
   * the prompt are ignored then. Without markers the call succeeds.
   *
   * @param markers as in a prompt, without brackets: {@code "429=0.1"}, {@code "cut=2"}
   */
  public void nextCall(String... markers) {
    faults.queue(
        List.of(markers).stream()
            .map(marker -> marker.split("=", 2))
            .map(parts -> Fault.parse(parts[0], parts.length == 2 ? parts[1] : null))
            .toList());
  }

  /** Sets the faults of the next call. Faults in its prompt are ignored then. */
  public void nextCall(Fault first, Fault... more) {
    faults.queue(Stream.concat(Stream.of(first), Arrays.stream(more)).toList());
  }

  /** From now on calls beyond this quota are refused. Those of other quotas are forgotten. */
  public void limit(Quota given) {
    quota = given;
  }

  /** What the quota of now allows. */
  public Quota.Limits limits() {
    return quota.limits();
  }

  /** From now on only this key is accepted, as after a rotation. */
  public final void rotateKey(String key) {
    acceptedKeys.add(key);
    this.apiKey = key;
  }

  /** From now on this model is there, too: one that nobody else asks. */
  public void addModel(String name) {
    moreModels.add(name);
  }

  /** Every key that was ever accepted. */
  public Set<String> acceptedKeys() {
    return Set.copyOf(acceptedKeys);
  }

  private void serve(HttpExchange exchange) throws IOException {
    Matcher path = PATH.matcher(exchange.getRequestURI().getRawPath());
    if (!path.matches()) {
      LabServer.answer(exchange, 404, "text/plain", "404 page not found");
      return;
    }
    if (!exchange.getRequestMethod().equals("POST")) {
      LabServer.answer(exchange, 405, "text/plain", "405 method not allowed");
      return;
    }
    String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    Call call = journal.open(path.group(1), exchange.getRequestHeaders(), body);
    try {
      answer(exchange, call, path.group(2).equals("predict"));
    } finally {
      journal.ended();
    }
  }

  private void answer(HttpExchange exchange, Call call, boolean predict) throws IOException {
    exchange.getResponseHeaders().set("X-Oneapi-Request-Id", UUID.randomUUID().toString());
    Optional<ErrorAnswer> refusal = refusal(call);
    if (refusal.isPresent()) {
      send(exchange, call, refusal.get());
      return;
    }
    try {
      requireModel(call.model(), predict);
      ImageRequest request =
          predict
              ? PredictRequest.read(call.model(), call.body())
              : GenerateContentRequest.read(call.model(), call.body());
      journal.understood(call, request);
      try {
        answer(exchange, call, request, predict);
      } finally {
        journal.answered(call, request.prompt());
      }
    } catch (ImageRequest.Refused refused) {
      send(exchange, call, refused.answer());
    }
  }

  private void requireModel(String name, boolean predict) throws ImageRequest.Refused {
    Set<String> always = predict ? PredictRequest.MODELS : GenerateContentRequest.MODELS;
    if (!always.contains(name) && !moreModels.contains(name)) {
      throw new ImageRequest.Refused(ErrorAnswers.noModel(name));
    }
  }

  /** What is said to a wrong key: a relay's words for a relay's header, Google's for Google's. */
  private Optional<ErrorAnswer> refusal(Call call) {
    Optional<String> google = call.header("x-goog-api-key");
    if (google.isPresent()) {
      return google.get().equals(apiKey)
          ? Optional.empty()
          : Optional.of(ErrorAnswers.named("google-bad-key", null));
    }
    return call.header("Authorization").equals(Optional.of("Bearer " + apiKey))
        ? Optional.empty()
        : Optional.of(ErrorAnswers.badKey());
  }

  private void answer(HttpExchange exchange, Call call, ImageRequest request, boolean predict)
      throws IOException, ImageRequest.Refused {
    Quota limit = quota;
    Optional<Duration> wait = limit.refuses(request.model(), request.sampleCount());
    if (wait.isPresent()) {
      call.overQuota();
      send(exchange, call, limit.refusal(wait.get()));
      return;
    }
    List<Fault> met;
    try {
      met = faults.forCall(request.prompt());
    } catch (IllegalArgumentException unknownFault) {
      throw new ImageRequest.Refused(
          ErrorAnswers.invalid(String.valueOf(unknownFault.getMessage())));
    }
    for (Fault fault : met) {
      switch (fault) {
        case Fault.Slow slow -> AnswerWriter.pause(slow.delay());
        case Fault.Drop _ -> throw LabServer.cut();
        default -> {}
      }
    }
    for (Fault fault : met) {
      if (fault instanceof ErrorAnswer error) {
        send(exchange, call, error);
        return;
      }
    }
    List<AnswerPart> answer =
        predict
            ? PredictAnswer.to(request, met, pictures)
            : GenerateContentAnswer.to(request, call.number(), met, pictures);
    AnswerWriter.send(exchange, answer, met, call);
  }

  private static void send(HttpExchange exchange, Call call, ErrorAnswer error) throws IOException {
    call.answeredWith(error.status());
    if (error.retryAfter() != null) {
      exchange.getResponseHeaders().set("Retry-After", error.retryAfter());
    }
    LabServer.answer(exchange, error.status(), error.contentType(), error.body());
  }

  @Override
  public void close() {
    server.close();
  }
}
