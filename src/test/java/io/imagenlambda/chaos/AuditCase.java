package io.imagenlambda.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.chaos.Lifecycle.Deleted;
import io.imagenlambda.chaos.Plan.PlannedRequest;
import io.imagenlambda.chaos.RequestOutcome.ProviderCall;
import io.imagenlambda.chaos.RequestOutcome.Result;
import io.imagenlambda.chaos.StoredObjects.StoredObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The outcome of a good request. A test breaks one rule, and the audit must report that rule and no
 * other.
 */
abstract class AuditCase {
  static final String URI = "s3://images/images/c000001/0.png";
  static final Instant AT = Instant.parse("2026-11-22T10:00:00Z");
  static final Result GOOD = new Result("c000001", "succeeded", 1, Map.of(URI, "5ea1"), "");
  static final ProviderCall PAID = new ProviderCall(AT, 1, 200, Set.of("5ea1"), false);
  static final ProviderCall OVERLOADED = new ProviderCall(AT, 1, 429, Set.of(), false);

  Trigger trigger = Trigger.HTTP;
  Scenario scenario = Scenario.NONE;
  List<Result> results = List.of(GOOD);
  Map<String, String> images = Map.of(URI, "5ea1");
  List<ProviderCall> calls = List.of(PAID);
  List<Result> returned = List.of(GOOD, GOOD);
  boolean refused;
  boolean deadLettered;
  boolean processDied;
  boolean inBrownout;
  boolean conflict;
  boolean idTaken;
  List<StoredObject> stored = List.of();
  List<Result> deletedResults = List.of();
  Set<String> deletedUris = Set.of();
  boolean repeats;

  static StoredObject object(String name, Instant at, String writer) {
    return new StoredObject("c000001", name, at, "5ea1", writer, "");
  }

  void withoutId() {
    idTaken = true;
    results = List.of();
    images = Map.of();
    calls = List.of();
    returned = List.of();
  }

  void invalidRequest(Trigger by) {
    trigger = by;
    scenario = Scenario.INVALID_REQUEST;
    results = List.of();
    images = Map.of();
    calls = List.of();
    returned = List.of();
  }

  void assertFound(String what) {
    List<Audit.Violation> found = audit();
    assertEquals(1, found.size(), found::toString);
    assertTrue(found.getFirst().what().contains(what), found::toString);
  }

  List<Audit.Violation> audit() {
    return audit(List.of(outcome()));
  }

  List<Audit.Violation> audit(List<RequestOutcome> outcomes) {
    return Audit.of(outcomes, List.of(), 0, repeats);
  }

  RequestOutcome outcome() {
    PlannedRequest request = new PlannedRequest("c000001", trigger, scenario);
    return new RequestOutcome(
        request,
        results,
        images,
        calls,
        returned,
        refused,
        conflict,
        deadLettered,
        processDied,
        inBrownout,
        idTaken,
        stored,
        new Deleted(deletedResults, deletedUris));
  }
}
