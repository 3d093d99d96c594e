package io.imagenlambda.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabOptions;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every sample event under {@code deploy/events}, through the packaged function in the lab. */
final class SampleEventsIT {
  @AutoClose private static final Lab lab = Lab.start(LabOptions.forTests());

  private static final SampleEvents EVENTS =
      new SampleEvents(lab, event -> lab.function().invoke(event).text());

  @BeforeAll
  static void prepare() {
    EVENTS.prepare();
  }

  @ParameterizedTest
  @MethodSource("events")
  void aSampleEventGetsItsDocumentedAnswer(String name) {
    EVENTS.assertAnswered(name);
  }

  static List<String> events() {
    return SampleEvents.names();
  }

  @Test
  void everySampleEventHasADocumentedAnswerAndIsInTheTable() {
    assertFalse(events().isEmpty());
    assertEquals(events(), SampleEvents.answered());
    assertEquals(events(), SampleEvents.described());
  }

  @Test
  void theTemplatesScheduleSendsSuchAnEvent() throws IOException {
    JsonNode sample = SampleEvents.event("scheduler");
    String[] id = sample.path("id").asText().split(" ", 2);

    assertEquals(
        sample,
        new ObjectMapper()
            .readTree(
                Template.read()
                    .properties("Schedule")
                    .at("/Target/Input")
                    .asText()
                    .replace("<aws.scheduler.schedule-arn>", id[0])
                    .replace("<aws.scheduler.scheduled-time>", id[1])));
  }
}
