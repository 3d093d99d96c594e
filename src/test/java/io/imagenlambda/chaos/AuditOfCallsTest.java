package io.imagenlambda.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.chaos.RequestOutcome.ProviderCall;
import io.imagenlambda.chaos.RequestOutcome.Result;
import io.imagenlambda.chaos.StoredObjects.StoredObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What calls may be made, and what may be stored by them. */
class AuditOfCallsTest extends AuditCase {
  private static final StoredObject UNKNOWN_CLAIM =
      new StoredObject("c000001", "claim-0.json", AT.plusSeconds(1), "any", "inv-1", "unknown");

  @Test
  void aSecondPaidCallIsFoundEvenIfAProcessDied() {
    processDied = true;
    calls = List.of(PAID, PAID);
    assertFound("paid for 2 images, not 1");
  }

  @Test
  void aSecondCallAfterOneThatMayHaveBeenPaidIsFound() {
    processDied = true;
    calls = List.of(new ProviderCall(AT, 1, 0, Set.of(), false), PAID);
    assertFound("paid for 2 images, not 1");
  }

  @Test
  void aRepeatedCallThatWasNotChargedIsInOrder() {
    scenario = Scenario.OVERLOADED;
    calls = List.of(OVERLOADED, PAID);
    assertEquals(List.of(), audit());
  }

  @Test
  void anUnpaidCallTooManyIsFound() {
    calls = List.of(OVERLOADED, PAID);
    assertFound("1 paid and 1 unpaid calls after NONE, not 1 and 0");
  }

  @Test
  void requestsThatAreGivenUpForNothingAfterMoreThanOneDeathIn25AreFound() {
    givenUp();
    RequestOutcome paid = outcome();
    calls = List.of();
    RequestOutcome unpaid = outcome();

    assertEquals(List.of(), audit(Collections.nCopies(125, paid)));
    List<RequestOutcome> all = new ArrayList<>(Collections.nCopies(144, paid));
    all.addAll(Collections.nCopies(6, unpaid));
    assertEquals(List.of(), audit(all));
    all.add(unpaid);
    String found = audit(all).getFirst().toString();
    assertTrue(
        found.startsWith(
            "deaths: 7 requests were given up for nothing, of 151 that a process died over"),
        found);
  }

  @Test
  void fourRequestsMayBeGivenUpForNothingInAShortRunAndNotFive() {
    givenUp();
    calls = List.of();
    RequestOutcome unpaid = outcome();

    assertEquals(List.of(), audit(Collections.nCopies(4, unpaid)));
    assertEquals(1, audit(Collections.nCopies(5, unpaid)).size());
  }

  @Test
  void whereACallMayHaveBeenChargedAndLostTheRequestHasToEnd() {
    several(2);
    givenUp();
    calls = List.of(PAID, OVERLOADED);
    assertEquals(List.of(), audit(Collections.nCopies(5, outcome())));

    calls = List.of(OVERLOADED, new ProviderCall(AT, 1, 429, Set.of(), true));
    assertEquals(List.of(), audit(Collections.nCopies(5, outcome())));
  }

  @Test
  void anImageOfSeveralThatIsGivenUpCountsWhereAllThatWasChargedIsStored() {
    several(2);
    givenUp();
    results = List.of(new Result("c000001", "partial", 2, Map.of(URI, "5ea1"), Result.INTERRUPTED));
    images = Map.of(URI, "5ea1");
    stored = List.of(object("0.png", AT, "inv-1"));

    calls = List.of(PAID, OVERLOADED);
    assertEquals(1, audit(Collections.nCopies(5, outcome())).size());
    calls = List.of(PAID, PAID);
    assertEquals(List.of(), audit(Collections.nCopies(5, outcome())));
  }

  private void givenUp() {
    processDied = true;
    results = List.of(new Result("c000001", "failed", 1, Map.of(), Result.INTERRUPTED));
    images = Map.of();
    returned = List.of();
  }

  @Test
  void aCallAfterTheResultIsStoredIsFound() {
    scenario = Scenario.OVERLOADED;
    stored = List.of(object("result.json", AT.minusSeconds(1), "inv-1"));
    calls = List.of(OVERLOADED, PAID);

    List<Audit.Violation> found = audit();

    assertEquals(2, found.size(), found::toString);
    assertTrue(found.getFirst().what().contains("called after its result was stored"));
  }

  @Test
  void aCallThatAsksForAnImageThatIsThereIsFound() {
    processDied = true;
    stored = List.of(object("0.png", AT.minusSeconds(1), "inv-1"));
    assertFound("a call asks for 1 images, but 0 are missing");
  }

  @Test
  void anImageThatAnotherInvocationOverwroteIsFound() {
    stored =
        List.of(
            object("0.png", AT.plusSeconds(1), "inv-1"),
            object("0.png", AT.plusSeconds(2), "inv-2"));
    assertFound("images/c000001/0.png was overwritten");
  }

  @Test
  void anImageThatIsStoredAgainByTheSameInvocationIsInOrder() {
    stored =
        List.of(
            object("0.png", AT.plusSeconds(1), "inv-1"),
            object("0.png", AT.plusSeconds(2), "inv-1"));
    assertEquals(List.of(), audit());
  }

  @Test
  void aRequestWhoseResultWasDeletedMayBePaidForAgain() {
    deletedResults = List.of(GOOD);
    calls = List.of(PAID, PAID);
    assertEquals(List.of(), audit());

    calls = List.of(PAID, PAID, PAID);
    assertFound("paid for 3 images, not 1, though 1 results were deleted");
  }

  @Test
  void aRequestWhoseResultWasDeletedNeedsNoOther() {
    deletedResults = List.of(GOOD);
    results = List.of();
    assertEquals(List.of(), audit());

    returned = List.of(new Result("c000001", "failed", 1, Map.of(), "no_image"));
    assertFound("but stored were");
  }

  @Test
  void anUnknownCallIsRepeatedOnlyIfThatIsAllowed() {
    scenario = Scenario.DROPPED;
    calls = List.of(new ProviderCall(AT, 1, 0, Set.of(), false), PAID);
    stored = List.of(UNKNOWN_CLAIM);
    repeats = true;
    assertEquals(List.of(), audit());

    processDied = true;
    repeats = false;
    assertFound("paid for 2 images, not 1");
  }

  @Test
  void aCallWhoseEndIsKnownIsNotRepeated() {
    repeats = true;
    calls = List.of(PAID, PAID);

    List<Audit.Violation> found = audit();

    assertEquals(2, found.size(), found::toString);
    assertTrue(found.getFirst().what().contains("2 paid and 0 unpaid calls after NONE"));
    assertTrue(found.getLast().what().contains("paid for 2 images, not 1"));
  }

  @Test
  void aRefusedCallIsInOrderThoughCallsMayBeRepeated() {
    repeats = true;
    scenario = Scenario.REJECTED;
    calls = List.of(new ProviderCall(AT, 1, 400, Set.of(), false));
    results = List.of(new Result("c000001", "failed", 1, Map.of(), "INVALID_ARGUMENT"));
    images = Map.of();
    returned = List.of();
    assertEquals(List.of(), audit());
  }

  @Test
  void aRequestThatIsGivenUpThoughItsCallMayBeRepeatedIsFound() {
    repeats = true;
    processDied = true;
    results = List.of(new Result("c000001", "failed", 1, Map.of(), Result.INTERRUPTED));
    images = Map.of();
    returned = List.of();
    assertFound("given up, though its call may be repeated");
  }

  @Test
  void anUnknownCallThatIsNotRepeatedThoughItMayBeIsFound() {
    repeats = true;
    scenario = Scenario.DROPPED;
    calls = List.of(new ProviderCall(AT, 1, 0, Set.of(), false));
    results = List.of(new Result("c000001", "failed", 1, Map.of(), "no_answer"));
    images = Map.of();
    returned = List.of();
    assertFound("after DROPPED, not failed");
  }

  @Test
  void aCallTooManyForOneOfSeveralImagesIsFound() {
    several(3);
    calls = List.of(PAID, PAID, PAID);
    assertEquals(List.of(), audit());

    calls = List.of(PAID, PAID, PAID, PAID);
    processDied = true;
    assertFound("paid for 4 images, not 3");
  }

  @Test
  void aRefusedCallOfSeveralIsMadeAgain() {
    several(3);
    scenario = Scenario.ONE_UNAVAILABLE;
    calls = List.of(PAID, PAID, OVERLOADED, PAID);
    assertEquals(List.of(), audit());

    calls = List.of(PAID, PAID, OVERLOADED);
    assertFound("2 paid and 1 unpaid calls after ONE_UNAVAILABLE, not 3 and 1");
  }

  @Test
  void anUnknownCallOfSeveralIsRepeatedOnlyIfThatIsAllowed() {
    several(3);
    scenario = Scenario.ONE_CUT;
    calls = List.of(PAID, PAID, PAID, PAID);
    stored = List.of(UNKNOWN_CLAIM);
    repeats = true;
    assertEquals(List.of(), audit());

    processDied = true;
    repeats = false;
    assertFound("paid for 4 images, not 3");
  }

  @Test
  void aCallOfSeveralThatHadToWaitWhenAnotherBecameUnknownNeedNotBeMade() {
    scenario = Scenario.ONE_CUT;
    ProviderCall cut = new ProviderCall(AT, 1, 200, Set.of(), false);
    calls = List.of(cut, PAID);
    results = List.of(new Result("c000001", "partial", 3, images, "connection_cut"));
    returned = results;
    assertEquals(List.of(), audit());

    calls = List.of(cut, PAID, PAID);
    assertFound("after ONE_CUT, not partial");
  }

  private void several(int count) {
    scenario = count == 2 ? Scenario.SEVERAL_SLOW : Scenario.SEVERAL;
    images = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      images.put("s3://images/images/c000001/%d.png".formatted(i), "5ea1");
    }
    results = List.of(new Result("c000001", "succeeded", count, images, ""));
    returned = results;
  }
}
