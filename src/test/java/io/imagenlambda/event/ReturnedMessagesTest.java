package io.imagenlambda.event;

import static io.imagenlambda.provider.ScriptedProvider.Answer.BAD_KEY;
import static io.imagenlambda.provider.ScriptedProvider.Answer.OTHER_KEY;
import static io.imagenlambda.provider.ScriptedProvider.Answer.OUT_OF_QUOTA;
import static io.imagenlambda.provider.ScriptedProvider.Answer.PICTURES;
import static io.imagenlambda.provider.ScriptedProvider.Answer.REFUSED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.imagenlambda.Wiring;
import io.imagenlambda.event.SqsSource.BatchResponse;
import io.imagenlambda.ledger.Inbox;
import io.imagenlambda.ledger.Ledger;
import io.imagenlambda.provider.Provider;
import io.imagenlambda.provider.ScriptedProvider;
import io.imagenlambda.provider.ScriptedProvider.Answer;
import io.imagenlambda.queue.ScriptedSqs;
import io.imagenlambda.queue.Sqs;
import io.imagenlambda.request.Invocation;
import io.imagenlambda.request.TestClock;
import io.imagenlambda.settings.Settings;
import io.imagenlambda.settings.TestSettings;
import io.imagenlambda.storage.InMemoryS3;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;

/**
 * What is not done comes again when it is worth it, and ends among the dead when it never is. One
 * call at a time, by a clock that the test moves.
 */
final class ReturnedMessagesTest {
  private static final String DEAD = "https://sqs.eu-central-1.amazonaws.com/123456789012/dead";

  private final TestClock clock = new TestClock();
  private final InMemoryS3 s3 = new InMemoryS3();
  private final ScriptedSqs sqs = new ScriptedSqs();
  private final Wiring wiring = s3.under(new Wiring());

  /** Calls come to these, and then to refusals. */
  private ScriptedProvider provider(Answer... answers) {
    ScriptedProvider provider = new ScriptedProvider(List.of(answers), () -> {});
    start(provider, "DEAD_LETTER_QUEUE_URL", DEAD);
    return provider;
  }

  private void start(ScriptedProvider provider, String... more) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "IMAGEN_URL_STYLE",
                "cdn",
                "IMAGEN_CDN_BASE_URL",
                "https://cdn.example.com",
                "IMAGEN_CONCURRENCY",
                "1"));
    settings.addAll(List.of(more));
    wiring
        .with(Settings.class, TestSettings.of(settings.toArray(String[]::new)))
        .with(ObjectMapper.class, Wiring.mapper())
        .with(Clock.class, clock)
        .with(Sqs.class, sqs.sqs())
        .with(Provider.class, provider);
  }

  /** The messages that the function returns. */
  private List<String> deliver(Sample... messages) {
    return deliverWithin(Duration.ofMinutes(10), messages);
  }

  private List<String> deliverWithin(Duration time, Sample... messages) {
    sqs.clear();
    Invocation invocation =
        Invocation.begun("an-invocation", Optional.empty(), "sqs", clock.deadline(time));
    return wiring
        .make(SqsSource.class)
        .answer(Sample.batch(messages).json(), invocation)
        .batchItemFailures()
        .stream()
        .map(BatchResponse.Failure::itemIdentifier)
        .toList();
  }

  private Sample message(String id, String more) {
    return of(Sample.of("sqs-message"), id, more);
  }

  private Sample message(String id) {
    return message(id, "");
  }

  private Sample fifo(String id) {
    return of(Sample.of("sqs-fifo-message"), id, "").with("/attributes/MessageGroupId", "a-group");
  }

  private Sample of(Sample message, String id, String more) {
    return message
        .with("/messageId", id)
        .with("/receiptHandle", "handle-of-" + id)
        .with("/attributes/SentTimestamp", "" + clock.millis())
        .with(
            "/body",
            "{\"prompt\":\"a pier\",\"parameters\":{\"sampleCount\":1}%s}".formatted(more));
  }

  private Sample received(Sample message, int times) {
    return message.with("/attributes/ApproximateReceiveCount", "" + times);
  }

  private Duration wait(String id) {
    return sqs.visibilities().stream()
        .flatMap(call -> Optional.ofNullable(call.get("handle-of-" + id)).stream())
        .reduce((one, other) -> {
          throw new AssertionError("twice");
        })
        .orElseThrow();
  }

  private static void assertBetween(long least, long most, Duration wait) {
    assertTrue(
        wait.toSeconds() >= least && wait.toSeconds() <= most,
        "%s is not from %d to %d s".formatted(wait, least, most));
  }

  private Inbox.Lookup found(String id) {
    return wiring.make(Inbox.class).find(id);
  }

  @Test
  void aMessageWaitsFiveSecondsForEachReceiveAndUpToAThirdLess() {
    var _ = provider();

    assertEquals(List.of("one"), deliver(message("one")));
    assertBetween(3, 5, wait("one"));

    clock.pass(Duration.ofMinutes(1));
    assertEquals(List.of("one"), deliver(received(message("one"), 60)));
    assertBetween(200, 300, wait("one"));

    clock.pass(Duration.ofMinutes(1));
    assertEquals(List.of("one"), deliver(received(message("one"), 499)));
    assertBetween(600, 900, wait("one"));

    clock.pass(Duration.ofMinutes(1));
    assertEquals(List.of("one"), deliver(received(message("one"), 500)));
    assertBetween(2400, 3600, wait("one"));
  }

  @Test
  void aMessageWaitsAsLongAsTheProviderAskedAndUpToAQuarterMore() {
    var _ = provider(OUT_OF_QUOTA);

    assertEquals(List.of("one"), deliver(message("one")));

    assertBetween(40, 63, wait("one"));
  }

  @Test
  void aRefusedCallIsNotRepeatedWhileLambdaIsPaid() {
    ScriptedProvider provider = provider();

    assertEquals(List.of("one"), deliver(message("one")));

    assertEquals(1, provider.calls().size());
    assertEquals(List.of(), clock.waits());
  }

  @Test
  void aCallWithTheKeyThatTheSecretHasByNowIsRepeatedAtOnce() {
    ScriptedProvider provider = provider(OTHER_KEY, PICTURES);

    assertEquals(List.of(), deliver(message("one")));

    assertEquals(2, provider.calls().size());
  }

  @Test
  void afterARefusalTheOthersOfTheModelAreReturnedUnstartedTogether() {
    ScriptedProvider provider = provider(OUT_OF_QUOTA, PICTURES, PICTURES);

    assertEquals(
        List.of("one", "two", "three"),
        deliver(
            message("one"),
            message("two"),
            message("three"),
            message("other", ",\"model\":\"gemini-nano-banana-2.1\"")));

    assertEquals(2, provider.calls().size(), "one was refused, and the other model's is paid");
    assertBetween(40, 63, wait("three"));
    assertEquals(List.of(), namesOf("two"), "nothing is written for what is not started");
  }

  @Test
  void aKeyThatIsRefusedShutsAllModels() {
    ScriptedProvider provider = provider(BAD_KEY, BAD_KEY, BAD_KEY, PICTURES);
    for (int refused = 1; refused <= 3; refused++) {
      clock.pass(Duration.ofSeconds(3)); // longer than the gap, and a quarter more
      assertEquals(List.of("one"), deliver(message("one")));
    }

    assertEquals(
        List.of("other"), deliver(message("other", ",\"model\":\"gemini-nano-banana-2.1\"")));

    assertEquals(3, provider.calls().size());
    assertBetween(3, 6, wait("other"));
  }

  @Test
  void aStartThatIsNearIsWaitedFor() {
    ScriptedProvider provider = provider(REFUSED, PICTURES, PICTURES);

    assertEquals(List.of("one"), deliver(message("one"), message("two"), message("three")));

    assertEquals(3, provider.calls().size());
    assertTrue(
        clock.waits().stream().allMatch(wait -> wait.compareTo(Duration.ofSeconds(3)) <= 0),
        clock.waits()::toString);
  }

  @Test
  void refusalsMakeTheGapLongerAndSuccessesShorter() {
    Answer[] answers = Collections.nCopies(12, PICTURES).toArray(Answer[]::new);
    Arrays.fill(answers, 0, 2, REFUSED);
    ScriptedProvider provider = provider(answers);
    for (int refused = 1; refused <= 2; refused++) {
      assertEquals(List.of("one"), deliver(message("one")));
      clock.pass(Duration.ofSeconds(1L << refused)); // the gap is half of this, and a quarter more
    }
    assertEquals(2, provider.calls().size());

    for (int paid = 1; paid <= 9; paid++) {
      assertEquals(List.of(), deliver(message("paid-" + paid)));
    }

    // two seconds, less by a third each time: the first was over, the seventh is too short
    assertEquals(6, clock.waits().size(), clock.waits()::toString);
    assertBetween(1, 3, clock.waits().getFirst());
    assertBetween(0, 0, clock.waits().getLast());
  }

  @Test
  void thoughTheModelIsShutANewcomerOfAnotherTenantMayTryOnce() {
    ScriptedProvider provider = provider(OUT_OF_QUOTA, PICTURES, PICTURES);
    String many = ",\"tenant\":\"many\"";
    String few = ",\"tenant\":\"few\"";

    assertEquals(
        List.of("many-1", "many-2", "few-2", "few-3"),
        deliver(
            message("many-1", many),
            message("many-2", many),
            message("few-1", few),
            message("few-2", few),
            received(message("few-3", few), 4)));

    assertEquals(2, provider.calls().size());
    assertInstanceOf(Ledger.Ended.class, found("few-1"));
  }

  @Test
  void aRequestWhoseSenderWaitsIsNotHeldBack() {
    ScriptedProvider provider = provider(OUT_OF_QUOTA, PICTURES);
    assertEquals(List.of("one"), deliver(message("one")));

    Invocation direct =
        Invocation.begun(
            "another", Optional.empty(), "direct", clock.deadline(Duration.ofMinutes(5)));
    var _ =
        wiring
            .make(DirectSource.class)
            .answer(Sample.parse("{\"prompt\":\"a pier\"}").json(), direct);

    assertEquals(2, provider.calls().size());
  }

  @Test
  void whatTheInvocationHasNoTimeForComesAtOnce() {
    ScriptedProvider provider = provider(PICTURES);
    clock.pass(Duration.ofSeconds(1));
    Sample late = received(message("late"), 9);
    Invocation invocation =
        Invocation.begun(
            "an-invocation", Optional.empty(), "sqs", clock.deadline(Duration.ofSeconds(60)));
    clock.pass(Duration.ofSeconds(31)); // half of an invocation's time is for starting

    var answer = wiring.make(SqsSource.class).answer(Sample.batch(late).json(), invocation);

    assertEquals(1, answer.batchItemFailures().size());
    assertEquals(Duration.ZERO, wait("late"));
    assertEquals(0, provider.calls().size());
  }

  @Test
  void theNextOfAFifoGroupWaitsWithTheOneThatFailed() {
    ScriptedProvider provider = provider(OUT_OF_QUOTA, PICTURES);

    assertEquals(List.of("one", "two"), deliver(fifo("one"), fifo("two")));

    assertEquals(1, provider.calls().size());
    assertBetween(40, 63, wait("two"));
  }

  @Test
  void aMessageThatIsTooOldIsTriedAndThenDead() {
    ScriptedProvider provider = provider(PICTURES);
    Sample good = message("good");
    Sample bad = received(message("bad", ",\"tenant\":\"few\""), 700);
    clock.pass(Duration.ofDays(13));

    assertEquals(List.of(), deliver(good, bad));

    assertEquals(2, provider.calls().size());
    assertInstanceOf(Ledger.Ended.class, found("good"));
    Inbox.Dead dead = assertInstanceOf(Inbox.Dead.class, found("bad"));
    assertTrue(dead.reason().contains("come back later"), dead.reason());
    SendMessageRequest kept = sqs.single().getFirst();
    assertEquals(1, sqs.single().size());
    assertEquals(DEAD, kept.queueUrl());
    assertTrue(kept.messageBody().contains("\"id\":\"bad\""), kept.messageBody());
    assertEquals(
        Map.of(
            "DeadReason",
            dead.reason(),
            "FirstSentAt",
            clock.instant().minus(Duration.ofDays(13)).toString(),
            "MessageId",
            "bad"),
        attributes(kept));
  }

  @Test
  void aMessageThatIsTooOldIsDeadThoughItsModelIsShut() {
    ScriptedProvider provider = provider(OUT_OF_QUOTA);
    Sample old = message("old");
    clock.pass(Duration.ofDays(13));

    assertEquals(List.of("new"), deliver(message("new"), old));

    assertEquals(1, provider.calls().size());
    assertInstanceOf(Inbox.Dead.class, found("old"));
  }

  @Test
  void sentBackFromTheDeadItHasANewAgeAndIsAskedForAgain() {
    ScriptedProvider provider = provider(REFUSED, OUT_OF_QUOTA, PICTURES);
    Sample first = message("first");
    clock.pass(Duration.ofDays(13));
    assertEquals(List.of(), deliver(first));
    SendMessageRequest kept = sqs.single().getFirst();
    clock.pass(Duration.ofHours(1));
    assertEquals(List.of("other"), deliver(message("other")), "the model is shut");

    Sample back =
        message("second")
            .with("/body", kept.messageBody())
            .with(
                "/messageAttributes",
                Sample.parse(
                    "{\"DeadReason\":{\"stringValue\":\"busy\",\"dataType\":\"String\"}}"));
    assertEquals(List.of("second"), deliver(back));
    assertInstanceOf(Inbox.Pending.class, found("first"), "it is not called dead any more");

    clock.pass(Duration.ofHours(1));
    assertEquals(List.of(), deliver(back));
    assertEquals(3, provider.calls().size());
    assertInstanceOf(Ledger.Ended.class, found("first"));
  }

  @Test
  void aMessageThatCanNeverBeRunIsDeadAtOnceWithItsReason() {
    var _ = provider();

    assertEquals(
        List.of(),
        deliver(
            message("typo", ",\"promt\":\"a\""),
            message("text").with("/body", "not JSON"),
            message("bad-id", ",\"id\":\"no id\"")));

    Inbox.Dead dead = assertInstanceOf(Inbox.Dead.class, found("typo"));
    assertTrue(dead.reason().contains("promt"), dead.reason());
    assertEquals(3, sqs.single().size());
    assertEquals(
        List.of("not JSON"),
        sqs.single().stream()
            .map(SendMessageRequest::messageBody)
            .filter(body -> !body.startsWith("{"))
            .toList());
    assertEquals(Map.of(), sqs.visibilities().stream().findFirst().orElse(Map.of()));
  }

  @Test
  void whatCanNeverBeRunSaysNothingAboutAnotherRequestOfItsId() {
    ScriptedProvider provider = provider(OUT_OF_QUOTA);
    assertEquals(List.of("one"), deliver(message("one", ",\"id\":\"shared\"")));

    assertEquals(List.of(), deliver(message("two", ",\"id\":\"shared\",\"promt\":\"a\"")));

    assertInstanceOf(Inbox.Pending.class, found("shared"));
    assertEquals(1, provider.calls().size());
  }

  @Test
  void withoutADeadLetterQueueNothingStaysAwayThatHasNotEnded() {
    start(new ScriptedProvider(List.of(), () -> {}));
    Sample old = message("old");
    clock.pass(Duration.ofDays(13));

    assertEquals(List.of("old", "bad"), deliver(old, message("bad", ",\"promt\":\"a\"")));
    assertInstanceOf(Inbox.Pending.class, found("old"));
  }

  @Test
  void theDeadOfAFifoQueueAreNotMixedWithThoseOfAnother() {
    var _ = provider();

    assertEquals(List.of("bad"), deliver(fifo("bad").with("/body", "not JSON")));

    assertEquals(List.of(), sqs.single());
  }

  @Test
  void whatTheDeadLetterQueueDoesNotTakeComesAgain() {
    var _ = provider();
    sqs.takesNothing();

    assertEquals(List.of("bad"), deliver(message("bad", ",\"promt\":\"a\"")));
  }

  @Test
  void aMessageThatIsReturnedIsInProgressUntilItIsDone() {
    ScriptedProvider provider = provider(REFUSED, PICTURES);
    assertEquals(List.of("one"), deliver(message("one")));
    clock.pass(Duration.ofDays(2));

    assertInstanceOf(Inbox.Pending.class, found("one"));

    assertEquals(List.of(), deliver(message("one")));
    assertInstanceOf(Ledger.Ended.class, found("one"));
    assertEquals(2, provider.calls().size());
  }

  private List<String> namesOf(String id) {
    return s3.written().stream().filter(name -> name.contains("/" + id + "/")).toList();
  }

  private static Map<String, String> attributes(SendMessageRequest message) {
    Map<String, String> attributes = new HashMap<>();
    message.messageAttributes().forEach((name, value) -> attributes.put(name, value.stringValue()));
    return attributes;
  }
}
