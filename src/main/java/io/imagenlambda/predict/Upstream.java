package io.imagenlambda.predict;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.imagenlambda.predict.CallResult.Answered;
import io.imagenlambda.predict.CallResult.Failed;
import io.imagenlambda.settings.Settings;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** Makes one call and says what came of it. */
@Singleton
final class Upstream {
  static final String INTERRUPTED = "interrupted";

  private static final int LONGEST_ERROR = 64 * 1024;

  /** What an answer may have beside its images: reasons, ratings, rewritten prompts. */
  private static final long MOST_BESIDE_IMAGES = 1024 * 1024;

  private final PredictApi api;
  private final Vertx vertx;
  private final AnswerBuffers buffers;
  private final ObjectMapper mapper;
  private final long mostImageBytes;

  Upstream(
      PredictApi api, Settings settings, Vertx vertx, AnswerBuffers buffers, ObjectMapper mapper) {
    this.api = api;
    this.vertx = vertx;
    this.buffers = buffers;
    this.mapper = mapper;
    this.mostImageBytes = settings.limits().imageBytes();
  }

  /** Whatever the sink throws leaves as it is, its IOExceptions unchecked. */
  CallResult call(String model, byte[] body, String key, Duration within, ImageSink sink) {
    Exchange exchange = new Exchange(vertx, buffers, body, within);
    try (exchange) {
      Response answer;
      try {
        answer = api.predict(model, "Bearer " + key, exchange);
      } catch (RuntimeException e) {
        return new Failed(broken(exchange, e), 0, e);
      }
      return withoutKey(read(answer, exchange, sink), key);
    }
  }

  private CallResult read(Response answer, Exchange exchange, ImageSink sink) {
    boolean success = answer.getStatusInfo().getFamily() == Response.Status.Family.SUCCESSFUL;
    Delivery delivery = new Delivery(sink, mostImageBytes);
    InputStream raw = exchange.answer();
    try (exchange;
        delivery) {
      if (!success) {
        return told(ErrorAnswer.read(answer, errorText(answer, raw), mapper, Clock.systemUTC()));
      }
      InputStream bounded = new BoundedStream(decoded(answer, raw), mostBytes(sink));
      PredictionsReader reader = new PredictionsReader(bounded, delivery);
      reader.read();
      exchange.done();
      ErrorBody error = reader.error();
      if (error != null && delivery.images() == 0) {
        return told(ErrorAnswer.inSuccess(answer, error, Clock.systemUTC()));
      }
      return new Answered(
          delivery.images(),
          reader.filteredReasons(),
          reader.storedElsewhere(),
          ErrorAnswer.requestId(answer),
          true);
    } catch (IOException e) {
      Failure failure = broken(exchange, e).withProviderRequestId(ErrorAnswer.requestId(answer));
      return new Failed(failure, delivery.images(), e);
    }
  }

  private static CallResult told(ErrorAnswer error) {
    Optional<String> verdict = error.filterVerdict();
    return verdict.isPresent()
        ? new Answered(0, List.of(verdict.get()), List.of(), error.requestId(), false)
        : new Failed(error.failure(), 0, null);
  }

  /** Base64 writes four characters for three bytes; there may be line breaks, too. */
  private long mostBytes(ImageSink sink) {
    return MOST_BESIDE_IMAGES + sink.wanted() * mostImageBytes / 2 * 3;
  }

  private static InputStream decoded(Response answer, InputStream raw) throws IOException {
    String encoding = answer.getHeaderString(HttpHeaders.CONTENT_ENCODING);
    return switch (encoding == null ? "" : encoding.strip().toLowerCase(Locale.ROOT)) {
      case "", "identity" -> raw;
      // Not asked for, but proxies do it, and an answer that was paid for is worth reading.
      case "gzip", "x-gzip" -> new GZIPInputStream(raw, 8 * 1024);
      default -> throw new MalformedAnswer("the answer is encoded as " + encoding);
    };
  }

  /** The beginning of an error's body, or as much as arrives of it; the status has said enough. */
  private static String errorText(Response answer, InputStream raw) {
    byte[] text = new byte[LONGEST_ERROR];
    int length = 0;
    try {
      InputStream in = decoded(answer, raw);
      int read;
      while (length < text.length && (read = in.read(text, length, text.length - length)) > 0) {
        length += read;
      }
    } catch (InterruptedIOException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      // the rest stays unread
    }
    return new String(text, 0, length, UTF_8);
  }

  private static CallResult withoutKey(CallResult result, String key) {
    return switch (result) {
      case Answered answered -> answered;
      case Failed failed ->
          new Failed(failed.failure().without(key), failed.images(), failed.cause());
    };
  }

  private static Failure broken(Exchange exchange, Throwable thrown) {
    Outcome outcome = exchange.sent() ? Outcome.UNKNOWN : Outcome.UNAVAILABLE;
    Throwable root = root(thrown);
    if (root instanceof InterruptedException || root instanceof InterruptedIOException) {
      return Failure.of(outcome, INTERRUPTED, "the call was interrupted");
    }
    if (!exchange.sent()) {
      String why = exchange.timedOut() ? "the time is over" : described(root);
      return Failure.of(outcome, "connect_failed", "no connection to the predict API: " + why);
    }
    if (exchange.timedOut()) {
      return Failure.of(outcome, "timeout", "the predict API did not answer in time");
    }
    if (thrown instanceof AnswerTooLarge) {
      return Failure.of(outcome, "answer_too_large", described(thrown));
    }
    if (thrown instanceof MalformedAnswer || thrown instanceof ZipException) {
      return Failure.of(outcome, "malformed_answer", described(thrown));
    }
    return Failure.of(
        outcome, "connection_cut", "the answer of the predict API was cut: " + described(root));
  }

  private static Throwable root(Throwable thrown) {
    Throwable root = thrown;
    for (Throwable cause = root.getCause(); cause != null; cause = root.getCause()) {
      root = cause;
    }
    return root;
  }

  private static String described(Throwable thrown) {
    @Nullable String message = thrown.getMessage();
    return message == null ? thrown.getClass().getSimpleName() : message;
  }
}
