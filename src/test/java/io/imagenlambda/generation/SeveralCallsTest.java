package io.imagenlambda.generation;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.provider.ScriptedProvider;
import io.imagenlambda.provider.ScriptedProvider.Answer;
import io.imagenlambda.request.Deadline;
import io.imagenlambda.request.Failure;
import io.imagenlambda.request.GenerationResult;
import io.imagenlambda.request.GenerationResult.Filtered;
import io.imagenlambda.request.GenerationResult.Status;
import io.imagenlambda.request.Outcome;
import java.util.List;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A request for three images of a model that makes one a call. */
final class SeveralCallsTest extends GenerationCase {
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicInteger mostUnderWay = new AtomicInteger();
  private final ThreadLocal<Boolean> begun = ThreadLocal.withInitial(() -> false);
  private Runnable meanwhile = () -> {};
  private ScriptedProvider provider = new ScriptedProvider(List.of(), () -> {});
  private boolean repeatUnknown;
  private int concurrency = 10;

  /**
   * What a delivery comes to whose calls end so; which call is which image is not decided. Its
   * first calls all begin before one of them ends, if so many may be under way.
   */
  private Generation generate(Deadline deadline, Answer... answers) {
    if (concurrency >= 3 && answers.length > 0) {
      Phaser first = new Phaser(Math.min(3, answers.length));
      meanwhile =
          () -> {
            if (first.getPhase() == 0) {
              first.arriveAndAwaitAdvance();
            }
          };
    }
    provider = new ScriptedProvider(List.of(answers), this::step).oneImageACall();
    return generate(provider, repeatUnknown, concurrency, deadline);
  }

  private Generation generate(Answer... answers) {
    return generate(clock.deadline(TIME), answers);
  }

  /** Runs on a call's thread when the call begins and when it ends. */
  private void step() {
    if (begun.get()) {
      underWay.decrementAndGet();
      begun.remove();
      return;
    }
    begun.set(true);
    mostUnderWay.accumulateAndGet(underWay.incrementAndGet(), Math::max);
    meanwhile.run();
  }

  /** A delivery that does not wait for another try. */
  private void comesAgain(Answer... answers) {
    Deadline impatient =
        Deadline.in(
            TIME,
            clock,
            wait -> {
              throw new InterruptedException();
            });
    assertInstanceOf(Generation.SendAgain.class, generate(impatient, answers));
    var _ = Thread.interrupted();
  }

  private static Failure error(GenerationResult result) {
    return requireNonNull(result.error());
  }

  @Test
  void eachImageIsACallAndTheResultHasAll() {
    GenerationResult result = result(generate(Answer.PICTURES, Answer.PICTURES, Answer.PICTURES));

    assertEquals(Status.SUCCEEDED, result.status());
    assertEquals(List.of("0.png", "1.png", "2.png"), names(result));
    assertEquals(3, result.attempts());
    assertEquals(3, provider.calls().size());
  }

  @Test
  void onlyTheRefusedOnesAreCalledAgain() {
    GenerationResult result =
        result(generate(Answer.PICTURES, Answer.REFUSED, Answer.PICTURES, Answer.PICTURES));

    assertEquals(Status.SUCCEEDED, result.status());
    assertEquals(3, result.images().size());
    assertEquals(4, provider.calls().size());
    assertEquals("unavailable", claim(0).path("outcome").asText());
    assertEquals(2, claim(0).path("settled").path("stored").asInt());
    assertEquals("succeeded", claim(1).path("outcome").asText());
  }

  @Test
  void anotherDeliveryMakesTheRefusedCallsOnly() {
    comesAgain(Answer.REFUSED, Answer.PICTURES, Answer.REFUSED);

    GenerationResult result = result(generate(Answer.PICTURES, Answer.PICTURES));

    assertEquals(Status.SUCCEEDED, result.status());
    assertEquals(2, provider.calls().size());
    assertEquals(2, result.attempts());
  }

  @Test
  void whatWasFilteredIsNotCalledAgainAndTheResultSaysSo() {
    comesAgain(Answer.FILTERED, Answer.REFUSED, Answer.PICTURES);

    GenerationResult result = result(generate(Answer.FILTERED));

    assertEquals(1, provider.calls().size());
    assertEquals(Status.PARTIAL, result.status());
    assertEquals(List.of(new Filtered("filtered", 2)), result.filtered());
    assertEquals(null, result.error());
  }

  @Test
  void whatWasRejectedIsNotCalledAgainAndTheResultSaysWhy() {
    comesAgain(Answer.REJECTED, Answer.REFUSED, Answer.FILTERED);

    GenerationResult result = result(generate(Answer.REJECTED));

    assertEquals(1, provider.calls().size());
    assertEquals(Status.FAILED, result.status());
    assertEquals(List.of(new Filtered("filtered", 1)), result.filtered());
    assertEquals("not this one", error(result).message());
  }

  @Test
  void severalTriesKeepWhatEarlierOnesSettled() {
    comesAgain(Answer.FILTERED, Answer.REFUSED, Answer.REFUSED);
    comesAgain(Answer.PICTURES, Answer.REFUSED);

    GenerationResult result = result(generate(Answer.PICTURES));

    assertEquals(1, provider.calls().size());
    assertEquals(2, result.images().size());
    assertEquals(List.of(new Filtered("filtered", 1)), result.filtered());
  }

  @Test
  void aCallThatMayHaveBeenChargedEndsTheRequest() {
    GenerationResult result = result(generate(Answer.UNKNOWN, Answer.REFUSED, Answer.PICTURES));

    assertEquals(3, provider.calls().size());
    assertEquals(Status.PARTIAL, result.status());
    assertEquals(Outcome.UNKNOWN, error(result).outcome());
    assertTrue(error(result).message().contains("1 of 3 images: no answer"));
    assertTrue(error(result).message().contains("1 of 3 images: come back later"));
  }

  @Test
  void whatMayHaveBeenChargedIsCalledAgainWhereItsOwnerAllowsThat() {
    repeatUnknown = true;
    comesAgain(Answer.UNKNOWN, Answer.PICTURES, Answer.FILTERED);
    assertEquals("unknown", claim(0).path("outcome").asText());

    GenerationResult result = result(generate(Answer.PICTURES));

    assertEquals(1, provider.calls().size());
    assertEquals(2, result.images().size());
    assertEquals(List.of(new Filtered("filtered", 1)), result.filtered());
  }

  @Test
  void aDeathAmongTheCallsKeepsTheImagesAndPaysForNone() {
    s3.beforePut(key -> {
      if (key.endsWith("/result.json") || key.endsWith("/1.png")) {
        throw new Killed();
      }
    });
    assertThrows(Killed.class, () -> generate(Answer.PICTURES, Answer.PICTURES, Answer.PICTURES));
    s3.beforePut(key -> {});
    clock.pass(TIME.plusSeconds(5));

    GenerationResult result = result(generate(Answer.PICTURES));

    assertEquals(List.of(), provider.calls());
    assertEquals(Status.PARTIAL, result.status());
    assertEquals(2, result.images().size());
    assertEquals("interrupted", error(result).code());
  }

  @Test
  void imagesThatARuleDeletedMeanwhileAreNotPaidForAgain() {
    comesAgain(Answer.PICTURES, Answer.REFUSED, Answer.PICTURES);
    s3.written().stream().filter(key -> key.endsWith(".png")).toList().forEach(s3::delete);

    GenerationResult result = result(generate(Answer.PICTURES));

    assertEquals(1, provider.calls().size());
    assertEquals(1, result.images().size());
    assertEquals(Status.PARTIAL, result.status());
    assertEquals(
        List.of("2 images that earlier calls stored are no longer there"), result.warnings());
  }

  @Test
  void theCallsAreMadeSideBySide() {
    assertEquals(
        Status.SUCCEEDED,
        result(generate(Answer.PICTURES, Answer.PICTURES, Answer.PICTURES)).status());
    assertEquals(3, mostUnderWay.get());
  }

  @Test
  void withOneCallAtATimeEachHasAClaimOfItsOwn() {
    concurrency = 1;

    GenerationResult result = result(generate(Answer.PICTURES, Answer.PICTURES, Answer.PICTURES));

    assertEquals(Status.SUCCEEDED, result.status());
    assertEquals(List.of("0.png", "1-1.png", "2-2.png"), names(result));
    assertEquals(3, result.attempts());
    assertEquals(1, mostUnderWay.get());
    assertEquals(1, claim(0).path("settled").path("stored").asInt());
    assertEquals(2, claim(1).path("settled").path("stored").asInt());
  }

  @Test
  void aDeathBeforeACallThatHadNoTurnCostsNoImage() {
    concurrency = 2;
    s3.beforePut(key -> {
      if (key.endsWith("/claim-1.json")) {
        throw new Killed();
      }
    });
    assertThrows(Killed.class, () -> generate(Answer.PICTURES, Answer.PICTURES));
    s3.beforePut(key -> {});

    GenerationResult result = result(generate(Answer.PICTURES));

    assertEquals(1, provider.calls().size());
    assertEquals(Status.SUCCEEDED, result.status());
    assertEquals(3, result.images().size());
  }

  @Test
  void whereACallMayHaveBeenChargedTheOthersAreMadeAllTheSame() {
    concurrency = 1;

    GenerationResult result = result(generate(Answer.UNKNOWN, Answer.PICTURES, Answer.PICTURES));

    assertEquals(Status.PARTIAL, result.status());
    assertEquals(2, result.images().size());
    assertEquals(1, mostUnderWay.get());
    assertTrue(error(result).message().contains("no answer"));
  }

  @Test
  void afterARefusalNoFurtherCallBegins() {
    concurrency = 1;
    comesAgain(Answer.REFUSED, Answer.PICTURES, Answer.PICTURES);

    assertEquals(1, provider.calls().size());
    assertEquals(
        3, result(generate(Answer.PICTURES, Answer.PICTURES, Answer.PICTURES)).images().size());
  }

  @Test
  void callsThatDidNotBeginForARefusedKeyAreMadeAtOnceWithTheOther() {
    concurrency = 1;

    GenerationResult result =
        result(generate(Answer.OTHER_KEY, Answer.PICTURES, Answer.PICTURES, Answer.PICTURES));

    assertEquals(Status.SUCCEEDED, result.status());
    assertEquals(4, result.attempts());
  }
}
