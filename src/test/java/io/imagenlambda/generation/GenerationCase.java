package io.imagenlambda.generation;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.IntNode;
import io.imagenlambda.Wiring;
import io.imagenlambda.provider.Provider;
import io.imagenlambda.provider.ScriptedProvider;
import io.imagenlambda.request.Deadline;
import io.imagenlambda.request.GenerationRequest;
import io.imagenlambda.request.GenerationResult;
import io.imagenlambda.request.Invocation;
import io.imagenlambda.request.RequestDigest;
import io.imagenlambda.request.TestClock;
import io.imagenlambda.settings.Settings;
import io.imagenlambda.settings.TestSettings;
import io.imagenlambda.storage.InMemoryS3;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A request for three images, over an S3 in memory, by a clock that the test moves. */
abstract class GenerationCase {
  static final Duration TIME = Duration.ofMinutes(3);
  static final String FOLDER = "images/images/an-id/";

  /** The process dies here. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1;
  }

  final TestClock clock = new TestClock();
  final InMemoryS3 s3 = new InMemoryS3();
  private final ObjectMapper mapper = Wiring.mapper();

  /** What a new delivery comes to, in a process of its own. */
  final Generation generate(
      ScriptedProvider provider, boolean repeatUnknown, int concurrency, Deadline deadline) {
    Settings settings =
        TestSettings.of(
            "IMAGEN_URL_STYLE",
            "cdn",
            "IMAGEN_CDN_BASE_URL",
            "https://cdn.example.com",
            "IMAGEN_CONCURRENCY",
            "" + concurrency,
            "IMAGEN_REPEAT_UNKNOWN",
            "" + repeatUnknown);
    ImageGenerator generator =
        s3.under(new Wiring())
            .with(Settings.class, settings)
            .with(ObjectMapper.class, mapper)
            .with(Clock.class, clock)
            .with(Provider.class, provider)
            .make(ImageGenerator.class);
    return generator.generate(
        new GenerationRequest(
            "an-id",
            "three piers",
            "a-model",
            Map.of("sampleCount", IntNode.valueOf(3)),
            List.of(),
            null,
            Map.of(),
            RequestDigest.of("a-digest")),
        Invocation.begun("an-invocation", Optional.empty(), "sqs", deadline));
  }

  static GenerationResult result(Generation generation) {
    return assertInstanceOf(Generation.Finished.class, generation).result();
  }

  static List<String> names(GenerationResult result) {
    return result.images().stream()
        .map(image -> image.s3Uri().replace("s3://" + FOLDER, ""))
        .toList();
  }

  final JsonNode claim(int number) {
    try {
      return mapper.readTree(s3.text(FOLDER + "claim-" + number + ".json"));
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
