package io.imagenlambda.ledger;

import io.imagenlambda.request.RequestDigest;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The claims of an id at one moment. A delivery writes its claim first, and reads those of all
 * others then: of two that do so at once, at least one sees the other. The newest alone does not
 * say enough: where a lifecycle rule has deleted an old claim, a new one may take its number.
 *
 * @param newestFirst the last of them; older ones are over
 * @param numbers of all
 */
record Claims(List<Numbered> newestFirst, Set<Integer> numbers) {
  /** One claim and its number. */
  record Numbered(int number, Claim claim) {}

  /** The number of the next claim. */
  int next() {
    return numbers.isEmpty() ? 0 : Collections.max(numbers) + 1;
  }

  /** The claim that was written as this one, and not ended. */
  Optional<Numbered> writtenAs(Claim mine) {
    return newestFirst.stream().filter(claim -> claim.claim().isStill(mine)).findFirst();
  }

  /** The claim that says whose the id is, and how it stands: the newest that counts. */
  Optional<Claim> deciding() {
    return first(claim -> !claim.isWithdrawn());
  }

  /** The claim whose writer is at work, or has stored its result a moment ago. */
  Optional<Claim> holder(Predicate<Claim> holds) {
    return newestFirst.stream()
        .filter(claim -> !claim.claim().reserved() || !numbers.contains(claim.number() + 1))
        .map(Numbered::claim)
        .filter(holds)
        .findFirst();
  }

  /** Whether the id is that of another request. */
  boolean areOfAnother(RequestDigest digest) {
    return first(claim -> !claim.isWithdrawn() && !digest.matches(claim.digest())).isPresent();
  }

  /** Whether a call under one of them may have been charged without a stored result. */
  boolean areMaybePaid() {
    return first(Claim::isMaybePaid).isPresent();
  }

  /** What was settled last: each claim says it anew. */
  Optional<Settled> settled() {
    return newestFirst.stream()
        .flatMap(claim -> Optional.ofNullable(claim.claim().settled()).stream())
        .findFirst();
  }

  private Optional<Claim> first(Predicate<Claim> wanted) {
    return newestFirst.stream().map(Numbered::claim).filter(wanted).findFirst();
  }
}
