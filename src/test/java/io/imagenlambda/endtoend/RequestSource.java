package io.imagenlambda.endtoend;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.runtime.Answer;
import io.imagenlambda.lab.trigger.RequestQueue.Fate;
import io.imagenlambda.lab.trigger.RequestQueue.MessageDelivery;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.sync.RequestBody;

/** One way to send a request, and the answer that its sender expects. */
enum RequestSource {
  HTTP("an HTTP call") {
    @Override
    int send(Lab lab, ObjectNode request, ExpectedOutcome expected) {
      ValidatableResponse answer =
          given().body(request.toString()).post(lab.url() + "/images").then();
      answer.statusCode(expected.http());
      answer.contentType(expected.http() == 200 ? "application/json" : "application/problem+json");
      if (expected.isStored()) {
        answer.body(
            expected.http() == 200 ? "status" : "result.status", equalTo(expected.status()));
      } else if (expected != ExpectedOutcome.ACCOUNT) {
        answer.header("retry-after", matchesPattern("[1-9]\\d*"));
      }
      return 1;
    }
  },
  DIRECT("a direct invoke") {
    @Override
    int send(Lab lab, ObjectNode request, ExpectedOutcome expected) {
      check(lab.function().invoke(request.toString()), "status", expected);
      return 1;
    }
  },
  QUEUE("a message") {
    @Override
    int send(Lab lab, ObjectNode request, ExpectedOutcome expected) {
      return ended(lab, lab.queue().send(request.toString()), expected);
    }
  },
  OBJECT("an object") {
    @Override
    int send(Lab lab, ObjectNode request, ExpectedOutcome expected) {
      String key = "faults/" + request.path("id").asText() + ".json";
      lab.s3()
          .putObject(
              put -> put.bucket(Lab.REQUEST_BUCKET).key(key),
              RequestBody.fromString(request.toString()));
      return ended(lab, lab.queue().awaitMessage(key, PATIENCE), expected);
    }
  },
  SNS("an SNS notification") {
    @Override
    int send(Lab lab, ObjectNode request, ExpectedOutcome expected) {
      ObjectNode event = sample("sns");
      ((ObjectNode) event.at("/Records/0/Sns")).put("Message", request.toString());
      return carried(lab, request, event, expected);
    }
  },
  EVENT_BRIDGE("an EventBridge event") {
    @Override
    int send(Lab lab, ObjectNode request, ExpectedOutcome expected) {
      ObjectNode event = sample("eventbridge-custom");
      event.set("detail", request);
      return carried(lab, request, event, expected);
    }
  };

  private static final ObjectMapper JSON = new ObjectMapper();
  static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int RECEIVES_OF_THE_DEAD = 5;

  private final String sentence;

  RequestSource(String sentence) {
    this.sentence = sentence;
  }

  /** The source, in words. */
  String sentence() {
    return sentence;
  }

  /** Whether failed requests go to a dead-letter queue. */
  boolean hasDeadLetters() {
    return this != HTTP && this != DIRECT;
  }

  /** Whether a request that cannot run now waits on the queue: Lambda soon gives the event up. */
  boolean waitsOnTheQueue() {
    return this == SNS || this == EVENT_BRIDGE;
  }

  /** Sends the request and checks the answer; returns how often the function was invoked. */
  abstract int send(Lab lab, ObjectNode request, ExpectedOutcome expected);

  private static void check(Answer answer, String status, ExpectedOutcome expected) {
    if (expected.isStored()) {
      String report = assertInstanceOf(Answer.Success.class, answer, answer::text).text();
      assertEquals(expected.status(), JsonPath.from(report).getString(status), report);
    } else {
      assertEquals(
          expected.errorType(),
          assertInstanceOf(Answer.FunctionError.class, answer, answer::text).errorType());
    }
  }

  private static int carried(
      Lab lab, ObjectNode request, ObjectNode event, ExpectedOutcome expected) {
    Answer answer = lab.function().invoke(event.toString());
    if (expected.isStored()) {
      check(answer, "results[0].status", expected);
      return 1;
    }
    String report = assertInstanceOf(Answer.Success.class, answer, answer::text).text();
    String id = request.path("id").asText();
    assertEquals(List.of(id), JsonPath.from(report).getList("queued"), report);
    return 1 + ended(lab, lab.queue().awaitMessage("(" + id + ")", PATIENCE), expected);
  }

  private static int ended(Lab lab, String messageId, ExpectedOutcome expected) {
    assertEquals(
        expected.isStored() ? Fate.DONE : Fate.DEAD, lab.queue().awaitFate(messageId, PATIENCE));
    var deliveries = lab.queue().deliveries(messageId);
    assertEquals(expected.isStored() ? 1 : RECEIVES_OF_THE_DEAD, deliveries.size());
    assertEquals(
        Set.of(expected.isStored() ? "done" : "named in batchItemFailures"),
        deliveries.stream().map(RequestSource::failureOf).collect(Collectors.toSet()));
    return deliveries.size();
  }

  private static String failureOf(MessageDelivery delivery) {
    return Objects.requireNonNullElse(delivery.failure(), "done");
  }

  private static ObjectNode sample(String name) {
    try (InputStream json =
        Objects.requireNonNull(
            RequestSource.class.getResourceAsStream("/events/" + name + ".json"))) {
      return (ObjectNode) JSON.readTree(new String(json.readAllBytes(), UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
