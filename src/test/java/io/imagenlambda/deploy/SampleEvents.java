package io.imagenlambda.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.imagenlambda.event.Expected;
import io.imagenlambda.lab.Lab;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import software.amazon.awssdk.core.sync.RequestBody;

/**
 * The sample events under {@code deploy/events} and their answers.
 *
 * @param lab has what they speak of
 * @param function gives the answer to an event
 */
record SampleEvents(Lab lab, UnaryOperator<String> function) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path EVENTS = Path.of("deploy", "events");
  private static final Path ANSWERS = EVENTS.resolve("answers");

  /** Uploads what they speak of, and makes what one of them asks for. */
  void prepare() {
    for (String key : List.of("in/requests.jsonl", "in/more.jsonl")) {
      upload(Lab.REQUEST_BUCKET, key, EVENTS.resolve("requests.jsonl"));
    }
    upload(Lab.SCHEDULE_BUCKET, Lab.SCHEDULE_KEY, EVENTS.resolve("schedule.jsonl"));
    invoke("http-post"); // http-get asks for it
  }

  void assertAnswered(String name) {
    Expected.assertMatches(text(ANSWERS.resolve(name + ".json")), invoke(name));
  }

  static List<String> names() {
    return names(EVENTS);
  }

  static List<String> answered() {
    return names(ANSWERS);
  }

  static JsonNode event(String name) {
    return json(text(EVENTS.resolve(name + ".json")));
  }

  /** The names in the table of their README, without the ending. */
  static List<String> described() {
    return text(EVENTS.resolve("README.md"))
        .lines()
        .filter(line -> line.startsWith("| `"))
        .map(line -> line.replaceFirst("^\\| `([^`]+)\\.json`.*$", "$1"))
        .sorted()
        .toList();
  }

  /**
   * The answer, with the body of an HTTP answer as JSON in place of text, and an error without the
   * stack trace that some runtimes add.
   */
  private JsonNode invoke(String name) {
    JsonNode answer = json(function.apply(text(EVENTS.resolve(name + ".json"))));
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

  private void upload(String bucket, String key, Path file) {
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
