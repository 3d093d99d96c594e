package io.imagenlambda.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.chaos.Account.Charge;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Cooked books: each test breaks one rule, and the audit has to say so and no more. */
class AuditTest {
  private static final String URI = "s3://images/images/c000001/0.png";
  private static final Result GOOD = new Result("succeeded", 1, Map.of(URI, "5ea1"), "");
  private static final Charge PAID = new Charge(200, Set.of("5ea1"));
  private static final Charge OVERLOADED = new Charge(429, Set.of());

  private Trigger trigger = Trigger.HTTP;
  private Mishap mishap = Mishap.NONE;
  private List<Result> results = List.of(GOOD);
  private Map<String, String> images = Map.of(URI, "5ea1");
  private List<Charge> calls = List.of(PAID);
  private List<Result> told = List.of(GOOD, GOOD);
  private boolean refused;
  private boolean dead;
  private boolean disturbed;

  @Test
  void booksInOrderBalance() {
    assertEquals(List.of(), audit());
  }

  @Test
  void aRequestWithoutAResultIsFound() {
    results = List.of();
    assertFound("0 results, not one");
  }

  @Test
  void aRequestWithTwoResultsIsFound() {
    results = List.of(GOOD, GOOD);
    assertFound("2 results, not one");
  }

  @Test
  void aMissingImageIsFound() {
    images = Map.of();
    assertFound("the result names images that are not there: [" + URI + "]");
  }

  @Test
  void anImageThatNoResultNamesIsFound() {
    images = Map.of(URI, "5ea1", "s3://images/images/c000001/1.png", "5ea1");
    assertFound("no result names the image s3://images/images/c000001/1.png");
  }

  @Test
  void anImageThatIsNotWhatTheResultSaysIsFound() {
    images = Map.of(URI, "0ther");
    calls = List.of(new Charge(200, Set.of("5ea1", "0ther")));
    assertFound(URI + " has not the hash of the result");
  }

  @Test
  void anImageThatTheProviderDidNotSendIsFound() {
    calls = List.of(new Charge(200, Set.of("0ther")));
    assertFound(URI + " is not what the provider sent");
  }

  @Test
  void aStatusThatBeliesItsImagesIsFound() {
    disturbed = true;
    results = List.of(new Result("succeeded", 2, Map.of(URI, "5ea1"), ""));
    told = List.of();
    assertFound("succeeded with 1 of 2 images");
  }

  @Test
  void aSecondPaidCallIsFoundWhoeverDied() {
    disturbed = true;
    calls = List.of(PAID, PAID);
    assertFound("paid for 2 times");
  }

  @Test
  void aSecondCallAfterOneThatMayHaveBeenPaidIsFound() {
    disturbed = true;
    calls = List.of(new Charge(0, Set.of()), PAID);
    assertFound("paid for 2 times");
  }

  @Test
  void aRepeatedCallThatWasNotChargedIsInOrder() {
    mishap = Mishap.OVERLOADED;
    calls = List.of(OVERLOADED, PAID);
    assertEquals(List.of(), audit());
  }

  @Test
  void anUnpaidCallTooManyIsFound() {
    calls = List.of(OVERLOADED, PAID);
    assertFound("1 paid and 1 unpaid calls after NONE, not 1 and 0");
  }

  @Test
  void anEndingThatTheProviderDidNotCauseIsFound() {
    mishap = Mishap.CUT;
    assertFound("not failed");
  }

  @Test
  void anInterruptedResultIsInOrderOnlyWhereSomebodyDied() {
    results = List.of(new Result("failed", 1, Map.of(), Result.INTERRUPTED));
    images = Map.of();
    calls = List.of();
    told = List.of();
    assertFound("interrupted, but nobody was");

    disturbed = true;
    assertEquals(List.of(), audit());
  }

  @Test
  void anAnswerThatIsNotTheStoredResultIsFound() {
    told = List.of(GOOD, new Result("failed", 1, Map.of(), "no_image"));
    assertFound("but stored is");
  }

  @Test
  void aGoodRequestAmongTheDeadLettersIsFound() {
    dead = true;
    assertFound("a good request is in a dead-letter queue");
  }

  @Test
  void aGoodRequestThatIsRefusedIsFound() {
    refused = true;
    assertFound("a good request was refused");
  }

  @Test
  void whatIsNoRequestIsRefusedAndNothingElse() {
    noRequest(Trigger.HTTP);
    assertFound("what is no request was not refused");

    refused = true;
    assertEquals(List.of(), audit());
  }

  @Test
  void whatIsNoRequestOnTheQueueIsADeadLetter() {
    noRequest(Trigger.QUEUE);
    assertFound("what is no request is not in a dead-letter queue");

    dead = true;
    assertEquals(List.of(), audit());
  }

  @Test
  void aLineThatIsNoRequestHasAFailedResult() {
    noRequest(Trigger.MANIFEST);
    assertFound("what is no request has 0 results");

    results = List.of(new Result("failed", 0, Map.of(), "invalid_request"));
    assertEquals(List.of(), audit());
  }

  @Test
  void whatIsNoRequestAndWasPaidForIsFound() {
    noRequest(Trigger.HTTP);
    refused = true;
    calls = List.of(PAID);
    assertFound("what is no request was paid for");
  }

  @Test
  void whatIsNoRequestAndHasImagesIsFound() {
    noRequest(Trigger.HTTP);
    refused = true;
    images = Map.of(URI, "5ea1");
    assertFound("what is no request has images");
  }

  @Test
  void whatNobodyOrderedIsFound() {
    assertEquals(
        "c000009: nobody ordered it",
        Audit.of(List.of(), List.of("c000009"), 0).getFirst().toString());
  }

  @Test
  void aMessageThatIsLeftIsFound() {
    assertEquals(
        "queues: 1 messages are left", Audit.of(List.of(), List.of(), 1).getFirst().toString());
  }

  private void noRequest(Trigger by) {
    trigger = by;
    mishap = Mishap.NO_REQUEST;
    results = List.of();
    images = Map.of();
    calls = List.of();
    told = List.of();
  }

  private void assertFound(String what) {
    List<Audit.Imbalance> found = audit();
    assertEquals(1, found.size(), found::toString);
    assertTrue(found.getFirst().what().contains(what), found::toString);
  }

  private List<Audit.Imbalance> audit() {
    Order order = new Order("c000001", trigger, mishap);
    Account account = new Account(order, results, images, calls, told, refused, dead, disturbed);
    return Audit.of(List.of(account), List.of(), 0);
  }
}
