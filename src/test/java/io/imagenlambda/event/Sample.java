package io.imagenlambda.event;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** An event as AWS documents it, with everything in it that the function passes over. */
record Sample(ObjectNode json) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The event of {@code events/{name}.json}. */
  static Sample of(String name) {
    try (InputStream event = Sample.class.getResourceAsStream("/events/" + name + ".json")) {
      return new Sample((ObjectNode) JSON.readTree(Objects.requireNonNull(event, name)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Sample parse(String json) {
    return new Sample((ObjectNode) node(json));
  }

  static JsonNode node(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(json, e);
    }
  }

  /** An SQS event of these messages. */
  static Sample batch(Sample... messages) {
    ObjectNode event = JSON.createObjectNode();
    ArrayNode records = event.putArray("Records");
    for (Sample message : messages) {
      records.add(message.json);
    }
    return new Sample(event);
  }

  /** The same with another text at a JSON Pointer. */
  Sample with(String pointer, String text) {
    return with(pointer, TextNode.valueOf(text));
  }

  Sample with(String pointer, Sample value) {
    return with(pointer, value.json);
  }

  Sample with(String pointer, JsonNode value) {
    ObjectNode copy = json.deepCopy();
    JsonPointer at = JsonPointer.compile(pointer);
    JsonNode parent = copy.at(at.head());
    if (parent instanceof ArrayNode array) {
      array.set(at.last().getMatchingIndex(), value);
    } else {
      ((ObjectNode) parent).set(at.last().getMatchingProperty(), value);
    }
    return new Sample(copy);
  }

  Sample without(String field) {
    return new Sample(json.deepCopy().without(field));
  }

  @Override
  public String toString() {
    return json.toString();
  }
}
