package io.imagenlambda.request;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.imagenlambda.request.InvalidRequest.Faults;
import java.io.CharConversionException;
import java.io.IOException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the values of a JSON text, and notes what their trees cannot show: a field that stands
 * twice in an object, and a number that would become another.
 */
final class JsonValues {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** However it is written. */
  private static final Pattern ZERO = Pattern.compile("-?0(\\.0+)?([eE].*)?");

  private final JsonParser parser;

  /** Of the value that is read. */
  private Faults faults = new Faults();

  /** How many arrays are around the value that is read, none or one; paths begin below it. */
  private int outside;

  JsonValues(JsonParser parser) {
    this.parser = parser;
  }

  /**
   * The next value; missing at the end of the text.
   *
   * @param faults gets those of the value
   * @throws InvalidRequest that says where the text stops being JSON
   */
  JsonNode next(Faults faults) throws IOException {
    return next(faults, false);
  }

  /** As {@link #next(Faults)}, but of an array each element, and so of every array. */
  JsonNode nextElement(Faults faults) throws IOException {
    return next(faults, true);
  }

  private JsonNode next(Faults faults, boolean elements) throws IOException {
    this.faults = faults;
    try {
      JsonToken token = parser.nextToken();
      while (elements && (token == JsonToken.END_ARRAY || beginsAnOuterArray(token))) {
        outside = token == JsonToken.START_ARRAY ? 1 : 0;
        token = parser.nextToken();
      }
      return token == null ? NODES.missingNode() : value(token);
    } catch (JsonProcessingException | CharConversionException e) {
      throw RequestJson.notJson(e);
    }
  }

  private boolean beginsAnOuterArray(@Nullable JsonToken token) {
    return token == JsonToken.START_ARRAY && outside == 0;
  }

  private JsonNode value(JsonToken token) throws IOException {
    return switch (token) {
      case START_OBJECT -> object();
      case START_ARRAY -> array();
      case VALUE_STRING -> NODES.textNode(parser.getText());
      case VALUE_NUMBER_INT -> integer();
      case VALUE_NUMBER_FLOAT -> fraction();
      case VALUE_TRUE, VALUE_FALSE -> NODES.booleanNode(token == JsonToken.VALUE_TRUE);
      case VALUE_NULL -> NODES.nullNode();
      default -> throw new IllegalStateException("JSON has no value that begins with " + token);
    };
  }

  private ObjectNode object() throws IOException {
    ObjectNode object = NODES.objectNode();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      if (object.has(name)) {
        faults.add(here(), "stands there twice, but a JSON object has a field once");
      }
      object.set(name, value(parser.nextToken()));
    }
    return object;
  }

  private ArrayNode array() throws IOException {
    ArrayNode array = NODES.arrayNode();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      array.add(value(token));
    }
    return array;
  }

  private JsonNode integer() throws IOException {
    return switch (parser.getNumberType()) {
      case INT -> NODES.numberNode(parser.getIntValue());
      case LONG -> NODES.numberNode(parser.getLongValue());
      default -> NODES.numberNode(parser.getBigIntegerValue());
    };
  }

  private JsonNode fraction() throws IOException {
    double value = parser.getDoubleValue();
    if (Double.isInfinite(value) || (value == 0 && !ZERO.matcher(parser.getText()).matches())) {
      faults.add(here(), "is a number that is too large or too small to be passed on");
    }
    return NODES.numberNode(value);
  }

  private FieldPath here() {
    return FieldPath.of(parser.getParsingContext(), outside);
  }
}
