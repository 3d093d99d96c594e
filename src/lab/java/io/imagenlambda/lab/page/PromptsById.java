package io.imagenlambda.lab.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.imagenlambda.lab.timeline.LabEvent;
import io.imagenlambda.lab.timeline.Timeline;
import io.imagenlambda.lab.timeline.Timeline.Entry;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The prompts of request ids, as far as the lab has seen them since its start, because a result has
 * no prompt. The event has the prompt. The id is next to it, in its envelope, or in the answer.
 */
final class PromptsById {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Timeline timeline;
  private final Map<String, String> byId = new HashMap<>();
  private final Map<String, String> unnamed = new HashMap<>();
  private long known;

  PromptsById(Timeline timeline) {
    this.timeline = timeline;
  }

  /** The prompt of an id; empty where it is not known. */
  synchronized Optional<String> of(String id) {
    return Optional.ofNullable(byId.get(id));
  }

  /** Reads the new events of the timeline. */
  synchronized void learn() {
    try {
      for (Entry entry : timeline.after(known, Duration.ZERO)) {
        known = entry.number();
        switch (entry.event()) {
          case LabEvent.Delivered event -> event(read(event.event()), "", event.requestId());
          case LabEvent.Answered answer -> answer(read(answer.answer()), answer.requestId());
          default -> {}
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Remembers the uploaded requests, which no event carries. */
  synchronized void uploaded(byte[] content) {
    try (var values = JSON.readerFor(JsonNode.class).<JsonNode>readValues(content)) {
      while (values.hasNext()) {
        event(values.next(), "", "");
      }
    } catch (IOException | RuntimeException e) {
      // a file that is not JSON has no ids
    }
  }

  private void event(JsonNode node, String outerId, String requestId) {
    String prompt = node.path("prompt").asText(node.at("/instances/0/prompt").asText(""));
    if (!prompt.isEmpty()) {
      String id = node.path("id").asText(outerId);
      (id.isEmpty() ? unnamed : byId).put(id.isEmpty() ? requestId : id, prompt);
      return;
    }
    String id = node.path("messageId").asText(outerId);
    for (JsonNode child : node) {
      event(child.isTextual() ? read(child.textValue()) : child, id, requestId);
    }
  }

  private void answer(JsonNode answer, String requestId) {
    String prompt = unnamed.remove(requestId);
    String id = answer.path("id").asText(read(answer.path("body").asText("")).path("id").asText());
    if (prompt != null && !id.isEmpty()) {
      byId.put(id, prompt);
    }
  }

  private static JsonNode read(String text) {
    try {
      return text.startsWith("{") ? JSON.readTree(text) : JSON.missingNode();
    } catch (JsonProcessingException notJson) {
      return JSON.missingNode();
    }
  }
}
