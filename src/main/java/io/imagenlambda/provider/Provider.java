package io.imagenlambda.provider;

import io.imagenlambda.provider.ProviderAnswer.Failed;
import io.imagenlambda.request.Budgets;
import io.imagenlambda.request.Deadline;
import io.imagenlambda.request.Failure;
import io.imagenlambda.request.Finding;
import io.imagenlambda.request.GenerationRequest;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;

/** The image provider: calls, and when to make another. */
@Singleton
public class Provider {
  private static final Logger LOG = Logger.getLogger(Provider.class);
  private static final int MOST_ATTEMPTS = 5;
  private static final Duration FIRST_WAIT = Duration.ofSeconds(1);

  private final ProviderCall.Maker calls;
  private final ProviderCheck check;
  private final CallTimes times;

  Provider(ProviderCall.Maker calls, ProviderCheck check, CallTimes times) {
    this.calls = calls;
    this.check = check;
    this.times = times;
  }

  /** A call that may be made. Its owner must close it. */
  public interface Call extends AutoCloseable {
    /** Begins to connect. Nothing is sent, and nothing charged. */
    void connect();

    /**
     * Waits until the call could be sent at once, or cannot be: then {@link #send} says why.
     * Connects, unless there is a connection that is fresh.
     */
    void awaitConnection();

    /** Gives up the connection, if there is one. */
    void disconnect();

    /**
     * Makes the call and hands images on while they arrive. A refusal by the provider's filter is
     * an answer, not a failure. It blocks its thread, which must not be an event loop's. An
     * interrupt ends the call at once; the thread stays interrupted.
     *
     * @param request what to ask for; another than before means a new connection
     * @param within the end of the call, which {@code IMAGEN_TIMEOUT} limits, too
     * @param sink says how many images are wanted, of at most {@code IMAGEN_MAX_IMAGE_BYTES} each;
     *     a larger answer is broken off
     * @throws java.io.UncheckedIOException around what the sink threw; the call is then broken off
     */
    ProviderAnswer send(GenerationRequest request, Duration within, ImageSink sink);

    @Override
    void close();
  }

  /** An image that a call sends along, for the model to work from. */
  public interface Reference {
    /** Such as {@code image/png}. */
    String mimeType();

    /** Its size in bytes, exactly. */
    long bytes();

    /**
     * Its content, from its beginning. Reading must end, also when it is closed from elsewhere.
     *
     * @throws IOException then nothing is charged
     */
    InputStream open() throws IOException;
  }

  /** How many images a call for a request may have to hold until its answer ends. */
  public int imagesHeld(GenerationRequest request) {
    return calls.wire(request).imagesHeld();
  }

  /** What to ask for in a call each, where one cannot make all the images. */
  public List<GenerationRequest> split(GenerationRequest request) {
    int most = calls.wire(request).imagesPerCall();
    int all = request.sampleCount();
    return IntStream.iterate(0, done -> done < all, done -> done + most)
        .mapToObj(done -> request.forImages(Math.min(most, all - done)))
        .toList();
  }

  /**
   * A call for a request, not begun yet.
   *
   * @param references of the request; asked for when the call connects, which throws what it throws
   */
  public Call call(GenerationRequest request, Supplier<List<Reference>> references) {
    return calls.call(request, references);
  }

  /**
   * Whether base URL, key and models are right, in that order. Pays for nothing. Reads the secret
   * anew.
   *
   * @param deadline the end of it all; a call takes ten seconds at most, and there are three for
   *     each model and one for the key
   */
  public List<Finding> check(Deadline deadline) {
    return check.findings(deadline);
  }

  /**
   * How long to wait before another try: only after a refusal that was not charged, up to five
   * tries in all, and if there is time for what calls take here.
   *
   * @param request what was asked for
   * @param failed the last call
   * @param made how many tries have been made, from 0
   * @param left how much time there is for waits and calls
   * @return empty if there must be no other try
   */
  public Optional<Duration> waitAfter(
      GenerationRequest request, Failed failed, int made, Duration left) {
    Failure why = failed.failure();
    if (made == 0 || made >= MOST_ATTEMPTS || failed.images() > 0) {
      return Optional.empty();
    }
    Optional<Duration> wait =
        switch (why.outcome()) {
          case UNAVAILABLE ->
              why.code().equals(AnswerReader.INTERRUPTED)
                  ? Optional.empty()
                  : Optional.of(wait(made, failed.retryAfter(), ThreadLocalRandom.current()));
          // The secret has another key by now.
          case ACCOUNT -> failed.retryAfter().filter(Duration::isZero);
          case REJECTED, UNKNOWN -> Optional.empty();
        };
    Optional<Duration> fitting =
        wait.filter(
            duration -> Budgets.allowsFurtherCall(left, duration, times.longest(request.model())));
    // Not the message: it may quote the prompt.
    fitting.ifPresent(duration ->
        LOG.warnf(
            "predict: attempt %d failed with %s and is repeated after %d ms",
            made, why.code(), duration.toMillis()));
    return fitting;
  }

  /**
   * What the provider asks and up to a tenth more, else 1, 2, 4, … seconds, less up to half at
   * random.
   *
   * @param made how many calls have failed, from 1
   * @param asked what the provider asks
   */
  static Duration wait(int made, Optional<Duration> asked, RandomGenerator random) {
    return asked
        .filter(Duration::isPositive)
        .map(duration -> scaled(duration, 1 + random.nextDouble() / 10))
        .orElseGet(
            () -> scaled(FIRST_WAIT.multipliedBy(1L << (made - 1)), 1 - random.nextDouble() / 2));
  }

  private static Duration scaled(Duration duration, double by) {
    return Duration.ofMillis((long) (duration.toMillis() * by));
  }
}
