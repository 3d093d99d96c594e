package io.imagenlambda.ledger;

import io.imagenlambda.ledger.Claim.Ending;
import io.imagenlambda.ledger.Inbox.Acceptance;
import io.imagenlambda.ledger.Inbox.Lookup;
import io.imagenlambda.request.Budgets;
import io.imagenlambda.request.Deadline;
import io.imagenlambda.request.GenerationRequest;
import io.imagenlambda.request.GenerationResult;
import io.imagenlambda.request.Invocation;
import io.imagenlambda.request.Outcome;
import io.imagenlambda.storage.ImageStore.StoredImage;
import io.imagenlambda.storage.StorageFailure;
import io.imagenlambda.storage.StorageRetry;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Decides who makes the paid call, and knows what became of every request. Of all deliveries of one
 * request, the one that creates the next {@code claim-{n}.json} pays. S3 creates an object only if
 * there is none ({@code If-None-Match: *}), so there is always one winner, and no lock to lose. It
 * is written last before the call: whoever dies before was not charged.
 *
 * <p>Returned results have URLs, made for each answer and never stored. One that an earlier
 * delivery stored is marked as a replay.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html">Conditional
 *     writes</a>
 */
@Singleton
public class Ledger {
  private static final Logger LOG = Logger.getLogger(Ledger.class);
  private static final Duration FIRST_WAIT = Duration.ofMillis(100);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

  private final LedgerObjects objects;
  private final Results results;
  private final Clock clock;

  Ledger(LedgerObjects objects, Results results, Clock clock) {
    this.objects = objects;
    this.results = results;
    this.clock = clock;
  }

  /** What a delivery finds when it wants to work on a request. */
  public sealed interface Taken permits Yours, Decided, Running {}

  /** There is a result under the id, of this request or of another. */
  public sealed interface Decided extends Taken, Acceptance permits Ended, Conflict {}

  /** The request belongs to this delivery, which must end its claim. */
  public static final class Yours implements Taken {
    private final String id;
    final int number;
    final Claim claim;
    private final List<StoredImage> images;
    private final int nextImage;

    Yours(String id, int number, Claim claim, List<StoredImage> images, int nextImage) {
      this.id = id;
      this.number = number;
      this.claim = claim;
      this.images = images;
      this.nextImage = nextImage;
    }

    /** Whether an earlier call for it may have been charged. */
    public boolean mayHaveBeenPaid() {
      return claim.mayHaveBeenPaid();
    }

    /** What earlier calls for this request settled, beside the images. */
    public Settled settled() {
      Settled soFar = claim.settled();
      return soFar == null ? Settled.NOTHING : soFar;
    }

    /** What earlier calls for this request stored without a result. */
    public List<StoredImage> images() {
      return images;
    }

    /**
     * The name of an image of this claim's calls, which no other image of the id gets: what was
     * paid for is never overwritten.
     *
     * @param index of the image in all of these calls, from 0
     */
    public String imageName(int index) {
      return number == 0 ? "" + (nextImage + index) : (nextImage + index) + "-" + number;
    }
  }

  /** It has ended; the result is stored. */
  public record Ended(GenerationResult result) implements Decided, Lookup {}

  /**
   * It is queued, or another delivery is working on it.
   *
   * @param retryAfter when to look again
   */
  public record Running(Duration retryAfter) implements Taken {}

  /** The id belongs to another request. */
  public record Conflict() implements Decided {}

  /**
   * Claims the request, unless another delivery has it. Retried until the deadline: a claim that
   * its writer does not know of looks as if it may have been paid for.
   *
   * @param beforeClaim prepares the call, so that nothing lies between the claim and its first byte
   */
  public Taken take(GenerationRequest request, Invocation invocation, Runnable beforeClaim) {
    return claiming(request, working(request, invocation), invocation, beforeClaim).claim();
  }

  /**
   * Claims the request again, for the next try of a delivery that gave up its claim.
   *
   * @param refused what {@link #giveUp} returned
   */
  public Taken takeNext(
      Yours refused, GenerationRequest request, Invocation invocation, Runnable beforeClaim) {
    Claim mine = working(request, invocation).after(refused.claim);
    return claiming(request, mine, invocation, beforeClaim).claimAfter(refused);
  }

  private Claim working(GenerationRequest request, Invocation invocation) {
    return Claim.working(request.digest().text(), invocation, clock.instant());
  }

  private Claiming claiming(
      GenerationRequest request, Claim mine, Invocation invocation, Runnable beforeClaim) {
    return new Claiming(request, mine, invocation, beforeClaim, objects, results, clock);
  }

  /**
   * Claims a request that another delivery has, or waits for its result, as long as deadline and
   * sender allow.
   *
   * @return {@code running} if that was not long enough
   */
  public Taken await(
      Running running, GenerationRequest request, Invocation invocation, Runnable beforeClaim) {
    Deadline deadline = invocation.deadline();
    Deadline patience = deadline.within(Budgets.forAnotherDelivery(invocation));
    Claiming claiming = claiming(request, working(request, invocation), invocation, beforeClaim);
    Duration wait = FIRST_WAIT;
    Taken taken = running;
    while (taken instanceof Running && patience.leaves(wait) && deadline.sleep(wait)) {
      taken = claiming.claim();
      wait = Deadline.shorter(wait.multipliedBy(2), LONGEST_WAIT);
    }
    return taken;
  }

  /**
   * Gives up the claim without a result, so that the next delivery need not wait until its time is
   * over. Retried until the deadline: an open claim looks as if it may have been paid for.
   *
   * @param settled of all calls for the request so far
   * @return what the next try of this delivery follows
   */
  public Yours giveUp(Yours yours, Outcome outcome, Settled settled, Deadline deadline) {
    Claim ended = yours.claim.ended(Ending.without(outcome), settled);
    return StorageRetry.untilDeadline(
        deadline,
        () -> {
          objects.replaceClaim(yours.id, yours.number, ended);
          return new Yours(yours.id, yours.number, ended, yours.images, yours.nextImage);
        });
  }

  /**
   * Records that a result follows, perhaps before it is stored. Even if this fails, the claim holds
   * until its time is over.
   */
  public void resultFollows(Yours yours, GenerationResult.Status status) {
    try {
      objects.replaceClaim(yours.id, yours.number, yours.claim.ended(Ending.with(status)));
    } catch (StorageFailure failure) {
      LOG.warnf(
          failure, "the claim of %s could not be ended: it holds until its time is over", yours.id);
    }
  }

  /**
   * Stores the result, with retries until the end of the invocation.
   *
   * @return the stored result: this one, or that of another delivery, which took over because this
   *     one outlived its claim
   */
  public GenerationResult commit(GenerationResult result, Deadline deadline) {
    return StorageRetry.untilDeadline(deadline, () -> results.commit(result));
  }
}
