package io.imagenlambda.ledger;

import io.imagenlambda.ledger.Claim.Ending;
import io.imagenlambda.ledger.Claims.Numbered;
import io.imagenlambda.ledger.Inbox.Acceptance;
import io.imagenlambda.ledger.Inbox.Lookup;
import io.imagenlambda.ledger.LedgerObjects.Contents;
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
import java.time.Instant;
import java.util.List;
import java.util.Optional;
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
    private final int number;
    private final Claim claim;
    private final List<StoredImage> images;
    private final int nextImage;

    private Yours(String id, int number, Claim claim, List<StoredImage> images, int nextImage) {
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

    /** What earlier calls for this request stored without a result. */
    public List<StoredImage> images() {
      return images;
    }

    /**
     * The name of an image of this claim's call, which no other image of the id gets: what was paid
     * for is never overwritten.
     *
     * @param index of the image in its answer, from 0
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
  public record Running(Duration retryAfter) implements Taken, Lookup {}

  /** The id belongs to another request. */
  public record Conflict() implements Decided {}

  /**
   * Claims the request, unless another delivery has it. Retried until the deadline: a claim that
   * its writer does not know of looks as if it may have been paid for.
   */
  public Taken take(GenerationRequest request, Invocation invocation) {
    return take(request, working(request, invocation), invocation);
  }

  /** Claims the request again, for the next try of a delivery that gave up its claim unpaid. */
  public Taken takeNext(Yours refused, GenerationRequest request, Invocation invocation) {
    Claim mine = working(request, invocation).orPaid(refused.mayHaveBeenPaid());
    int next = refused.number + 1;
    return StorageRetry.untilDeadline(
        invocation.deadline(),
        () ->
            objects.createClaim(refused.id, next, mine)
                ? new Yours(refused.id, next, mine, refused.images, refused.nextImage)
                : look(refused.id, mine, invocation));
  }

  private Taken take(GenerationRequest request, Claim mine, Invocation invocation) {
    return StorageRetry.untilDeadline(
        invocation.deadline(), () -> look(request.id(), mine, invocation));
  }

  /**
   * Claims a request that another delivery has, or waits for its result, as long as deadline and
   * sender allow.
   *
   * @return {@code running} if that was not long enough
   */
  public Taken await(Running running, GenerationRequest request, Invocation invocation) {
    Deadline deadline = invocation.deadline();
    Deadline patience = deadline.within(Budgets.forAnotherDelivery(deadline));
    Claim mine = working(request, invocation);
    Duration wait = FIRST_WAIT;
    Taken taken = running;
    while (taken instanceof Running && patience.leaves(wait) && deadline.sleep(wait)) {
      taken = take(request, mine, invocation);
      wait = Deadline.shorter(wait.multipliedBy(2), LONGEST_WAIT);
    }
    return taken;
  }

  private Claim working(GenerationRequest request, Invocation invocation) {
    return Claim.working(request.digest(), invocation, clock.instant());
  }

  /**
   * Claims the request if it is free. Where there is no claim, the first one decides: nobody makes
   * another without looking. Else a lifecycle rule may delete old ones while deliveries look, each
   * at its own age, so that two of them make claims of different numbers. So the next claim is only
   * a reservation, and once it stands, its writer looks again.
   */
  private Taken look(String id, Claim mine, Invocation invocation) {
    Instant now = clock.instant(); // before the list: later, who holds may have stored more
    Contents contents = objects.contents(id);
    Optional<Decided> decided = decided(id, contents, mine.digest());
    if (decided.isPresent()) {
      return decided.get();
    }
    Claims claims = objects.claims(id, contents);
    Optional<Numbered> ours = claims.writtenAs(mine);
    if (ours.isPresent()) { // S3's answer was lost
      return yours(id, ours.get(), contents);
    }
    Optional<Numbered> reserved = claims.writtenAs(mine.reservation());
    if (reserved.isPresent()) {
      return confirmed(id, reserved.get(), mine, invocation);
    }
    if (claims.areOfAnother(mine.digest())) {
      return new Conflict();
    }
    Optional<Claim> holder = claims.holder(claim -> claim.holds(now, invocation));
    if (holder.isPresent()) {
      return until(holder.get().until());
    }
    Numbered next =
        new Numbered(claims.next(), claims.numbers().isEmpty() ? mine : mine.reservation());
    if (!objects.createClaim(id, next.number(), next.claim())) {
      return look(id, mine, invocation); // another was first; or S3's answer was lost
    }
    return next.claim().reserved()
        ? confirmed(id, next, mine, invocation)
        : yours(id, next, contents);
  }

  /**
   * The look once the reservation stands, and the claim itself, just before the call. Of two who
   * have reserved, at least one sees the other's reservation.
   */
  private Taken confirmed(String id, Numbered reserved, Claim mine, Invocation invocation) {
    Instant now = clock.instant();
    Contents contents = objects.contents(id);
    Claim withdrawn = reserved.claim().ended(Ending.WITHDRAWN);
    Optional<Decided> decided = decided(id, contents, mine.digest());
    Claims others = objects.claimsBeside(reserved.number(), id, contents);
    int next = reserved.number() + 1;
    boolean isOurs =
        decided.isEmpty()
            && others.next() == next
            && !others.areOfAnother(mine.digest())
            && others.holder(claim -> claim.holds(now, invocation)).isEmpty()
            && objects.closeFirst(id, others, withdrawn);
    if (!isOurs) {
      objects.replaceClaim(id, reserved.number(), withdrawn);
      return decided.isPresent() ? decided.get() : until(mine.until());
    }
    Numbered claim = new Numbered(next, mine.orPaid(others.areMaybePaid()));
    return objects.createClaim(id, next, claim.claim())
        ? yours(id, claim, contents)
        : look(id, mine, invocation);
  }

  private Optional<Decided> decided(String id, Contents contents, String digest) {
    return contents.hasResult() ? results.decided(id, digest) : Optional.empty();
  }

  private Yours yours(String id, Numbered claim, Contents contents) {
    return new Yours(
        id,
        claim.number(),
        claim.claim(),
        objects.images(id, contents, claim.claim().digest()),
        contents.nextImage());
  }

  private Running until(Instant end) {
    return new Running(Duration.between(clock.instant(), end));
  }

  /**
   * Gives up the claim without a result, so that the next delivery need not wait until its time is
   * over. Retried until the deadline: an open claim looks as if it may have been paid for.
   */
  public void giveUp(Yours yours, Outcome outcome, Deadline deadline) {
    StorageRetry.untilDeadline(
        deadline,
        () -> {
          end(yours, Ending.without(outcome));
          return yours;
        });
  }

  /**
   * Records that a result follows, perhaps before it is stored. Even if this fails, the claim holds
   * until its time is over.
   */
  public void resultFollows(Yours yours, GenerationResult.Status status) {
    try {
      end(yours, Ending.with(status));
    } catch (StorageFailure failure) {
      LOG.warnf(
          failure, "the claim of %s could not be ended: it holds until its time is over", yours.id);
    }
  }

  private void end(Yours yours, Ending how) {
    objects.replaceClaim(yours.id, yours.number, yours.claim.ended(how));
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
