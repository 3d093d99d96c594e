package io.imagenlambda.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.imagenlambda.request.InvalidRequest;
import io.imagenlambda.telemetry.TraceHeader;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;

/**
 * When a schedule's tick was due, the same for every delivery. In ids and prompts {@code ${date}}
 * is its date, as in {@code 2026-11-22}, and {@code ${time}} its time, as in {@code 10-00} (an id
 * takes no colon); both are UTC.
 */
record ScheduledTime(Instant due) {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("uuuu-MM-dd").withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH-mm").withZone(ZoneOffset.UTC);

  /** For an event without a time: the start of its trace, which Lambda's own retries keep. */
  static ScheduledTime ofTrace() {
    return new ScheduledTime(TraceHeader.current().begun().orElseGet(Instant::now));
  }

  /** Fills in the request's {@code time} and removes it; a request without one stays as it is. */
  static JsonNode filled(JsonNode request) {
    if (!(request instanceof ObjectNode object) || !object.has("time")) {
      return request;
    }
    return of(object.path("time")).fill(object.deepCopy().without("time"));
  }

  static ScheduledTime of(JsonNode iso8601) {
    try {
      return new ScheduledTime(Instant.parse(iso8601.asText()));
    } catch (DateTimeParseException e) {
      throw new InvalidRequest(
          "time is %s but must be a time such as 2026-11-22T10:00:00Z".formatted(iso8601));
    }
  }

  JsonNode fill(JsonNode request) {
    if (!(request instanceof ObjectNode object)) {
      return request;
    }
    ObjectNode filled = object.deepCopy();
    fill(filled, "id");
    fill(filled, "prompt");
    if (filled.path("instances").path(0) instanceof ObjectNode instance) {
      fill(instance, "prompt");
    }
    return filled;
  }

  private void fill(ObjectNode object, String field) {
    if (object.path(field).isTextual()) {
      object.put(
          field,
          object
              .path(field)
              .textValue()
              .replace("${date}", DATE.format(due))
              .replace("${time}", TIME.format(due)));
    }
  }
}
