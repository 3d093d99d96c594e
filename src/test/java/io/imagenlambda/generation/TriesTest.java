package io.imagenlambda.generation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.provider.ScriptedProvider;
import io.imagenlambda.provider.ScriptedProvider.Answer;
import io.imagenlambda.provider.ScriptedProvider.Call;
import io.imagenlambda.request.Deadline;
import io.imagenlambda.request.GenerationResult;
import io.imagenlambda.request.GenerationResult.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Several tries for one request: which are made, under which claim, and what becomes of each. */
final class TriesTest extends GenerationCase {
  private ScriptedProvider provider = new ScriptedProvider(List.of(), () -> {});

  private Generation generate(boolean repeatUnknown, Deadline deadline, Answer... answers) {
    provider = new ScriptedProvider(List.of(answers), () -> {});
    return generate(provider, repeatUnknown, 4, deadline);
  }

  private Generation generate(Answer... answers) {
    return generate(false, clock.deadline(TIME), answers);
  }

  private String outcome(int claim) {
    return claim(claim).path("outcome").asText("at work");
  }

  /** Runs when an object of that name is about to be written. */
  private static Consumer<String> at(String name, Runnable then) {
    return key -> {
      if (key.endsWith("/" + name)) {
        then.run();
      }
    };
  }

  private static void die() {
    throw new Killed();
  }

  @Test
  void eachTryHasAClaimOfItsOwnWhichEndsBeforeTheWait() {
    List<String> whileWaiting = new ArrayList<>();
    Deadline deadline =
        Deadline.in(
            TIME,
            clock,
            wait -> {
              whileWaiting.add(outcome(whileWaiting.size()));
              clock.pass(wait);
            });

    GenerationResult result =
        result(generate(false, deadline, Answer.REFUSED, Answer.REFUSED, Answer.PICTURES));

    assertEquals(List.of("unavailable", "unavailable"), whileWaiting);
    assertEquals("succeeded", outcome(2));
    assertEquals(3, result.attempts());
    assertEquals(List.of("0-2.png", "1-2.png", "2-2.png"), names(result));
  }

  @Test
  void aDeathDuringTheWaitCostsNothingAndTheNextDeliveryMakesTheCall() {
    Deadline deadline = Deadline.in(TIME, clock, wait -> die());
    assertThrows(Killed.class, () -> generate(false, deadline, Answer.REFUSED));

    assertEquals(Status.SUCCEEDED, result(generate(Answer.PICTURES)).status());
    assertEquals(List.of(), clock.waits(), "nobody waits for a claim that has ended");
  }

  @Test
  void fiveCallsAreMadeAndThenTheMessageComesAgain() {
    Generation.SendAgain again = assertInstanceOf(Generation.SendAgain.class, generate());

    assertEquals("busy", again.why().code());
    assertEquals(5, provider.calls().size());
    assertEquals(4, clock.waits().size());
    assertEquals("unavailable", outcome(4));
  }

  @Test
  void aDeliveryWhoseTurnWasTakenDuringItsWaitIsGivenTheOthersResult() {
    Deadline deadline =
        Deadline.in(
            TIME,
            clock,
            wait -> {
              ScriptedProvider mine = provider;
              var _ = generate(Answer.PICTURES);
              provider = mine;
            });

    GenerationResult result = result(generate(false, deadline, Answer.REFUSED, Answer.PICTURES));

    assertTrue(result.replayed());
    assertEquals(List.of(new Call(Answer.REFUSED, 3)), provider.calls());
  }

  @Test
  void noCallBeginsInTheSecondHalfOfAnInvocation() {
    Deadline deadline = clock.deadline(TIME);
    clock.pass(TIME.dividedBy(2).plusMillis(1));

    Generation.SendAgain again =
        assertInstanceOf(Generation.SendAgain.class, generate(false, deadline, Answer.PICTURES));

    assertEquals("no_time", again.why().code());
    assertEquals(List.of(), provider.calls());
    assertEquals(Status.SUCCEEDED, result(generate(Answer.PICTURES)).status());
  }

  /** A delivery dies when it has stored one image of three, and its claim's time passes. */
  private void diesAfterOneImage() {
    s3.beforePut(at("1.png", TriesTest::die).andThen(at("2.png", TriesTest::die)));
    assertThrows(Throwable.class, () -> generate(Answer.PICTURES));
    s3.beforePut(key -> {});
    clock.pass(TIME.plusSeconds(5));
  }

  @Test
  void whatIsStoredIsNotPaidForAgain() {
    diesAfterOneImage();

    GenerationResult result = result(generate(true, clock.deadline(TIME), Answer.PICTURES));

    assertEquals(List.of(new Call(Answer.PICTURES, 2)), provider.calls());
    assertEquals(Status.SUCCEEDED, result.status());
    assertEquals(List.of("0.png", "1-2.png", "2-2.png"), names(result));
  }

  @Test
  void aRepeatThatIsFilteredKeepsWhatIsStored() {
    diesAfterOneImage();

    GenerationResult result = result(generate(true, clock.deadline(TIME), Answer.FILTERED));

    assertEquals(Status.PARTIAL, result.status());
    assertEquals(List.of("0.png"), names(result));
    assertEquals(2, result.filtered().getFirst().missing());
  }

  @Test
  void aRepeatOverwritesNothingAndItsImagesFollowThoseThatAreThere() {
    assertInstanceOf(
        Generation.SendAgain.class, generate(true, clock.deadline(TIME), Answer.UNKNOWN));
    s3.beforePut(at("result.json", TriesTest::die));
    assertThrows(Killed.class, () -> generate(true, clock.deadline(TIME), Answer.ONE_PICTURE));
    s3.beforePut(key -> {});
    clock.pass(TIME.plusSeconds(5));

    GenerationResult result = result(generate(true, clock.deadline(TIME), Answer.PICTURES));

    assertEquals(List.of(new Call(Answer.PICTURES, 2)), provider.calls());
    assertEquals(List.of("0-2.png", "1-4.png", "2-4.png"), names(result));
  }

  @Test
  void imagesOfAnotherRequestAreNotThisOnes() {
    s3.beforePut(at("result.json", TriesTest::die));
    assertThrows(Killed.class, () -> generate(Answer.PICTURES));
    s3.beforePut(key -> {});
    s3.delete(FOLDER + "claim-0.json");
    s3.changeMetadata("imagen-request-sha256", "another-digest");

    GenerationResult result = result(generate(Answer.PICTURES));

    assertEquals(List.of("3.png", "4.png", "5.png"), names(result));
  }
}
