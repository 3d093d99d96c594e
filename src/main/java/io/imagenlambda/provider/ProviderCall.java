package io.imagenlambda.provider;

import io.imagenlambda.provider.Provider.Reference;
import io.imagenlambda.provider.ProviderAnswer.Failed;
import io.imagenlambda.provider.net.AnswerBuffers;
import io.imagenlambda.provider.net.Exchange;
import io.imagenlambda.request.Deadline;
import io.imagenlambda.request.Failure;
import io.imagenlambda.request.GenerationRequest;
import io.imagenlambda.request.Outcome;
import io.imagenlambda.settings.Settings;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One call. Its thread connects and waits for the answer's head, while the caller finds out whether
 * the call may be made.
 */
final class ProviderCall implements Provider.Call {
  /** A server may close a connection on which nothing comes, and a call that meets that is lost. */
  private static final Duration LONGEST_HELD = Duration.ofSeconds(2);

  /** As long as a client waits for a connection, and some time for the key. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(6);

  private final Maker maker;
  private final Supplier<List<Reference>> references;
  private GenerationRequest request;
  private @Nullable Attempt attempt;

  private ProviderCall(
      Maker maker, GenerationRequest request, Supplier<List<Reference>> references) {
    this.maker = maker;
    this.request = request;
    this.references = references;
  }

  /** Makes calls of what they share. */
  @Singleton
  static final class Maker {
    private final Wires wires;
    private final ApiKey apiKey;
    private final AnswerReader reader;
    private final CallTimes times;
    private final Vertx vertx;
    private final AnswerBuffers buffers;
    private final Clock clock;
    private final Duration longest;

    Maker(
        Wires wires,
        ApiKey apiKey,
        AnswerReader reader,
        CallTimes times,
        Vertx vertx,
        AnswerBuffers buffers,
        Clock clock,
        Settings settings) {
      this.wires = wires;
      this.apiKey = apiKey;
      this.reader = reader;
      this.times = times;
      this.vertx = vertx;
      this.buffers = buffers;
      this.clock = clock;
      this.longest = settings.timeout();
    }

    Wire wire(GenerationRequest request) {
      return wires.of(request.model());
    }

    ProviderCall call(GenerationRequest request, Supplier<List<Reference>> references) {
      return new ProviderCall(this, request, references);
    }
  }

  /** A connection, and the thread that made it. */
  private final class Attempt {
    private final String model = request.model();
    private final Wire wire = maker.wires.of(model);
    private final Exchange exchange =
        new Exchange(maker.vertx, maker.buffers, wire.body(request, references.get()));
    private final FutureTask<Response> head =
        new FutureTask<>(this::begin) {
          @Override
          protected void done() {
            exchange.notConnecting();
          }
        };

    private final Instant since = maker.clock.instant();
    private volatile ApiKey.@Nullable Reading key;

    private Response begin() {
      ApiKey.Reading read = maker.apiKey.get();
      key = read;
      return switch (read) {
        case ApiKey.Key known -> wire.call(model, known.text(), exchange);
        case ApiKey.Unreadable unreadable ->
            throw new IllegalStateException(unreadable.failure().message());
      };
    }

    private boolean isFresh() {
      return !maker.clock.instant().isAfter(since.plus(LONGEST_HELD));
    }
  }

  @Override
  public void connect() {
    if (attempt == null) {
      Attempt begun = new Attempt();
      attempt = begun;
      Thread.ofPlatform().name("call").start(begun.head);
    }
  }

  @Override
  public void awaitConnection() {
    try {
      ready(request).exchange.awaitConnection(LONGEST_WAIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void disconnect() {
    Attempt begun = attempt;
    attempt = null;
    if (begun != null) {
      begun.exchange.close();
    }
  }

  @Override
  public void close() {
    disconnect();
  }

  @Override
  public ProviderAnswer send(GenerationRequest asked, Duration within, ImageSink sink) {
    if (!within.isPositive()) {
      return Failed.notMade(
          Failure.of(Outcome.UNAVAILABLE, "no_time", "no time is left for a call"));
    }
    Attempt ready = ready(asked);
    Instant start = maker.clock.instant();
    ready.exchange.send(Deadline.shorter(within, maker.longest));
    Failed broken;
    try {
      Response head = ready.head.get();
      if (ready.key instanceof ApiKey.Key key) {
        ProviderAnswer answer = read(head, ready, sink, key);
        if (answer.images() > 0) {
          maker.times.took(request.model(), Duration.between(start, maker.clock.instant()));
        }
        return answer;
      }
      throw new IllegalStateException("an answer without a key");
    } catch (InterruptedException e) {
      broken = Failed.of(AnswerReader.broken(ready.exchange, e), 0);
    } catch (ExecutionException e) {
      broken =
          Failed.of(
              AnswerReader.broken(ready.exchange, Objects.requireNonNullElse(e.getCause(), e)), 0);
    }
    return switch (ready.key) {
      case ApiKey.Key key -> new KeyMask(key).mask(broken);
      case ApiKey.Unreadable unreadable -> Failed.notMade(unreadable.failure());
      case null -> broken;
    };
  }

  /** The connection that is being made, or a new one if it is too old or asks for too much. */
  private Attempt ready(GenerationRequest asked) {
    Attempt begun = attempt;
    if (begun != null && (!begun.isFresh() || !asked.equals(request))) {
      disconnect();
    }
    request = asked;
    connect();
    return Objects.requireNonNull(attempt);
  }

  private ProviderAnswer read(Response head, Attempt made, ImageSink sink, ApiKey.Key key) {
    KeyMask mask = new KeyMask(key);
    ProviderAnswer answer =
        mask.mask(maker.reader.read(made.wire, head, made.exchange, mask.mask(sink)));
    boolean refused =
        answer instanceof Failed failed && failed.failure().outcome() == Outcome.ACCOUNT;
    return refused ? withAnotherKey((Failed) answer, key) : answer;
  }

  private ProviderAnswer withAnotherKey(Failed refusal, ApiKey.Key refused) {
    return switch (maker.apiKey.insteadOf(refused)) {
      case ApiKey.Unreadable unreadable -> Failed.of(unreadable.failure(), 0);
      case ApiKey.Key other -> other.equals(refused) ? refusal : refusal.atOnce();
    };
  }
}
