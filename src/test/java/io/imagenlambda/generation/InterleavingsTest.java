package io.imagenlambda.generation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.IntNode;
import io.imagenlambda.Wiring;
import io.imagenlambda.generation.Interleaving.Choice;
import io.imagenlambda.provider.Provider;
import io.imagenlambda.provider.ScriptedProvider;
import io.imagenlambda.request.Deadline;
import io.imagenlambda.request.GenerationRequest;
import io.imagenlambda.request.GenerationResult;
import io.imagenlambda.request.Invocation;
import io.imagenlambda.settings.Settings;
import io.imagenlambda.settings.TestSettings;
import io.imagenlambda.storage.InMemoryS3;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** What README promises of several deliveries of one request, whatever their order. */
final class InterleavingsTest {
  private static final Duration TIME = Duration.ofMinutes(2);

  // Kept, because a logger that nobody holds forgets its level. Tens of thousands of lines else.
  private static final Logger LOG = Logger.getLogger("io.imagenlambda.telemetry");

  static {
    LOG.setLevel(Level.WARNING);
  }

  /** A delivery that came to its end, and what it was told. */
  private record Told(String digest, Generation generation) {}

  private final List<Told> told = Collections.synchronizedList(new ArrayList<>());

  @Property(tries = 300)
  void twoDeliveriesArePaidForOnceAndGetOneResult(
      @ForAll("schedules") List<Choice> schedule,
      @ForAll("answers") List<ScriptedProvider.Answer> answers) {
    promisesHold(schedule, answers, "the-request", "the-request");
  }

  @Property(tries = 300)
  void threeDeliveriesArePaidForOnceAndGetOneResult(
      @ForAll("schedules") List<Choice> schedule,
      @ForAll("answers") List<ScriptedProvider.Answer> answers) {
    promisesHold(schedule, answers, "the-request", "the-request", "the-request");
  }

  @Property(tries = 300)
  void anotherRequestUnderTheSameIdNeverGetsTheFirstOnesResult(
      @ForAll("schedules") List<Choice> schedule,
      @ForAll("answers") List<ScriptedProvider.Answer> answers) {
    promisesHold(schedule, answers, "the-request", "another", "the-request");
  }

  private void promisesHold(
      List<Choice> schedule, List<ScriptedProvider.Answer> answers, String... digests) {
    told.clear();
    Interleaving interleaving = new Interleaving(schedule);
    ScriptedProvider provider = new ScriptedProvider(answers, interleaving::step);
    InMemoryS3 s3 = new InMemoryS3();
    s3.aroundEachCall(interleaving::step);
    Settings settings =
        TestSettings.of(
            "IMAGEN_LOG_JSON",
            "false",
            "IMAGEN_URL_STYLE",
            "cdn",
            "IMAGEN_CDN_BASE_URL",
            "https://cdn.example.com");
    ImageGenerator generator =
        s3.under(new Wiring())
            .with(Settings.class, settings)
            .with(ObjectMapper.class, Wiring.mapper())
            .with(Clock.class, interleaving.clock())
            .with(Provider.class, provider)
            .make(ImageGenerator.class);
    for (int i = 0; i < digests.length; i++) {
      String name = "delivery-" + i;
      String digest = digests[i];
      interleaving.deliver(
          name,
          TIME,
          () -> {
            Deadline deadline = Deadline.in(TIME, interleaving.clock(), interleaving::sleep);
            told.add(
                new Told(
                    digest,
                    generator.generate(request(digest), new Invocation(name, "sqs", deadline))));
          });
    }
    interleaving.run();

    List<GenerationResult> results =
        told.stream()
            .map(Told::generation)
            .filter(Generation.Finished.class::isInstance)
            .map(finished -> ((Generation.Finished) finished).result())
            .toList();
    assertTrue(provider.maybeCharged() <= 1, () -> "paid " + provider.maybeCharged() + " times");
    assertTrue(results.stream().map(GenerationResult::status).distinct().count() <= 1);
    assertTrue(results.stream().map(GenerationResult::images).distinct().count() <= 1);
    assertTrue(results.stream().filter(result -> !result.replayed()).count() <= 1);
    for (Told each : told) {
      if (each.generation() instanceof Generation.Finished finished) {
        assertEquals(each.digest(), finished.result().digest());
      }
    }
  }

  private static GenerationRequest request(String digest) {
    return new GenerationRequest(
        "an-id",
        "a prompt of " + digest,
        "a-model",
        Map.of("sampleCount", IntNode.valueOf(1)),
        Map.of(),
        digest);
  }

  @Provide
  Arbitrary<List<Choice>> schedules() {
    Arbitrary<Choice.Kind> kinds =
        Arbitraries.frequency(
            Tuple.of(40, Choice.Kind.STEP),
            Tuple.of(2, Choice.Kind.KILL),
            Tuple.of(1, Choice.Kind.WAIT),
            Tuple.of(2, Choice.Kind.WAIT_LONG));
    return Combinators.combine(Arbitraries.integers().between(0, 2), kinds)
        .as(Choice::new)
        .list()
        .ofMaxSize(120);
  }

  @Provide
  Arbitrary<List<ScriptedProvider.Answer>> answers() {
    return Arbitraries.of(ScriptedProvider.Answer.values()).list().ofSize(3);
  }
}
