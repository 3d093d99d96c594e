package io.imagenlambda.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The packaged function under AWS's runtime interface emulator, whose core is Lambda's own. */
@TestInstance(Lifecycle.PER_CLASS)
@EnabledIfEnvironmentVariable(
    named = Emulator.VARIABLE,
    matches = ".+",
    disabledReason = "LAMBDA_RIE does not name the emulator's executable, see .ci/run")
final class EmulatorIT {
  private static final Duration PATIENCE = Duration.ofSeconds(25);
  private static final int PROVIDER_TAKES_MS = 40_000;

  private final Lab lab = Lab.start(LabOptions.forTests());
  private Emulator emulator;
  private SampleEvents samples;

  @BeforeAll
  void start() throws Exception {
    emulator = Emulator.start(lab, Path.of("target/emulator.log"));
    samples = new SampleEvents(lab, event -> emulator.invoke(event));
    samples.prepare();
  }

  @AfterAll
  void stop() {
    if (emulator != null) {
      emulator.close();
    }
    lab.close();
  }

  @ParameterizedTest
  @MethodSource("events")
  void aSampleEventGetsItsDocumentedAnswer(String name) {
    samples.assertAnswered(name);
  }

  static List<String> events() {
    return SampleEvents.names();
  }

  /** The emulator's own HTTP front keeps an answer until the invocation is over; Lambda's not. */
  @Test
  void aSlowCallIsAnsweredInTimeAndTheInvocationLastsUntilItsImagesAreStored() throws Exception {
    ObjectNode event = (ObjectNode) SampleEvents.event("http-post");
    event.put(
        "body",
        "{\"id\":\"slow\",\"prompt\":\"[fault:slow=%d] a pier\",\"parameters\":{\"sampleCount\":1}}"
            .formatted(PROVIDER_TAKES_MS));

    JsonNode answer = new ObjectMapper().readTree(emulator.invoke(event.toString()));

    assertEquals(202, answer.path("statusCode").asInt(), answer::toString);
    lab.s3().headObject(head -> head.bucket(Lab.OUTPUT_BUCKET).key("images/slow/result.json"));
    Emulator.Times times = emulator.lastTimes();
    assertTrue(times.answered().compareTo(PATIENCE.plusSeconds(2)) < 0, times::toString);
    assertTrue(times.over().toMillis() >= PROVIDER_TAKES_MS, times::toString);
  }
}
