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
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import software.amazon.awssdk.core.sync.RequestBody;

/** One way to send a request, and the answer that its sender expects. */
enum RequestSource {
  HTTP("an HTTP call") {
    @Override
    void send(Lab lab, ObjectNode request, ExpectedOutcome expected) {
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
    }
  },
  DIRECT("a direct invoke") {
    @Override
    void send(Lab lab, ObjectNode request, ExpectedOutcome expected) {
      check(lab.function().invoke(request.toString()), "status", expected);
    }
  },
  QUEUE("a message") {
    @Override
    void send(Lab lab, ObjectNode request, ExpectedOutcome expected) {
      checkMessage(lab, lab.queue().send(request.toString()), expected);
    }
  },
  OBJECT("an object") {
    @Override
    void send(Lab lab, ObjectNode request, ExpectedOutcome expected) {
      String key = "faults/" + request.path("id").asText() + ".json";
      lab.s3()
          .putObject(
              put -> put.bucket(Lab.REQUEST_BUCKET).key(key),
              RequestBody.fromString(request.toString()));
      checkMessage(lab, lab.queue().awaitMessage(key, PATIENCE), expected);
    }
  },
  SNS("an SNS notification") {
    @Override
    void send(Lab lab, ObjectNode request, ExpectedOutcome expected) {
      ObjectNode event = sample("sns");
      ((ObjectNode) event.at("/Records/0/Sns")).put("Message", request.toString());
      checkEvent(lab, request, event, expected);
    }
  },
  EVENT_BRIDGE("an EventBridge event") {
    @Override
    void send(Lab lab, ObjectNode request, ExpectedOutcome expected) {
      ObjectNode event = sample("eventbridge-custom");
      event.set("detail", request);
      checkEvent(lab, request, event, expected);
    }
  };

  private static final ObjectMapper JSON = new ObjectMapper();
  static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String COMES_AGAIN = "named in batchItemFailures";

  private final String sentence;

  RequestSource(String sentence) {
    this.sentence = sentence;
  }

  /** The source, in words. */
  String sentence() {
    return sentence;
  }

  /** Whether it comes as a message, which has one try in each delivery. */
  boolean isMessage() {
    return this == QUEUE || this == OBJECT;
  }

  /** Whether a request that cannot run now waits on the queue: Lambda soon gives the event up. */
  boolean waitsOnTheQueue() {
    return this == SNS || this == EVENT_BRIDGE;
  }

  /** Whether the queue brings a request again that is not done. */
  boolean comesAgain() {
    return isMessage() || waitsOnTheQueue();
  }

  /** How many tries are made before it is a message. */
  int triesBeforeTheQueue(ExpectedOutcome expected) {
    return isMessage() ? 0 : expected.tries();
  }

  /**
   * How many tries this test sees: all of a request that has a result, and else those up to a
   * message's first.
   */
  int tries(ExpectedOutcome expected) {
    return expected.isStored()
        ? expected.tries()
        : triesBeforeTheQueue(expected) + (comesAgain() ? 1 : 0);
  }

  /** Sends the request, checks the answer, and waits for these tries. */
  abstract void send(Lab lab, ObjectNode request, ExpectedOutcome expected);

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

  private static void checkEvent(
      Lab lab, ObjectNode request, ObjectNode event, ExpectedOutcome expected) {
    Answer answer = lab.function().invoke(event.toString());
    if (expected.isStored()) {
      check(answer, "results[0].status", expected);
      return;
    }
    String report = assertInstanceOf(Answer.Success.class, answer, answer::text).text();
    String id = request.path("id").asText();
    assertEquals(List.of(id), JsonPath.from(report).getList("queued"), report);
    String message = lab.queue().awaitMessage("(" + id + ")", PATIENCE);
    // The process that tried the event returns its message unstarted, as long as the model is shut.
    int deliveries = 1;
    while (lab.predict().journal().callsWith("(" + id + ")").size() == expected.tries()) {
      lab.queue().awaitDeliveries(message, ++deliveries, PATIENCE);
    }
    assertEquals(
        Collections.nCopies(deliveries, COMES_AGAIN), ends(lab, message).subList(0, deliveries));
  }

  private static void checkMessage(Lab lab, String messageId, ExpectedOutcome expected) {
    if (expected.isStored()) {
      assertEquals(Fate.DONE, lab.queue().awaitFate(messageId, PATIENCE));
      List<String> ends = new ArrayList<>(Collections.nCopies(expected.tries() - 1, COMES_AGAIN));
      ends.add("done");
      assertEquals(ends, ends(lab, messageId));
    } else {
      lab.queue().awaitDeliveries(messageId, 1, PATIENCE);
      assertEquals(COMES_AGAIN, ends(lab, messageId).getFirst());
    }
  }

  /** How each delivery of a message has ended. */
  private static List<String> ends(Lab lab, String messageId) {
    return lab.queue().deliveries(messageId).stream().map(RequestSource::end).toList();
  }

  private static String end(MessageDelivery delivery) {
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
