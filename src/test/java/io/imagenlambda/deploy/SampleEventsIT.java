package io.imagenlambda.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.imagenlambda.event.Expected;
import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.sync.RequestBody;

/** Every sample event under {@code deploy/events}, through the packaged function in the lab. */
final class SampleEventsIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path EVENTS = Path.of("deploy", "events");
  private static final Path ANSWERS = EVENTS.resolve("answers");

  @AutoClose private static final Lab lab = Lab.start(LabOptions.forTests());

  @BeforeAll
  static void uploadWhatTheEventsSpeakOf() {
    for (String key : List.of("in/requests.jsonl", "in/more.jsonl")) {
      upload(Lab.REQUEST_BUCKET, key, EVENTS.resolve("requests.jsonl"));
    }
    upload(Lab.SCHEDULE_BUCKET, Lab.SCHEDULE_KEY, EVENTS.resolve("schedule.jsonl"));
    invoke("http-post"); // http-get asks for it
  }

  @ParameterizedTest
  @MethodSource("events")
  void aSampleEventGetsItsDocumentedAnswer(String name) {
    Expected.assertMatches(text(ANSWERS.resolve(name + ".json")), invoke(name));
  }

  static List<String> events() {
    return names(EVENTS);
  }

  @Test
  void everySampleEventHasADocumentedAnswerAndIsInTheTable() {
    assertFalse(events().isEmpty());
    assertEquals(events(), names(ANSWERS));
    assertEquals(
        events(),
        text(EVENTS.resolve("README.md"))
            .lines()
            .filter(line -> line.startsWith("| `"))
            .map(line -> line.replaceFirst("^\\| `([^`]+)\\.json`.*$", "$1"))
            .sorted()
            .toList());
  }

  @Test
  void theTemplatesScheduleSendsSuchAnEvent() {
    JsonNode sample = json(text(EVENTS.resolve("scheduler.json")));
    String[] id = sample.path("id").asText().split(" ", 2);

    assertEquals(
        sample,
        json(
            Template.read()
                .properties("Schedule")
                .at("/Target/Input")
                .asText()
                .replace("<aws.scheduler.schedule-arn>", id[0])
                .replace("<aws.scheduler.scheduled-time>", id[1])));
  }

  /**
   * The answer, with the body of an HTTP answer as JSON in place of text, and an error without the
   * stack trace that some runtimes add.
   */
  private static JsonNode invoke(String name) {
    JsonNode answer = json(lab.function().invoke(text(EVENTS.resolve(name + ".json"))).text());
    if (answer.path("body").isTextual()) {
      ((ObjectNode) answer).set("body", json(answer.path("body").asText()));
    }
    return answer.has("errorType") ? ((ObjectNode) answer).without("stackTrace") : answer;
  }

  private static List<String> names(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".json"))
          .map(name -> name.substring(0, name.length() - ".json".length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void upload(String bucket, String key, Path file) {
    lab.s3().putObject(put -> put.bucket(bucket).key(key), RequestBody.fromFile(file));
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
