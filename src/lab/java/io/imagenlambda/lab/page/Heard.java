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
 * What the lab has heard of requests since its start and their results do not say: the prompts by
 * id, and the order in which objects were stored. The event has the prompt. The id is next to it,
 * in its envelope, or in the answer.
 */
public final class Heard {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Timeline timeline;
  private final Map<String, String> byId = new HashMap<>();
  private final Map<String, String> unnamed = new HashMap<>();
  private final Map<String, Long> order = new HashMap<>();
  private long known;

  public Heard(Timeline timeline) {
    this.timeline = timeline;
  }

  /** The prompt of an id; empty where it is not known. */
  synchronized Optional<String> prompt(String id) {
    learn();
    return Optional.ofNullable(byId.get(id));
  }

  /** A number that grows from one stored object to the next; 0 for those of an earlier lab. */
  synchronized long order(String key) {
    learn();
    return order.getOrDefault(key, 0L);
  }

  private void learn() {
    try {
      for (Entry entry : timeline.after(known, Duration.ZERO)) {
        known = entry.number();
        switch (entry.event()) {
          case LabEvent.Delivered event -> event(read(event.event()), "", event.requestId());
          case LabEvent.Answered answer -> answer(read(answer.answer()), answer.requestId());
          case LabEvent.Stored stored -> order.put(stored.key(), entry.number());
          default -> {}
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Remembers the uploaded requests, which no event carries. */
  public synchronized void uploaded(byte[] content) {
    try (var values = JSON.readerFor(JsonNode.class).<JsonNode>readValues(content)) {
      while (values.hasNext()) {
        event(values.next(), "", "");
      }
    } catch (IOException | RuntimeException e) {
      // a file that is not JSON has no ids
    }
  }

  private void event(JsonNode node, String outerId, String requestId) {
    String prompt = promptIn(node);
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

  /** The prompt of a request; empty for what is none. */
  static String promptIn(JsonNode request) {
    return request.path("prompt").asText(request.at("/instances/0/prompt").asText(""));
  }

  private void answer(JsonNode answer, String requestId) {
    String prompt = unnamed.remove(requestId);
    String id = answer.path("id").asText(read(answer.path("body").asText("")).path("id").asText());
    if (prompt != null && !id.isEmpty()) {
      byId.put(id, prompt);
    }
  }

  /** A JSON object; missing for what is none. */
  static JsonNode read(String text) {
    try {
      return text.startsWith("{") ? JSON.readTree(text) : JSON.missingNode();
    } catch (JsonProcessingException notJson) {
      return JSON.missingNode();
    }
  }
}
