package io.imagenlambda.generation;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What is known of requests that run elsewhere: accepted for later, refused, under way, ended. */
@Singleton
public class RequestLedger {
  /** How soon whoever waits for a request may ask for it. */
  private static final Duration POLL_AFTER = Duration.ofSeconds(2);

  private final Records records;

  RequestLedger(Records records) {
    this.records = records;
  }

  /**
   * Stores a request that is to run later, so that it can be asked for from now on. Its id is taken
   * by a claim, as if it ran: whoever comes first has it.
   *
   * @param json the request as it came, with its id
   * @param owner the AWS request id of this invocation
   */
  public Acceptance accept(GenerationRequest request, JsonNode json, String owner) {
    String id = request.id();
    if (!records.create(id, 0, Claim.queued(request.digest(), owner))) {
      boolean same =
          records.claim(id, 0).filter(claim -> claim.digest().equals(request.digest())).isPresent();
      if (!same) {
        return new Acceptance.Conflict();
      }
      Optional<GenerationResult> result = records.result(id);
      if (result.isPresent()) {
        return new Acceptance.Finished(records.withUrls(result.get().asReplay()));
      }
    }
    records.accept(id, json);
    return new Acceptance.Accepted();
  }

  /** Stores that a request, sent in a way that has no answer, is none. */
  public void refuse(String id, InvalidRequest invalid) {
    records.commit(ResultBuilder.refused(id, invalid));
  }

  /** What became of a request. */
  public Lookup find(String id) {
    Optional<GenerationResult> result = records.result(id);
    if (result.isPresent()) {
      return new Lookup.Finished(records.withUrls(result.get().asReplay()));
    }
    if (records.isAccepted(id)) {
      return new Lookup.Underway(POLL_AFTER);
    }
    Optional<Claim> claim = records.newestClaim(id);
    if (claim.isEmpty()) {
      return new Lookup.NotFound("there is no request " + id);
    }
    return claim.get().holds(Instant.now())
        ? new Lookup.Underway(POLL_AFTER)
        : new Lookup.NotFound(
            "the request %s has no result: its last attempt ended as %s; send it again"
                .formatted(id, claim.get().howItEnded()));
  }
}
