package io.imagenlambda.lab.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.imagenlambda.lab.timeline.LabEvent;
import io.imagenlambda.lab.timeline.Timeline;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HeardTest {
  private final Timeline timeline = new Timeline();
  private final Heard heard = new Heard(timeline);

  @Test
  void anIdBesideThePromptIsKnownHoweverDeepItStands() {
    heard(
        "{\"Records\":[{\"messageId\":\"m\",\"body\":\"{\\\"id\\\":\\\"a\\\",\\\"prompt\\\":\\\"p\\\"}\"}]}");
    heard("{\"detail\":{\"id\":\"b\",\"instances\":[{\"prompt\":\"q\"}]}}");
    assertEquals(Optional.of("p"), heard.prompt("a"));
    assertEquals(Optional.of("q"), heard.prompt("b"));
    assertEquals(Optional.empty(), heard.prompt("m"));
  }

  @Test
  void aRequestWithoutAnIdIsCalledLikeItsMessageOrAsTheAnswerSays() {
    heard("{\"Records\":[{\"messageId\":\"m\",\"body\":\"{\\\"prompt\\\":\\\"p\\\"}\"}]}");
    heard("{\"rawPath\":\"/images\",\"body\":\"{\\\"prompt\\\":\\\"q\\\"}\"}");
    timeline.add(
        new LabEvent.Answered(
            "r", 1, "{\"statusCode\":200,\"body\":\"{\\\"id\\\":\\\"c\\\"}\"}", null, 1));
    assertEquals(Optional.of("p"), heard.prompt("m"));
    assertEquals(Optional.of("q"), heard.prompt("c"));
  }

  @Test
  void uploadedRequestsAreKnownLineByLineUpToTheFirstThatIsNone() {
    heard.uploaded(
        "{\"id\":\"a\",\"prompt\":\"p\"}\n{\"id\":\"b\",\"prompt\":\"q\"}\nx".getBytes(UTF_8));
    assertEquals(Optional.of("p"), heard.prompt("a"));
    assertEquals(Optional.of("q"), heard.prompt("b"));
  }

  private void heard(String event) {
    timeline.add(new LabEvent.Delivered("r", 1, event));
  }
}
