package io.imagenlambda.request;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.imagenlambda.request.InvalidRequest.Faults;
import java.io.IOException;
import java.util.Objects;
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

  /** What has to stand where the parser is. */
  private String expected = "";

  /** The name of the last field before what is expected. */
  private @Nullable String nameBefore;

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

  /**
   * Reads on to the end.
   *
   * @throws InvalidRequest if it comes later
   */
  void end() throws IOException {
    try {
      if (token("nothing more") != null) {
        throw notJson(parser.currentTokenLocation());
      }
    } catch (JsonProcessingException e) {
      throw notJson(e);
    }
  }

  /** As {@link #next(Faults)}, but of an array each element, and so of every array. */
  JsonNode nextElement(Faults faults) throws IOException {
    return next(faults, true);
  }

  private JsonNode next(Faults faults, boolean elements) throws IOException {
    this.faults = faults;
    try {
      JsonToken token = token(outside == 0 ? "a JSON value" : "a comma and a value, or ]");
      while (elements && (token == JsonToken.END_ARRAY || beginsAnOuterArray(token))) {
        outside = token == JsonToken.START_ARRAY ? 1 : 0;
        token = token(outside == 0 ? "nothing more, or a JSON value" : "a value, or ]");
      }
      return token == null ? NODES.missingNode() : value(token);
    } catch (JsonProcessingException e) {
      throw notJson(e);
    }
  }

  private boolean beginsAnOuterArray(@Nullable JsonToken token) {
    return token == JsonToken.START_ARRAY && outside == 0;
  }

  private JsonNode value(JsonToken token) throws IOException {
    return switch (token) {
      case START_OBJECT -> object();
      case START_ARRAY -> array();
      case VALUE_STRING -> text();
      case VALUE_NUMBER_INT -> integer();
      case VALUE_NUMBER_FLOAT -> fraction();
      case VALUE_TRUE, VALUE_FALSE -> NODES.booleanNode(token == JsonToken.VALUE_TRUE);
      case VALUE_NULL -> NODES.nullNode();
      default -> throw new IllegalStateException("JSON has no value that begins with " + token);
    };
  }

  private ObjectNode object() throws IOException {
    ObjectNode object = NODES.objectNode();
    for (String first = "a name in quotes, or }";
        token(first) == JsonToken.FIELD_NAME;
        first = "a comma and a name in quotes, or }") {
      String name = parser.currentName();
      if (object.has(name)) {
        faults.add(here(), "stands there twice, but a JSON object has a field once");
      }
      object.set(name, value(token("a colon and a value")));
    }
    return object;
  }

  private ArrayNode array() throws IOException {
    ArrayNode array = NODES.arrayNode();
    for (JsonToken token = token("a value, or ]");
        token != JsonToken.END_ARRAY;
        token = token("a comma and a value, or ]")) {
      array.add(value(token));
    }
    return array;
  }

  private JsonNode text() throws IOException {
    expected = "a character or an escape of JSON, or the quote at the end of the text";
    return NODES.textNode(parser.getText());
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

  private JsonToken token(String expected) throws IOException {
    this.expected = expected;
    nameBefore = parser.getParsingContext().getCurrentName();
    return parser.nextToken();
  }

  /** In our own words: the parser's are for programmers, and may have a prompt's in them. */
  private InvalidRequest notJson(JsonProcessingException e) {
    if (e instanceof StreamConstraintsException) {
      expected = "at most 1,000 levels, 1,000 digits a number and 50,000 characters a name";
    } else if (!Objects.equals(nameBefore, parser.getParsingContext().getCurrentName())) {
      expected = "a colon and a value"; // with a name the parser reads on to its value
    }
    JsonLocation where = e.getLocation();
    return notJson(where == null || where.getLineNr() < 1 ? parser.currentLocation() : where);
  }

  private InvalidRequest notJson(JsonLocation where) {
    return new InvalidRequest(
        "the request is not JSON: line %d, column %d: expected %s"
            .formatted(where.getLineNr(), where.getColumnNr(), expected));
  }

  private FieldPath here() {
    return FieldPath.of(parser.getParsingContext(), outside);
  }
}
