package io.imagenlambda.generation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.IntNode;
import io.imagenlambda.Wiring;
import io.imagenlambda.provider.CountingProvider;
import io.imagenlambda.provider.Provider;
import io.imagenlambda.request.Deadline;
import io.imagenlambda.request.GenerationRequest;
import io.imagenlambda.request.Invocation;
import io.imagenlambda.request.Outcome;
import io.imagenlambda.request.RequestDigest;
import io.imagenlambda.request.TestClock;
import io.imagenlambda.settings.Settings;
import io.imagenlambda.settings.TestSettings;
import io.imagenlambda.spool.Admission;
import io.imagenlambda.spool.SmallDisk;
import io.imagenlambda.spool.SpoolFiles;
import io.imagenlambda.storage.InMemoryS3;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A request whose images {@code /tmp} cannot hold, as it holds those of another. */
final class NoRoomTest {
  private final Settings settings =
      TestSettings.of("IMAGEN_URL_STYLE", "cdn", "IMAGEN_CDN_BASE_URL", "https://cdn.example.com");
  private final InMemoryS3 s3 = new InMemoryS3();
  private final CountingProvider provider = new CountingProvider();
  private final SpoolFiles files;
  private final ImageGenerator generator;
  private final TestClock clock = new TestClock();
  private final Deadline late = clock.deadline(Duration.ofMinutes(1));

  NoRoomTest(@TempDir Path directory) {
    files = new SmallDisk(directory, 1_000_000).files(settings);
    generator =
        s3.under(new Wiring())
            .with(Settings.class, settings)
            .with(ObjectMapper.class, Wiring.mapper())
            .with(Provider.class, provider)
            .with(SpoolFiles.class, files)
            .make(ImageGenerator.class);
    clock.pass(Duration.ofSeconds(31)); // too late for another call
  }

  @Test
  void comesAgainAndIsNeitherClaimedNorPaid() {
    Admission another = files.admit(1, late).orElseThrow();

    var again = assertInstanceOf(Generation.SendAgain.class, generate(late));
    assertEquals(Outcome.UNAVAILABLE, again.why().outcome());
    assertEquals("no_room", again.why().code());
    assertEquals(0, provider.calls());
    assertEquals(Set.of(), s3.written());

    another.close();
    assertInstanceOf(Generation.Finished.class, generate());
    assertEquals(1, provider.calls());
  }

  @Test
  void eachRequestMakesRoomForTheNext() {
    assertInstanceOf(Generation.Finished.class, generate());
    assertInstanceOf(Generation.Finished.class, generate());
  }

  private Generation generate() {
    return generate(clock.deadline(Duration.ofMinutes(1)));
  }

  private Generation generate(Deadline deadline) {
    GenerationRequest request =
        new GenerationRequest(
            "a-request",
            "a lighthouse",
            "a-model",
            Map.of("sampleCount", IntNode.valueOf(1)),
            List.of(),
            null,
            Map.of(),
            RequestDigest.of("a-digest"));
    return generator.generate(
        request, Invocation.begun("an-invocation", Optional.empty(), "sqs", deadline));
  }
}
