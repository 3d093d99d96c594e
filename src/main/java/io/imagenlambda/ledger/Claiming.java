package io.imagenlambda.ledger;

import io.imagenlambda.ledger.Claim.Ending;
import io.imagenlambda.ledger.Claims.Numbered;
import io.imagenlambda.ledger.Ledger.Conflict;
import io.imagenlambda.ledger.Ledger.Decided;
import io.imagenlambda.ledger.Ledger.Running;
import io.imagenlambda.ledger.Ledger.Taken;
import io.imagenlambda.ledger.Ledger.Yours;
import io.imagenlambda.ledger.LedgerObjects.Contents;
import io.imagenlambda.request.Budgets;
import io.imagenlambda.request.GenerationRequest;
import io.imagenlambda.request.InvalidRequest;
import io.imagenlambda.request.Invocation;
import io.imagenlambda.request.RequestDigest;
import io.imagenlambda.storage.StorageFailure;
import io.imagenlambda.storage.StorageRetry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a delivery gets its claim. It is written last before the call: whoever dies before was not
 * charged. Where no claim was ever made, the first one decides: nobody makes another without
 * looking. Else a lifecycle rule may delete old claims while deliveries look, each at its own age,
 * and two of them make claims of different numbers. So the next claim is only reserved, its writer
 * looks again, and the one behind it is the claim. For one thread.
 */
final class Claiming {
  /** S3 lists a folder in a tenth of this; longer, and the SDK had to ask again. */
  private static final Duration AT_ONCE = Duration.ofSeconds(1);

  private final String id;
  private final RequestDigest digest;
  private final Claim mine;
  private final Invocation invocation;
  private final Runnable beforeClaim;
  private final LedgerObjects objects;
  private final Results results;
  private final Clock clock;

  /** How many answers at once S3 still has to give before a claim is written. */
  private int probation = 1;

  private @Nullable StorageFailure lastFailure;

  /**
   * Prepares it.
   *
   * @param mine the claim to be made, whose mark its writer knows again if S3's answer was lost
   * @param beforeClaim prepares the call
   */
  Claiming(
      GenerationRequest request,
      Claim mine,
      Invocation invocation,
      Runnable beforeClaim,
      LedgerObjects objects,
      Results results,
      Clock clock) {
    this.id = request.id();
    this.digest = request.digest();
    this.mine = mine;
    this.invocation = invocation;
    this.beforeClaim = beforeClaim;
    this.objects = objects;
    this.results = results;
    this.clock = clock;
  }

  /** Claims the request, unless another delivery has it. */
  Taken claim() {
    return StorageRetry.untilDeadline(invocation.deadline(), this::look);
  }

  /**
   * Claims it once more on top of an own claim. It stands for as long as this invocation does, as
   * no lifecycle rule deletes what is so young; so nobody gets below it.
   */
  Taken claimAfter(Yours refused) {
    int next = refused.number + 1;
    return StorageRetry.untilDeadline(
        invocation.deadline(),
        () -> {
          return create(new Numbered(next, mine), list());
        });
  }

  private Taken look() {
    Instant now = clock.instant(); // before the list: later, who holds may have stored more
    Contents contents = list();
    Optional<Decided> decided = decided(contents);
    if (decided.isPresent()) {
      return decided.get();
    }
    Claims claims = objects.claims(id, contents);
    Optional<Numbered> ours = claims.writtenAs(mine);
    if (ours.isPresent()) { // S3's answer was lost
      return yours(ours.get(), contents);
    }
    Optional<Numbered> reserved = claims.writtenAs(mine.reservation());
    if (reserved.isPresent()) {
      return lookAgain(reserved.get());
    }
    if (claims.areOfAnother(digest)) {
      return new Conflict();
    }
    Optional<Claim> holder = claims.holder(claim -> claim.holds(now, invocation));
    if (holder.isPresent()) {
      return until(holder.get().until());
    }
    if (claims.numbers().isEmpty()) {
      return create(new Numbered(0, mine), contents);
    }
    Numbered next = new Numbered(claims.next(), mine.reservation());
    return objects.createClaim(id, next.number(), next.claim())
        ? lookAgain(next)
        : look(); // another was first; or S3's answer was lost
  }

  /** Looks once the reservation stands: of two who have reserved, at least one sees the other's. */
  private Taken lookAgain(Numbered reserved) {
    Instant now = clock.instant();
    Contents contents = list();
    Claim withdrawn = reserved.claim().ended(Ending.WITHDRAWN);
    Optional<Decided> decided = decided(contents);
    Claims others = objects.claimsBeside(reserved.number(), id, contents);
    int next = reserved.number() + 1;
    boolean isOurs =
        decided.isEmpty()
            && others.next() == next
            && !others.areOfAnother(digest)
            && others.holder(claim -> claim.holds(now, invocation)).isEmpty()
            && objects.closeFirst(id, others, withdrawn);
    if (!isOurs) {
      objects.replaceClaim(id, reserved.number(), withdrawn);
      return decided.isPresent() ? decided.get() : until(mine.until());
    }
    Claim claim = mine.after(others);
    // A claim that was given up meanwhile has stored its images after the list.
    try {
      return create(new Numbered(next, claim), claim.settled() == null ? contents : list());
    } catch (InvalidRequest cannotRun) {
      objects.replaceClaim(id, reserved.number(), withdrawn);
      throw cannotRun;
    }
  }

  /** Everything is ready for the call when its claim is written. */
  private Taken create(Numbered claim, Contents contents) {
    Yours yours = yours(claim, contents);
    if (!claim.claim().mayHaveBeenPaid()) { // else no call follows, as a rule
      beforeClaim.run();
    }
    return objects.createClaim(id, claim.number(), claim.claim()) ? yours : look();
  }

  /**
   * Lists what there is, again until S3 answers at once: after a failure twice in a row. A claim
   * that is written before may stand for long until its writer knows; if the process dies
   * meanwhile, nobody can tell that no call was made.
   */
  private Contents list() {
    Contents contents;
    do {
      contents = listOnce();
    } while (falters());
    return contents;
  }

  private Contents listOnce() {
    Instant start = clock.instant();
    try {
      Contents contents = objects.contents(id);
      probation -= Duration.between(start, clock.instant()).compareTo(AT_ONCE) < 0 ? 1 : 0;
      return contents;
    } catch (StorageFailure failure) {
      lastFailure = failure;
      probation = 2;
      throw failure;
    }
  }

  /**
   * Whether S3 has to answer once more.
   *
   * @throws StorageFailure the last, if no time is left for a call then
   */
  private boolean falters() {
    boolean mayWait = Budgets.allowsFirstCall(invocation.deadline());
    if (probation > 0 && !mayWait && lastFailure != null) {
      throw lastFailure;
    }
    return probation > 0 && mayWait;
  }

  private Optional<Decided> decided(Contents contents) {
    return contents.hasResult() ? results.decided(id, digest) : Optional.empty();
  }

  private Yours yours(Numbered claim, Contents contents) {
    return new Yours(
        id,
        claim.number(),
        claim.claim(),
        objects.images(id, contents, digest),
        contents.nextImage());
  }

  private Running until(Instant end) {
    return new Running(Duration.between(clock.instant(), end));
  }
}
