package io.imagenlambda.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.imagenlambda.chaos.RequestOutcome.ProviderCall;
import io.imagenlambda.chaos.RequestOutcome.Result;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a request must have in the end. */
class AuditTest extends AuditCase {
  @Test
  void outcomesThatKeepAllRulesAreInOrder() {
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

    deletedUris = Set.of(URI);
    assertEquals(List.of(), audit());
  }

  @Test
  void anImageThatNoResultNamesIsFound() {
    images = Map.of(URI, "5ea1", "s3://images/images/c000001/1.png", "5ea1");
    assertFound("no result names the image s3://images/images/c000001/1.png");
  }

  @Test
  void anImageThatIsNotWhatTheResultSaysIsFound() {
    images = Map.of(URI, "0ther");
    calls = List.of(new ProviderCall(AT, 1, 200, Set.of("5ea1", "0ther"), false));
    assertFound(URI + " does not have the hash in the result");
  }

  @Test
  void anImageThatTheProviderDidNotSendIsFound() {
    calls = List.of(new ProviderCall(AT, 1, 200, Set.of("0ther"), false));
    assertFound(URI + " is not what the provider sent");
  }

  @Test
  void aStatusThatBeliesItsImagesIsFound() {
    processDied = true;
    results = List.of(new Result("c000001", "succeeded", 2, Map.of(URI, "5ea1"), ""));
    returned = List.of();
    assertFound("succeeded with 1 of 2 images");
  }

  @Test
  void anEndingThatTheProviderDidNotCauseIsFound() {
    scenario = Scenario.CUT;
    assertFound("not failed");
  }

  @Test
  void anInterruptedResultIsInOrderOnlyIfAProcessDiedOrS3FailedOrAnOlderOneWasDeleted() {
    results = List.of(new Result("c000001", "failed", 1, Map.of(), Result.INTERRUPTED));
    images = Map.of();
    calls = List.of();
    returned = List.of();
    assertFound("interrupted, but no process died and S3 worked");

    processDied = true;
    assertEquals(List.of(), audit());

    processDied = false;
    inBrownout = true;
    assertEquals(List.of(), audit());

    inBrownout = false;
    deletedResults = List.of(new Result("c000001", "failed", 1, Map.of(), "timeout"));
    assertEquals(List.of(), audit());
  }

  @Test
  void anAnswerThatIsNotTheStoredResultIsFound() {
    returned = List.of(GOOD, new Result("c000001", "failed", 1, Map.of(), "no_image"));
    assertFound("but stored is");
  }

  @Test
  void aMessageThatIsLeftIsFound() {
    assertEquals(
        "queues: 1 messages are left",
        Audit.of(List.of(), List.of(), 1, false).getFirst().toString());
  }

  @Test
  void anImageThatIsListedTwiceIsFound() throws Exception {
    String twice =
        """
        {"status": "succeeded", "requested": 1, "metadata": {"name": "c000001"},
         "images": [{"s3Uri": "%s", "sha256": "5ea1"}, {"s3Uri": "%s", "sha256": "5ea1"}]}\
        """
            .formatted(URI, URI);
    results = List.of(Result.of(new ObjectMapper().readTree(twice)));
    returned = List.of();
    assertFound(URI + " does not have the hash in the result");
  }
}
