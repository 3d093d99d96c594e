package io.imagenlambda.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.imagenlambda.request.InvalidRequest;
import io.imagenlambda.request.RequestId;
import io.imagenlambda.request.RequestJson;
import io.imagenlambda.request.RequestParser;
import jakarta.inject.Singleton;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Unwraps AWS's events: S3 notifications, SNS envelopes, EventBridge events, and what Lambda
 * records of an event that it gave up; alone or nested.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html">S3
 *     notifications</a>
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html">S3 through
 *     EventBridge</a>
 * @see <a href="https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html">SNS
 *     envelopes</a>
 * @see <a
 *     href="https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html">Invocation
 *     records</a>
 */
@Singleton
final class Envelopes {
  /** S3 in EventBridge in SNS in SQS: nothing that AWS does goes deeper. */
  private static final int DEEPEST = 4;

  private static final Set<String> SNS_TYPES =
      Set.of("Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation");

  /** How the first element of a pointer ends, in all versions of the library. */
  private static final String POINTER = "S3Pointer";

  private final RequestJson json;

  /** What an event carries inside its envelopes. */
  sealed interface Payload {
    /**
     * A request.
     *
     * @param eventId the id of a request that names none
     */
    record OneRequest(JsonNode json, String eventId) implements Payload {}

    /**
     * An object with requests.
     *
     * @param key as it is, not percent-encoded
     */
    record RequestObject(String bucket, String key, Optional<String> versionId)
        implements Payload {}

    /**
     * The requests of {@code IMAGEN_SCHEDULE_REQUESTS}.
     *
     * @param eventId the id of the schedule's tick
     * @param time the scheduled time
     */
    record Schedule(String eventId, ScheduledTime time) implements Payload {}

    /** Nothing to do, such as S3's test event. */
    record Nothing(String what) implements Payload {}
  }

  Envelopes(RequestJson json) {
    this.json = json;
  }

  /**
   * Unwraps an event.
   *
   * @param eventId the id of a request that names none, unless an inner envelope has one
   * @throws InvalidRequest if text that should be JSON, or percent-encoded, is not
   */
  List<Payload> open(JsonNode event, String eventId) {
    return open(event, eventId, DEEPEST);
  }

  /** As {@link #open(JsonNode, String)}, for an event that came as text. */
  List<Payload> open(String text, String eventId) {
    return open(json.read(text), eventId, DEEPEST);
  }

  private List<Payload> open(JsonNode event, String eventId, int depth) {
    if (event.path(0).asText().endsWith(POINTER)) {
      throw pointer(event.path(1));
    }
    if (!isEnvelope(event)) {
      return List.of(new Payload.OneRequest(ScheduledTime.filled(event), eventId));
    }
    if (depth == 0) {
      throw new InvalidRequest("the event has more than %d envelopes".formatted(DEEPEST));
    }
    if (isS3Test(event)) {
      return List.of(new Payload.Nothing("S3's test event"));
    }
    if (isRecord(event)) {
      return record(event, depth);
    }
    if (isS3(event) || isSns(event)) {
      List<Payload> payloads = new ArrayList<>();
      for (JsonNode each : event.path("Records")) {
        payloads.addAll(each.has("s3") ? List.of(s3(each)) : sns(each.path("Sns"), depth));
      }
      return payloads;
    }
    return isSnsEnvelope(event) ? sns(event, depth) : eventBridge(event, depth);
  }

  /** An event that carries the same. */
  JsonNode again(Payload.RequestObject object) {
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    ObjectNode record = event.putArray("Records").addObject();
    record.put("eventSource", "aws:s3").put("eventName", "ObjectCreated:Put");
    ObjectNode s3 = record.putObject("s3");
    s3.putObject("bucket").put("name", object.bucket());
    ObjectNode content = s3.putObject("object");
    content.put("key", URLEncoder.encode(object.key(), StandardCharsets.UTF_8));
    object.versionId().ifPresent(version -> content.put("versionId", version));
    return event;
  }

  /** An event that carries the same. */
  JsonNode again(Payload.Schedule schedule) {
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    event.put("source", "aws.events").put("detail-type", "Scheduled Event");
    event.put("id", schedule.eventId()).put("time", schedule.time().due().toString());
    event.putObject("detail");
    return event;
  }

  static boolean isEnvelope(JsonNode event) {
    return isS3(event)
        || isSns(event)
        || isSnsEnvelope(event)
        || isEventBridge(event)
        || isRecord(event)
        || isS3Test(event);
  }

  /** The service that made the outermost envelope. */
  static String name(JsonNode event) {
    if (isS3(event) || isS3Test(event)) {
      return "s3";
    }
    if (isRecord(event)) {
      return "destination";
    }
    return isEventBridge(event) ? "eventbridge" : "sns";
  }

  /** What Lambda sends to a destination, if we can do something with the event in it. */
  private static boolean isRecord(JsonNode event) {
    JsonNode payload = event.path("requestPayload");
    return event.path("requestContext").has("condition")
        && (RequestParser.looksLikeRequest(payload) || isEnvelope(payload));
  }

  /** An event that succeeded must not run again, and again after its next success. */
  private List<Payload> record(JsonNode event, int depth) {
    JsonNode context = event.path("requestContext");
    return context.path("condition").asText().equals("Success")
        ? List.of(new Payload.Nothing("the record of an event that succeeded"))
        : open(
            event.path("requestPayload"),
            RequestId.ofEvent(context.path("requestId").asText()),
            depth - 1);
  }

  private static boolean isS3Test(JsonNode event) {
    return event.path("Event").asText().equals("s3:TestEvent");
  }

  private static boolean isS3(JsonNode event) {
    return event.path("Records").path(0).path("eventSource").asText().equals("aws:s3");
  }

  private static boolean isSns(JsonNode event) {
    return event.path("Records").path(0).path("EventSource").asText().equals("aws:sns");
  }

  /** As in a queue's message. */
  private static boolean isSnsEnvelope(JsonNode event) {
    return SNS_TYPES.contains(event.path("Type").asText()) && event.has("Message");
  }

  private static boolean isEventBridge(JsonNode event) {
    return event.has("detail-type") && event.has("source");
  }

  /** As the queue's sender may know nothing of the library that wrote it, it is named. */
  private static InvalidRequest pointer(JsonNode to) {
    return new InvalidRequest(
        "this is a pointer of the SQS or SNS extended client library to s3://%s/%s, which is not"
                .formatted(to.path("s3BucketName").asText(), to.path("s3Key").asText())
            + " followed: send the request itself, or put it into a bucket whose events come here");
  }

  private List<Payload> sns(JsonNode envelope, int depth) {
    String type = envelope.path("Type").asText();
    if (type.endsWith("Confirmation")) { // of a subscription, or that it has ended
      return List.of(
          new Payload.Nothing(
              "%s of %s, which only its owner can confirm"
                  .formatted(type, envelope.path("TopicArn").asText())));
    }
    return open(
        json.read(envelope.path("Message").asText()),
        RequestId.ofEvent(envelope.path("MessageId").asText()),
        depth - 1);
  }

  private static Payload s3(JsonNode notification) {
    if (!notification.path("eventName").asText().startsWith("ObjectCreated:")) {
      return new Payload.Nothing("S3 event " + notification.path("eventName").asText());
    }
    JsonNode object = notification.path("s3").path("object");
    return new Payload.RequestObject(
        notification.path("s3").path("bucket").path("name").asText(),
        decoded(object.path("key").asText()),
        text(object.path("versionId")));
  }

  private static String decoded(String key) {
    try {
      return URLDecoder.decode(key, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new InvalidRequest(
          "the key \"%s\" of the S3 event is not percent-encoded".formatted(key));
    }
  }

  private List<Payload> eventBridge(JsonNode event, int depth) {
    String id = RequestId.ofEvent(event.path("id").asText());
    JsonNode detail = event.path("detail");
    return switch (event.path("source").asText()) {
      case "aws.s3" -> List.of(s3(event.path("detail-type").asText(), detail));
      case "aws.events", "aws.scheduler" ->
          List.of(schedule(detail, id, ScheduledTime.of(event.path("time"))));
      default -> open(detail, id, depth - 1);
    };
  }

  private static Payload s3(String detailType, JsonNode detail) {
    return detailType.equals("Object Created")
        ? new Payload.RequestObject(
            detail.path("bucket").path("name").asText(),
            detail.path("object").path("key").asText(),
            text(detail.path("object").path("version-id")))
        : new Payload.Nothing("S3 event " + detailType);
  }

  /** Scheduler's own event has no request; the schedule's owner may have put one in. */
  private static Payload schedule(JsonNode detail, String id, ScheduledTime time) {
    return RequestParser.looksLikeRequest(detail)
        ? new Payload.OneRequest(time.fill(detail), id)
        : new Payload.Schedule(id, time);
  }

  private static Optional<String> text(JsonNode value) {
    return Optional.of(value.asText("")).filter(text -> !text.isEmpty());
  }
}
