package io.imagenlambda.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import io.imagenlambda.concurrent.Parallel;
import io.imagenlambda.ledger.Claim.Ending;
import io.imagenlambda.ledger.Claims.Numbered;
import io.imagenlambda.ledger.Ledger.Conflict;
import io.imagenlambda.ledger.Ledger.Decided;
import io.imagenlambda.ledger.Ledger.Ended;
import io.imagenlambda.ledger.LedgerObjects.Contents;
import io.imagenlambda.request.GenerationRequest;
import io.imagenlambda.request.GenerationResult;
import io.imagenlambda.request.GenerationResult.Image;
import io.imagenlambda.request.Invocation;
import io.imagenlambda.request.RequestDigest;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The requests that run later, or never, and what became of any. */
@Singleton
public class Inbox {
  /** How soon a caller that waits for a request may ask again. */
  private static final Duration POLL_AFTER = Duration.ofSeconds(2);

  private final LedgerObjects objects;
  private final Results results;
  private final Clock clock;

  Inbox(LedgerObjects objects, Results results, Clock clock) {
    this.objects = objects;
    this.results = results;
    this.clock = clock;
  }

  /** What becomes of a request that is to run later. */
  public sealed interface Acceptance permits Accepted, Decided {}

  /** What is known of an id. */
  public sealed interface Lookup permits Ended, Pending, Dead, NotFound {}

  /** It is stored and must be queued, even if it may have been before. */
  public static final class Accepted implements Acceptance {
    private final String id;
    private final Optional<Numbered> claim;

    private Accepted(String id, Optional<Numbered> claim) {
      this.id = id;
      this.claim = claim;
    }
  }

  /**
   * It is queued, or a delivery is working on it.
   *
   * @param retryAfter when to look again
   * @param images those that are stored already
   */
  public record Pending(Duration retryAfter, List<Image> images) implements Lookup {}

  /**
   * It has not ended, and the queue does not bring it any more.
   *
   * @param images those that were stored without a result
   */
  public record Dead(String reason, Instant at, List<Image> images) implements Lookup {}

  /**
   * There is no result, and nothing is running.
   *
   * @param detail what there was, if anything
   * @param images those that were stored without a result
   */
  public record NotFound(String detail, List<Image> images) implements Lookup {}

  /**
   * Stores a request that is to run later, so that callers can ask for it. A claim takes its id, as
   * if it ran: the first request has it.
   *
   * @param json the request as it came, with its id
   */
  public Acceptance accept(GenerationRequest request, JsonNode json, Invocation invocation) {
    String id = request.id();
    RequestDigest digest = request.digest();
    Claim queued = ended(digest, invocation, Ending.QUEUED);
    if (!objects.createClaim(id, 0, queued)) {
      return acceptAgain(id, digest, queued, json);
    }
    // The claims of an older request go before its result, if a lifecycle rule deletes them.
    return Parallel.beside(() -> objects.storeRequest(id, json), () -> results.decided(id, digest))
        .map(Acceptance.class::cast)
        .orElseGet(() -> new Accepted(id, Optional.of(new Numbered(0, queued))));
  }

  private Acceptance acceptAgain(String id, RequestDigest digest, Claim queued, JsonNode json) {
    Optional<Decided> decided = results.decided(id, digest);
    if (decided.isPresent()) {
      return decided.get();
    }
    Claims claims = claims(id);
    if (claims.areOfAnother(digest)) {
      return new Conflict();
    }
    Instant now = clock.instant();
    Optional<Numbered> mine = Optional.empty();
    if (claims.holder(claim -> claim.holds(now)).isEmpty()) {
      Numbered next = new Numbered(claims.next(), queued.after(claims));
      // If another is first, it says as much.
      mine =
          objects.createClaim(id, next.number(), next.claim())
              ? Optional.of(next)
              : Optional.empty();
    }
    objects.storeRequest(id, json);
    return new Accepted(id, mine);
  }

  /** The queue did not take an accepted request: its id is free again. */
  public void withdraw(Accepted accepted) {
    accepted.claim.ifPresent(mine ->
        objects.replaceClaim(accepted.id, mine.number(), mine.claim().ended(Ending.WITHDRAWN)));
  }

  /**
   * Stores the result of a refused request whose sender gets no answer, unless another request has
   * the id: an edited manifest gives its lines the ids that the old ones had. Of two deliveries of
   * a line none leaves the result to the other, which may die.
   */
  public void refuse(GenerationResult refused, Invocation invocation) {
    String id = refused.id();
    RequestDigest digest = RequestDigest.of(refused.digest());
    Claim failed = ended(digest, invocation, Ending.FAILED);
    Claim withdrawn = failed.ended(Ending.WITHDRAWN);
    Claims before = claims(id);
    while (!before.areOfAnother(digest) && !objects.createClaim(id, before.next(), failed)) {
      before = claims(id);
    }
    if (before.areOfAnother(digest)) {
      return;
    }
    Claims after = claims(id);
    while (!after.areOfAnother(digest) && !objects.closeFirst(id, after, withdrawn)) {
      after = claims(id);
    }
    if (after.areOfAnother(digest)) {
      objects.replaceClaim(id, before.next(), withdrawn);
    } else {
      objects.createResult(refused);
    }
  }

  /** The queue does not bring the request any more, and says so to whoever asks for it. */
  public void died(String id, String reason) {
    objects.storeDeath(id, new Death(reason, clock.instant()));
  }

  /** The same for a message that is not a valid request, if nothing is known of its id. */
  public void diedUnread(String id, String reason) {
    if (claims(id).numbers().isEmpty()) {
      died(id, reason);
    }
  }

  /** A dead request is on the queue again, and nobody has worked on it yet. */
  public void isBack(String id) {
    objects.storeDeath(id, new Death(null, clock.instant()));
  }

  private Claims claims(String id) {
    return objects.claims(id, objects.contents(id));
  }

  private Claim ended(RequestDigest digest, Invocation invocation, Ending how) {
    return Claim.ended(digest.text(), invocation, clock.instant(), how);
  }

  /** What became of a request. */
  public Lookup find(String id) {
    Optional<Ended> ended = results.ended(id);
    if (ended.isPresent()) {
      return ended.get();
    }
    Contents contents = objects.contents(id);
    Claims claims = objects.claims(id, contents);
    Optional<Claim> deciding = claims.deciding();
    Optional<Death> death =
        objects
            .death(id, contents)
            .filter(
                mark -> deciding.filter(claim -> claim.startedAt().isAfter(mark.at())).isEmpty());
    if (deciding.isEmpty() && death.isEmpty()) {
      return new NotFound(
          claims.numbers().isEmpty()
              ? "there is no request " + id
              : noResult(id, "the queue did not take it"),
          List.of());
    }
    Instant now = clock.instant();
    List<Image> images =
        deciding
            .map(claim -> results.imagesSoFar(id, contents, RequestDigest.of(claim.digest())))
            .orElse(List.of());
    if (claims.holder(claim -> claim.holds(now)).isPresent()) {
      return new Pending(POLL_AFTER, images);
    }
    if (death.isPresent()) {
      Death mark = death.get();
      return mark.reason() == null
          ? new Pending(POLL_AFTER, images)
          : new Dead(mark.reason(), mark.at(), images);
    }
    return deciding.filter(claim -> claim.mayComeAgain(contents.hasRequest(), now)).isPresent()
        ? new Pending(POLL_AFTER, images)
        : new NotFound(noResult(id, deciding.get().howItEnded()), images);
  }

  private static String noResult(String id, String how) {
    return "the request %s has no result: %s; send it again".formatted(id, how);
  }
}
