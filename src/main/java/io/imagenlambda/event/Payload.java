package io.imagenlambda.event;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** What an event carries, once its envelopes are off. */
sealed interface Payload {

  /**
   * A request.
   *
   * @param eventId the id of a request that names none
   */
  record Request(JsonNode json, String eventId) implements Payload {}

  /**
   * An object with requests.
   *
   * @param key as it is, not percent-encoded
   */
  record Requests(String bucket, String key, Optional<String> versionId) implements Payload {}

  /**
   * The requests of {@code IMAGEN_SCHEDULE_REQUESTS}.
   *
   * @param eventId what the schedule's tick is called
   * @param time the scheduled time
   */
  record Schedule(String eventId, ScheduledTime time) implements Payload {}

  /** Nothing to do, such as S3's test event. */
  record Nothing(String what) implements Payload {}
}
