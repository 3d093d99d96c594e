package io.imagenlambda.lab.predict;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What an account may ask of each model. A bucket of tokens for the requests of a minute and
 * another for the images: both are full at first, and fill again with time.
 */
public final class Quota {
  /** So little is missing only because of how computers count. */
  private static final double ROUNDING = 1e-6;

  private final Limits limits;
  private final InstantSource clock;
  private final Map<String, Buckets> models = new HashMap<>();

  /**
   * How much it is.
   *
   * @param requests a minute; 0 for any number
   * @param images a minute; 0 for any number
   * @param saysWhen whether a refusal has {@code RetryInfo}: when there would be room for it
   */
  public record Limits(int requests, int images, boolean saysWhen) {
    /** As much as is wanted. */
    public static final Limits NONE = new Limits(0, 0, true);

    public Limits {
      if (requests < 0 || images < 0) {
        throw new IllegalArgumentException("a quota is not negative");
      }
    }
  }

  /** A quota that nothing was taken of. */
  public Quota(Limits limits, InstantSource clock) {
    this.limits = limits;
    this.clock = clock;
  }

  /** How much it is. */
  public Limits limits() {
    return limits;
  }

  /** What may be taken at once, and was not. */
  private static final class Bucket {
    private final int perMinute;
    private double tokens;

    private Bucket(int perMinute) {
      this.perMinute = perMinute;
      this.tokens = perMinute;
    }

    void fill(Duration time) {
      tokens = Math.min(perMinute, tokens + perMinute * (time.toNanos() / 60e9));
    }

    /** A call for more than a minute's waits for a full bucket. */
    double missing(int wanted) {
      double missing = Math.min(wanted, perMinute) - tokens;
      return perMinute == 0 || missing < ROUNDING ? 0 : missing;
    }

    Duration timeFor(double missing) {
      return missing == 0
          ? Duration.ZERO
          : Duration.ofMillis((long) Math.ceil(missing * 60_000 / perMinute - ROUNDING));
    }
  }

  /** Those of a model. */
  private static final class Buckets {
    private final Bucket requests;
    private final Bucket images;
    private Instant filled;

    private Buckets(Limits limits, Instant now) {
      this.requests = new Bucket(limits.requests);
      this.images = new Bucket(limits.images);
      this.filled = now;
    }

    void fill(Instant now) {
      Duration time = Duration.between(filled, now);
      requests.fill(time);
      images.fill(time);
      filled = now;
    }
  }

  /**
   * Takes what a call needs, if it is there.
   *
   * @return empty if it was; else the time until it would be
   */
  public synchronized Optional<Duration> refuses(String model, int images) {
    Instant now = clock.instant();
    Buckets of = models.computeIfAbsent(model, any -> new Buckets(limits, now));
    of.fill(now);
    Duration forRequest = of.requests.timeFor(of.requests.missing(1));
    Duration forImages = of.images.timeFor(of.images.missing(images));
    Duration wait = forRequest.compareTo(forImages) > 0 ? forRequest : forImages;
    if (wait.isPositive()) {
      return Optional.of(wait);
    }
    of.requests.tokens -= 1;
    of.images.tokens -= images;
    return Optional.empty();
  }

  /** The answer to a call that it refuses: seconds are whole, as Google's are. */
  Fault.ErrorAnswer refusal(Duration wait) {
    return ErrorAnswers.outOfQuota(
        limits.saysWhen ? Optional.of(wait.plusMillis(999).toSeconds()) : Optional.empty());
  }
}
