package io.imagenlambda.generation;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Decides who makes the paid call: of all deliveries of one request, the one that creates the next
 * {@code claim-{n}.json}. S3 creates an object only where there is none ({@code If-None-Match: *}),
 * so there is one winner whatever the timing, and no lock to lose.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html">Conditional
 *     writes</a>
 */
@Singleton
final class Claims {
  private static final Duration FIRST_WAIT = Duration.ofMillis(100);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

  /** API Gateway gives up on an answer after 30 s. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Records records;

  Claims(Records records) {
    this.records = records;
  }

  /** What a delivery finds when it wants to work on a request. */
  sealed interface Taken {
    /**
     * The request is this delivery's.
     *
     * @param mayHaveBeenPaid whether an earlier delivery may have been charged for it
     */
    record Held(int number, Claim claim, boolean mayHaveBeenPaid) implements Taken {}

    /** The request has ended. */
    record Finished(GenerationResult result) implements Taken {}

    /** Somebody else is at it. */
    record Busy(Instant until) implements Taken {}

    /** The id belongs to another request. */
    record Conflict() implements Taken {}
  }

  /**
   * Claims the request, or waits for whoever holds it as long as the deadline and the sender's
   * patience allow.
   *
   * @param owner the AWS request id of this invocation
   */
  Taken take(GenerationRequest request, String owner, Deadline deadline) {
    Claim mine = Claim.of(request.digest(), owner, deadline);
    if (records.create(request.id(), 0, mine)) {
      return new Taken.Held(0, mine, false);
    }
    Duration patience = shorter(PATIENCE, deadline.remaining().dividedBy(2));
    Deadline waiting = Deadline.in(patience);
    for (Duration wait = FIRST_WAIT; ; wait = shorter(wait.multipliedBy(2), LONGEST_WAIT)) {
      Taken taken = look(request, mine);
      if (!(taken instanceof Taken.Busy) || !waiting.leaves(wait)) {
        return taken;
      }
      try {
        Thread.sleep(wait);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return taken;
      }
    }
  }

  /** Ends a claim, so that the next delivery need not wait until its time is over. */
  void end(String id, Taken.Held held, String outcome) {
    records.replace(id, held.number(), held.claim().ended(outcome));
  }

  private Taken look(GenerationRequest request, Claim mine) {
    String id = request.id();
    Optional<GenerationResult> result = records.result(id);
    if (result.isPresent()) {
      return result.get().digest().equals(request.digest())
          ? new Taken.Finished(result.get())
          : new Taken.Conflict();
    }
    int number = records.newestClaimNumber(id).orElse(0);
    Optional<Claim> newest = records.claim(id, number);
    if (newest.isEmpty()) {
      return new Taken.Busy(mine.until()); // deleted by hand a moment ago; the next look tells
    }
    Claim claim = newest.get();
    if (!claim.digest().equals(request.digest())) {
      return new Taken.Conflict();
    }
    if (claim.holds(Instant.now())) {
      return new Taken.Busy(claim.until());
    }
    return records.create(id, number + 1, mine)
        ? new Taken.Held(number + 1, mine, claim.mayHaveBeenPaid())
        : new Taken.Busy(mine.until());
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
