package io.imagenlambda.generation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.imagenlambda.Wiring;
import io.imagenlambda.generation.Interleaving.Choice;
import io.imagenlambda.ledger.Inbox;
import io.imagenlambda.provider.Provider;
import io.imagenlambda.provider.ScriptedProvider;
import io.imagenlambda.request.Deadline;
import io.imagenlambda.request.GenerationRequest;
import io.imagenlambda.request.GenerationResult;
import io.imagenlambda.request.Invocation;
import io.imagenlambda.request.RequestDigest;
import io.imagenlambda.settings.Settings;
import io.imagenlambda.settings.TestSettings;
import io.imagenlambda.storage.InMemoryS3;
import io.imagenlambda.storage.StorageFailure;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * What deploy/guarantees.md promises of several deliveries of one request, whatever their order.
 */
final class InterleavingsTest {
  private static final Duration TIME = Duration.ofMinutes(2);
  private static final int IMAGES = 2;
  private static final String FOLDER = "images/images/an-id/";

  // Kept, because a logger that nobody holds forgets its level. Tens of thousands of lines else.
  private static final Logger LOG = Logger.getLogger("io.imagenlambda.telemetry");

  static {
    LOG.setLevel(Level.WARNING);
  }

  /** A delivery that came to its end, and what it was told. */
  private record Told(String digest, Generation generation) {}

  /** What is delivered, and how. */
  private record Case(
      boolean repeatUnknown, boolean queuedBefore, boolean oneImageACall, List<String> digests) {}

  private final List<Told> told = Collections.synchronizedList(new ArrayList<>());
  private final InMemoryS3 s3 = new InMemoryS3();

  /** The marks of the invocations that are at work. */
  private final Set<String> atWork = ConcurrentHashMap.newKeySet();

  @Property(tries = 300)
  void twoDeliveriesArePaidForOnceAndGetOneResult(
      @ForAll("schedules") List<Choice> schedule,
      @ForAll("answers") List<ScriptedProvider.Answer> answers) {
    promisesHold(schedule, answers, new Case(false, false, false, List.of("one", "one")));
  }

  @Property(tries = 300)
  void threeDeliveriesArePaidForOnceAndGetOneResult(
      @ForAll("schedules") List<Choice> schedule,
      @ForAll("answers") List<ScriptedProvider.Answer> answers) {
    promisesHold(schedule, answers, new Case(false, false, false, List.of("one", "one", "one")));
  }

  @Property(tries = 300)
  void aQueuedRequestIsPaidForOnceThoughARuleDeletesItsOldClaims(
      @ForAll("schedules") List<Choice> schedule,
      @ForAll("answers") List<ScriptedProvider.Answer> answers) {
    promisesHold(schedule, answers, new Case(false, true, false, List.of("one", "one", "one")));
  }

  @Property(tries = 300)
  void anotherRequestUnderTheSameIdNeverGetsTheFirstOnesResult(
      @ForAll("schedules") List<Choice> schedule,
      @ForAll("answers") List<ScriptedProvider.Answer> answers) {
    promisesHold(
        schedule, answers, new Case(false, false, false, List.of("one", "another", "one")));
  }

  @Property(tries = 300)
  void repeatedCallsLoseNoImageAndOverwriteNone(
      @ForAll("schedules") List<Choice> schedule,
      @ForAll("answers") List<ScriptedProvider.Answer> answers) {
    promisesHold(schedule, answers, new Case(true, false, false, List.of("one", "one", "one")));
  }

  @Property(tries = 300)
  void ofSeveralCallsOfARequestNoneIsPaidForTwice(
      @ForAll("schedules") List<Choice> schedule,
      @ForAll("answers") List<ScriptedProvider.Answer> answers) {
    promisesHold(schedule, answers, new Case(false, false, true, List.of("one", "one", "one")));
  }

  @Property(tries = 300)
  void severalRepeatedCallsLoseNoImageAndOverwriteNone(
      @ForAll("schedules") List<Choice> schedule,
      @ForAll("answers") List<ScriptedProvider.Answer> answers) {
    promisesHold(schedule, answers, new Case(true, false, true, List.of("one", "one", "one")));
  }

  private void promisesHold(
      List<Choice> schedule, List<ScriptedProvider.Answer> answers, Case what) {
    told.clear();
    s3.forget();
    Interleaving interleaving = new Interleaving(schedule);
    ScriptedProvider provider = new ScriptedProvider(answers, () -> call(interleaving));
    if (what.oneImageACall()) {
      provider.oneImageACall();
    }
    s3.aroundEachCall(interleaving::step);
    s3.afterPut(key -> {
      if (interleaving.isLost()) {
        throw S3Exception.builder().statusCode(503).message("no answer").build();
      }
    });
    interleaving.rule(this::expire);
    Wiring function =
        s3.under(new Wiring())
            .with(
                Settings.class,
                TestSettings.of(
                    "IMAGEN_LOG_JSON",
                    "false",
                    "IMAGEN_URL_STYLE",
                    "cdn",
                    "IMAGEN_CDN_BASE_URL",
                    "https://cdn.example.com",
                    "IMAGEN_REPEAT_UNKNOWN",
                    "" + what.repeatUnknown()))
            .with(ObjectMapper.class, Wiring.mapper())
            .with(Clock.class, interleaving.clock())
            .with(Provider.class, provider);
    ImageGenerator generator = function.make(ImageGenerator.class);
    if (what.queuedBefore()) {
      var _ =
          function
              .make(Inbox.class)
              .accept(
                  request("one"),
                  JsonNodeFactory.instance.objectNode(),
                  invocation("accepts", interleaving));
    }
    for (String digest : what.digests()) {
      String name = "delivery of " + digest;
      interleaving.deliver(name, TIME, () -> deliver(generator, digest, name, interleaving));
    }
    interleaving.run();
    // Whatever came of the others: the messages come once more, and nobody disturbs them.
    interleaving.clock().pass(TIME.multipliedBy(2));
    provider.nowAlways(ScriptedProvider.Answer.PICTURES);
    for (String digest : new TreeSet<>(what.digests())) {
      deliver(generator, digest, "the last of " + digest, interleaving);
    }

    if (!what.repeatUnknown()) {
      assertTrue(provider.maybeCharged() <= IMAGES, () -> "paid for by " + provider.calls());
    }
    checkResults(interleaving, provider, what);
  }

  private void deliver(
      ImageGenerator generator, String digest, String name, Interleaving interleaving) {
    Invocation invocation = invocation(name, interleaving);
    atWork.add(invocation.mark());
    try {
      told.add(new Told(digest, generator.generate(request(digest), invocation)));
    } catch (StorageFailure outage) {
      // the message comes again
    } finally {
      atWork.remove(invocation.mark());
    }
  }

  private static Invocation invocation(String name, Interleaving interleaving) {
    Deadline deadline = Deadline.in(TIME, interleaving.clock(), interleaving::sleep);
    return Invocation.begun(name, Optional.empty(), "sqs", deadline);
  }

  /** Runs before a call and before its answer. */
  private void call(Interleaving interleaving) {
    interleaving.step();
    if (s3.written().contains(FOLDER + "result.json")) {
      throw new AssertionError("a call is made where a result is stored");
    }
  }

  /**
   * A lifecycle rule deletes a claim that has ended, of an invocation that is over. A day has
   * passed in the meantime for its owner only: who is at work reads and writes on. What may have
   * been paid for stays as long as there is no result, because a rule's days are more than a
   * message lives.
   */
  private void expire(int which) {
    boolean hasResult = s3.written().contains(FOLDER + "result.json");
    List<String> old =
        s3.written().stream()
            .filter(key -> key.contains("/claim-"))
            .filter(key -> atWork.stream().noneMatch(s3.text(key)::contains))
            .filter(key -> hasResult ? s3.text(key).contains("outcome") : isUnpaid(s3.text(key)))
            .toList();
    if (!old.isEmpty()) {
      s3.delete(old.get(which % old.size()));
    }
  }

  private static boolean isUnpaid(String claim) {
    return !claim.contains("mayHaveBeenPaid")
        && !claim.contains("settled")
        && List.of("queued", "withdrawn", "unavailable").stream()
            .anyMatch(how -> claim.contains("\"outcome\":\"" + how));
  }

  private void checkResults(Interleaving interleaving, ScriptedProvider provider, Case what) {
    List<GenerationResult> results =
        told.stream()
            .map(Told::generation)
            .filter(Generation.Finished.class::isInstance)
            .map(finished -> ((Generation.Finished) finished).result())
            .toList();
    assertEquals(
        1, results.stream().map(GenerationResult::status).distinct().count(), () -> "" + told);
    assertEquals(1, results.stream().map(GenerationResult::images).distinct().count());
    assertTrue(results.stream().filter(result -> !result.replayed()).count() <= 1);
    for (Told each : told) {
      if (each.generation() instanceof Generation.Finished finished) {
        assertEquals(each.digest(), finished.result().digest());
      }
    }
    if (new TreeSet<>(what.digests()).size() == 1) {
      assertEquals(
          s3.written().stream().filter(key -> key.endsWith(".png")).toList(),
          results.getFirst().images().stream()
              .map(image -> image.s3Uri().replace("s3://", ""))
              .sorted()
              .toList(),
          "what is stored, and what the result lists");
    }
    boolean nobodyIsToBlame =
        interleaving.killed() == 0
            && provider.calls().stream()
                .noneMatch(call ->
                    call.answer() == ScriptedProvider.Answer.UNKNOWN
                        || call.answer() == ScriptedProvider.Answer.CUT
                        || call.answer() == ScriptedProvider.Answer.REJECTED);
    assertTrue(
        !nobodyIsToBlame || results.stream().allMatch(result -> result.error() == null),
        () -> "nobody died, and every call was answered, but: " + results);
  }

  private static GenerationRequest request(String digest) {
    return new GenerationRequest(
        "an-id",
        "a prompt of " + digest,
        "a-model",
        Map.of("sampleCount", IntNode.valueOf(IMAGES)),
        List.of(),
        null,
        Map.of(),
        RequestDigest.of(digest));
  }

  @Provide
  Arbitrary<List<Choice>> schedules() {
    Arbitrary<Choice.Kind> kinds =
        Arbitraries.frequency(
            Tuple.of(40, Choice.Kind.STEP),
            Tuple.of(2, Choice.Kind.KILL),
            Tuple.of(1, Choice.Kind.WAIT),
            Tuple.of(2, Choice.Kind.WAIT_LONG),
            Tuple.of(2, Choice.Kind.LOSE),
            Tuple.of(2, Choice.Kind.EXPIRE));
    return Combinators.combine(Arbitraries.integers().between(0, 2), kinds)
        .as(Choice::new)
        .list()
        .ofMaxSize(120);
  }

  @Provide
  Arbitrary<List<ScriptedProvider.Answer>> answers() {
    return Arbitraries.of(ScriptedProvider.Answer.values()).list().ofSize(4);
  }
}
