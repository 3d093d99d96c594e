package io.imagenlambda.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.imagenlambda.provider.ProviderAnswer.Answered;
import io.imagenlambda.provider.ProviderAnswer.Failed;
import io.imagenlambda.provider.json.UnusableAnswer;
import io.imagenlambda.provider.net.Exchange;
import io.imagenlambda.request.Failure;
import io.imagenlambda.request.Outcome;
import io.imagenlambda.settings.Settings;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Clock;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** Reads the answer to a call, or finds out why there is none. */
@Singleton
final class AnswerReader {
  static final String INTERRUPTED = "interrupted";

  private static final int LONGEST_TEXT = 64 * 1024;

  /** In bytes, for what an answer has beside its images: reasons, ratings, rewritten prompts. */
  private static final long MOST_BESIDE_IMAGES = 1024 * 1024;

  private final ObjectMapper mapper;
  private final Clock clock;
  private final long mostImageBytes;

  AnswerReader(Settings settings, ObjectMapper mapper, Clock clock) {
    this.mapper = mapper;
    this.clock = clock;
    this.mostImageBytes = settings.limits().imageBytes();
  }

  /**
   * Reads an answer while it arrives. Passes on what the sink throws, its IOExceptions unchecked.
   */
  ProviderAnswer read(Wire wire, Response answer, Exchange exchange, ImageSink sink) {
    boolean success = answer.getStatusInfo().getFamily() == Response.Status.Family.SUCCESSFUL;
    int mostImages = wire.mostImages(sink.wanted());
    ImageDelivery delivery = new ImageDelivery(sink, mostImages, mostImageBytes);
    InputStream raw = exchange.answer();
    try (exchange;
        delivery) {
      if (!success) {
        ErrorBody error = ErrorBody.read(mapper, text(answer, raw));
        return ErrorAnswer.read(answer, error, clock);
      }
      Wire.Read read =
          wire.read(new BoundedStream(decoded(answer, raw), mostBytes(mostImages)), delivery);
      exchange.done();
      if (read.error() != null && delivery.images() == 0) {
        return ErrorAnswer.read(answer, read.error(), clock);
      }
      Failure shortfall =
          read.error() == null
              ? read.shortfall()
              : ErrorAnswer.failure(answer, read.error(), clock);
      if (shortfall != null && shortfall.outcome() == Outcome.UNKNOWN && delivery.images() == 0) {
        return Failed.of(shortfall.withProviderRequestId(ErrorAnswer.requestId(answer)), 0);
      }
      return new Answered(
          delivery.images(),
          read.filteredReasons(),
          read.storedElsewhere(),
          shortfall,
          read.usage(),
          read.warnings(),
          ErrorAnswer.requestId(answer),
          true,
          1);
    } catch (IOException e) {
      Failure failure = broken(exchange, e).withProviderRequestId(ErrorAnswer.requestId(answer));
      return Failed.of(failure, delivery.images());
    }
  }

  /** Base64 writes four characters for three bytes; there may be line breaks, too. */
  private long mostBytes(int images) {
    return MOST_BESIDE_IMAGES + images * mostImageBytes / 2 * 3;
  }

  private static InputStream decoded(Response answer, InputStream raw) throws IOException {
    String encoding = answer.getHeaderString(HttpHeaders.CONTENT_ENCODING);
    return switch (encoding == null ? "" : encoding.strip().toLowerCase(Locale.ROOT)) {
      // The last two are not encodings of a body, but servers send them.
      case "", "identity", "none", "utf-8" -> raw;
      // Not asked for, but proxies do it, and the answer was paid for.
      case "gzip", "x-gzip" -> new GZIPInputStream(raw, 8 * 1024);
      default -> throw UnusableAnswer.malformed("the answer is encoded as " + encoding);
    };
  }

  /** The beginning of a small body, or what arrives of it: the status says enough. */
  static String text(Response answer, InputStream raw) {
    byte[] text = new byte[LONGEST_TEXT];
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

  /** Why there is no answer, or only a part of one. */
  static Failure broken(Exchange exchange, Throwable thrown) {
    Outcome outcome = exchange.sent() ? Outcome.UNKNOWN : Outcome.UNAVAILABLE;
    Throwable root = root(thrown);
    if (root instanceof InterruptedException || root instanceof InterruptedIOException) {
      Thread.currentThread().interrupt();
      return Failure.of(outcome, INTERRUPTED, "the call was interrupted");
    }
    if (exchange.sending()) {
      String why =
          exchange.timedOut() ? "the time is over" : described(exchange.whyNotSent().orElse(root));
      return Failure.of(outcome, "not_sent", "the request was not sent to its end: " + why);
    }
    if (!exchange.sent()) {
      String why = exchange.timedOut() ? "the time is over" : described(root);
      return Failure.of(outcome, "connect_failed", "no connection to the image API: " + why);
    }
    if (exchange.timedOut()) {
      return Failure.of(outcome, "timeout", "the image API did not answer in time");
    }
    if (thrown instanceof UnusableAnswer unusable) {
      return Failure.of(outcome, unusable.code(), described(thrown));
    }
    if (thrown instanceof ZipException) {
      return Failure.of(outcome, "malformed_answer", described(thrown));
    }
    return Failure.of(
        outcome, "connection_cut", "the answer of the image API was cut: " + described(root));
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

  /** Limits the number of bytes: decompressed, a small answer may be endless. */
  private static final class BoundedStream extends FilterInputStream {
    private final long most;
    private long left;

    BoundedStream(InputStream in, long most) {
      super(in);
      this.most = most;
      this.left = most;
    }

    @Override
    public int read() throws IOException {
      return counted(super.read(), 1);
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
      int count = super.read(to, offset, length);
      return counted(count, count);
    }

    private int counted(int read, int bytes) throws IOException {
      if (read >= 0) {
        left -= bytes;
        if (left < 0) {
          throw UnusableAnswer.tooLarge("it has more than %d bytes".formatted(most));
        }
      }
      return read;
    }
  }
}
