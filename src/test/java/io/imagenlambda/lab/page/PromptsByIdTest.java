package io.imagenlambda.lab.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.imagenlambda.lab.timeline.LabEvent;
import io.imagenlambda.lab.timeline.Timeline;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PromptsByIdTest {
  private final Timeline timeline = new Timeline();
  private final PromptsById prompts = new PromptsById(timeline);

  @Test
  void anIdBesideThePromptIsKnownHoweverDeepItStands() {
    heard(
        "{\"Records\":[{\"messageId\":\"m\",\"body\":\"{\\\"id\\\":\\\"a\\\",\\\"prompt\\\":\\\"p\\\"}\"}]}");
    heard("{\"detail\":{\"id\":\"b\",\"instances\":[{\"prompt\":\"q\"}]}}");
    assertEquals(Optional.of("p"), prompts.of("a"));
    assertEquals(Optional.of("q"), prompts.of("b"));
    assertEquals(Optional.empty(), prompts.of("m"));
  }

  @Test
  void aRequestWithoutAnIdIsCalledLikeItsMessageOrAsTheAnswerSays() {
    heard("{\"Records\":[{\"messageId\":\"m\",\"body\":\"{\\\"prompt\\\":\\\"p\\\"}\"}]}");
    heard("{\"rawPath\":\"/images\",\"body\":\"{\\\"prompt\\\":\\\"q\\\"}\"}");
    timeline.add(
        new LabEvent.Answered(
            "r", 1, "{\"statusCode\":200,\"body\":\"{\\\"id\\\":\\\"c\\\"}\"}", null, 1));
    prompts.learn();
    assertEquals(Optional.of("p"), prompts.of("m"));
    assertEquals(Optional.of("q"), prompts.of("c"));
  }

  @Test
  void uploadedRequestsAreKnownLineByLineUpToTheFirstThatIsNone() {
    prompts.uploaded(
        "{\"id\":\"a\",\"prompt\":\"p\"}\n{\"id\":\"b\",\"prompt\":\"q\"}\nx".getBytes(UTF_8));
    assertEquals(Optional.of("p"), prompts.of("a"));
    assertEquals(Optional.of("q"), prompts.of("b"));
  }

  private void heard(String event) {
    timeline.add(new LabEvent.Delivered("r", 1, event));
    prompts.learn();
  }
}
