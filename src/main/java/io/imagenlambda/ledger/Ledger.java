package io.imagenlambda.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import io.imagenlambda.request.Budgets;
import io.imagenlambda.request.Deadline;
import io.imagenlambda.request.GenerationRequest;
import io.imagenlambda.request.GenerationResult;
import io.imagenlambda.request.Invocation;
import io.imagenlambda.request.Outcome;
import io.imagenlambda.storage.ImageStore;
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
 * there is none ({@code If-None-Match: *}), so there is always one winner, and no lock to lose.
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

  /** How soon a caller that waits for a request may ask again. */
  private static final Duration POLL_AFTER = Duration.ofSeconds(2);

  private final LedgerObjects objects;
  private final ImageStore store;
  private final Clock clock;

  Ledger(LedgerObjects objects, ImageStore store, Clock clock) {
    this.objects = objects;
    this.store = store;
    this.clock = clock;
  }

  /** What a delivery finds when it wants to work on a request. */
  public sealed interface Taken permits Yours, Decided, Running {}

  /** What becomes of a request that is to run later. */
  public sealed interface Acceptance permits Accepted, Decided {}

  /** There is a result under the id, of this request or of another. */
  public sealed interface Decided extends Taken, Acceptance permits Ended, Conflict {}

  /** What is known of an id. */
  public sealed interface Lookup permits Ended, Running, NotFound {}

  /** The request belongs to this delivery, which must end its claim. */
  public static final class Yours implements Taken {
    private final String id;
    private final int number;
    private final Claim claim;
    private final boolean mayHaveBeenPaid;

    private Yours(String id, int number, Claim claim, boolean mayHaveBeenPaid) {
      this.id = id;
      this.number = number;
      this.claim = claim;
      this.mayHaveBeenPaid = mayHaveBeenPaid;
    }

    /** Whether an earlier delivery may have been charged for it. */
    public boolean mayHaveBeenPaid() {
      return mayHaveBeenPaid;
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

  /** It is stored and must be queued, even if it may have been before. */
  public record Accepted() implements Acceptance {}

  /** The id belongs to another request. */
  public record Conflict() implements Decided {}

  /**
   * Nothing is stored, and nothing is running.
   *
   * @param detail what there was, if anything
   */
  public record NotFound(String detail) implements Lookup {}

  /** Claims the request, or waits for its holder as long as deadline and sender allow. */
  public Taken take(GenerationRequest request, Invocation invocation) {
    Deadline deadline = invocation.deadline();
    Claim mine =
        Claim.working(
            request.digest(), invocation.requestId(), clock.instant(), deadline.remaining());
    if (objects.createClaim(request.id(), 0, mine)) {
      return new Yours(request.id(), 0, mine, false);
    }
    Deadline patience = deadline.within(Budgets.forAnotherDelivery(deadline));
    for (Duration wait = FIRST_WAIT; ; wait = longer(wait)) {
      Taken taken = look(request, mine);
      if (!(taken instanceof Running) || !patience.leaves(wait) || !deadline.sleep(wait)) {
        return taken;
      }
    }
  }

  private static Duration longer(Duration wait) {
    return Deadline.shorter(wait.multipliedBy(2), LONGEST_WAIT);
  }

  private Taken look(GenerationRequest request, Claim mine) {
    String id = request.id();
    Optional<GenerationResult> result = objects.result(id);
    if (result.isPresent()) {
      return decided(result.get(), request);
    }
    int number = objects.newestClaim(id).orElse(0);
    Optional<Claim> newest = objects.claim(id, number);
    if (newest.isEmpty()) {
      return until(mine.until()); // deleted by hand a moment ago; the next look shows
    }
    Claim claim = newest.get();
    if (!claim.digest().equals(request.digest())) {
      return new Conflict();
    }
    if (claim.holds(clock.instant())) {
      return until(claim.until());
    }
    return objects.createClaim(id, number + 1, mine)
        ? new Yours(id, number + 1, mine, claim.mayHaveBeenPaid())
        : until(mine.until());
  }

  private Running until(Instant end) {
    return new Running(Duration.between(clock.instant(), end));
  }

  /** The images that an earlier delivery stored before it was stopped, in their order. */
  public List<StoredImage> images(Yours yours) {
    return objects.images(yours.id);
  }

  /**
   * Gives up the claim without a result, so that the next delivery need not wait until its time is
   * over. Retried until the deadline: an open claim looks as if it may have been paid for.
   */
  public void giveUp(Yours yours, Outcome outcome, Deadline deadline) {
    StorageRetry.untilDeadline(
        deadline,
        () -> {
          end(yours, Claim.Ending.without(outcome));
          return yours;
        });
  }

  /**
   * Records that a result follows, perhaps before it is stored. Even if this fails, the claim holds
   * until its time is over.
   */
  public void resultFollows(Yours yours, GenerationResult.Status status) {
    try {
      end(yours, Claim.Ending.with(status));
    } catch (StorageFailure failure) {
      LOG.warnf(
          failure, "the claim of %s could not be ended: it holds until its time is over", yours.id);
    }
  }

  private void end(Yours yours, Claim.Ending how) {
    objects.replaceClaim(yours.id, yours.number, yours.claim.ended(how));
  }

  /**
   * Stores the result, with retries until the end of the invocation.
   *
   * @return the stored result: this one, or that of another delivery, which took over because this
   *     one outlived its claim
   */
  public GenerationResult commit(GenerationResult result, Deadline deadline) {
    if (StorageRetry.untilDeadline(deadline, () -> objects.createResult(result))) {
      return withUrls(result);
    }
    // It may be our own, if an earlier try to commit had no answer.
    return objects
        .result(result.id())
        .filter(stored -> !stored.equals(result))
        .map(this::replayed)
        .map(Ended::result)
        .orElseGet(() -> withUrls(result));
  }

  /**
   * Stores a request that is to run later, so that callers can ask for it. A claim takes its id, as
   * if it ran: the first request has it.
   *
   * @param json the request as it came, with its id
   */
  public Acceptance accept(GenerationRequest request, JsonNode json, Invocation invocation) {
    String id = request.id();
    Claim queued = Claim.queued(request.digest(), invocation.requestId(), clock.instant());
    if (!objects.createClaim(id, 0, queued)) {
      if (!isClaimedFor(id, request.digest())) {
        return new Conflict();
      }
      Optional<GenerationResult> result = objects.result(id);
      if (result.isPresent()) {
        return decided(result.get(), request);
      }
    }
    objects.createRequest(id, json);
    return new Accepted();
  }

  private boolean isClaimedFor(String id, String digest) {
    return objects.claim(id, 0).filter(claim -> claim.digest().equals(digest)).isPresent();
  }

  /**
   * Stores the result of a refused request whose sender gets no answer, unless another request has
   * the id: an edited manifest gives its lines the ids that the old ones had.
   */
  public void refuse(GenerationResult refused, Invocation invocation) {
    Claim claim = Claim.refused(refused.digest(), invocation.requestId(), clock.instant());
    if (objects.createClaim(refused.id(), 0, claim)
        || isClaimedFor(refused.id(), refused.digest())) {
      objects.createResult(refused);
    }
  }

  /** What became of a request. */
  public Lookup find(String id) {
    Optional<GenerationResult> result = objects.result(id);
    if (result.isPresent()) {
      return replayed(result.get());
    }
    if (objects.hasRequest(id)) {
      return new Running(POLL_AFTER);
    }
    Optional<Claim> claim = newest(id);
    if (claim.isEmpty()) {
      return new NotFound("there is no request " + id);
    }
    return claim.get().holds(clock.instant())
        ? new Running(POLL_AFTER)
        : new NotFound(
            "the request %s has no result: its last attempt ended as %s; send it again"
                .formatted(id, claim.get().howItEnded()));
  }

  private Optional<Claim> newest(String id) {
    return objects.newestClaim(id).stream()
        .boxed()
        .findFirst()
        .flatMap(number -> objects.claim(id, number));
  }

  private Decided decided(GenerationResult stored, GenerationRequest request) {
    return stored.digest().equals(request.digest()) ? replayed(stored) : new Conflict();
  }

  private Ended replayed(GenerationResult stored) {
    return new Ended(withUrls(stored.asReplay()));
  }

  private GenerationResult withUrls(GenerationResult result) {
    return result.withImages(image -> {
      ImageStore.Url url = store.url(image.s3Uri());
      return image.at(url.url(), url.expiresAt().orElse(null));
    });
  }
}
