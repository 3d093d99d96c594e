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
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.sync.RequestBody;

/** One way for a request to come, and the answer that its sender expects. */
enum Source {
  HTTP("an HTTP call") {
    @Override
    int deliver(Lab lab, ObjectNode request, End end) {
      ValidatableResponse answer =
          given().body(request.toString()).post(lab.url() + "/images").then();
      answer.statusCode(end.http());
      answer.contentType(end.http() == 200 ? "application/json" : "application/problem+json");
      if (end.isStored()) {
        answer.body(end.http() == 200 ? "status" : "result.status", equalTo(end.status()));
      } else if (end != End.ACCOUNT) {
        answer.header("retry-after", matchesPattern("[1-9]\\d*"));
      }
      return 1;
    }
  },
  DIRECT("a direct invoke") {
    @Override
    int deliver(Lab lab, ObjectNode request, End end) {
      check(lab.function().invoke(request.toString()), "status", end);
      return 1;
    }
  },
  QUEUE("a message") {
    @Override
    int deliver(Lab lab, ObjectNode request, End end) {
      return ended(lab, lab.queue().send(request.toString()), end);
    }
  },
  OBJECT("an object") {
    @Override
    int deliver(Lab lab, ObjectNode request, End end) {
      String key = "faults/" + request.path("id").asText() + ".json";
      lab.s3()
          .putObject(
              put -> put.bucket(Lab.REQUEST_BUCKET).key(key),
              RequestBody.fromString(request.toString()));
      return ended(lab, lab.queue().awaitMessage(key, PATIENCE), end);
    }
  },
  SNS("an SNS notification") {
    @Override
    int deliver(Lab lab, ObjectNode request, End end) {
      ObjectNode event = sample("sns");
      ((ObjectNode) event.at("/Records/0/Sns")).put("Message", request.toString());
      check(lab.function().invoke(event.toString()), "results[0].status", end);
      return 1;
    }
  },
  EVENT_BRIDGE("an EventBridge event") {
    @Override
    int deliver(Lab lab, ObjectNode request, End end) {
      ObjectNode event = sample("eventbridge-custom");
      event.set("detail", request);
      check(lab.function().invoke(event.toString()), "results[0].status", end);
      return 1;
    }
  };

  private static final ObjectMapper JSON = new ObjectMapper();
  static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int RECEIVES_OF_THE_DEAD = 5;

  private final String sentence;

  Source(String sentence) {
    this.sentence = sentence;
  }

  /** The source, in words. */
  String sentence() {
    return sentence;
  }

  /** Whether what could not be done is kept. */
  boolean hasDeadLetters() {
    return this == QUEUE || this == OBJECT;
  }

  /** Sends the request and checks the answer; returns how often the function was invoked. */
  abstract int deliver(Lab lab, ObjectNode request, End end);

  private static void check(Answer answer, String status, End end) {
    if (end.isStored()) {
      String report = assertInstanceOf(Answer.Success.class, answer, answer::text).text();
      assertEquals(end.status(), JsonPath.from(report).getString(status), report);
    } else {
      assertEquals(
          end.errorType(),
          assertInstanceOf(Answer.FunctionError.class, answer, answer::text).errorType());
    }
  }

  private static int ended(Lab lab, String messageId, End end) {
    assertEquals(
        end.isStored() ? Fate.DONE : Fate.DEAD, lab.queue().awaitFate(messageId, PATIENCE));
    var deliveries = lab.queue().deliveries(messageId);
    assertEquals(end.isStored() ? 1 : RECEIVES_OF_THE_DEAD, deliveries.size());
    assertEquals(
        Set.of(end.isStored() ? "done" : "named in batchItemFailures"),
        deliveries.stream().map(Source::toldBack).collect(Collectors.toSet()));
    return deliveries.size();
  }

  private static String toldBack(MessageDelivery delivery) {
    return Objects.requireNonNullElse(delivery.failure(), "done");
  }

  private static ObjectNode sample(String name) {
    try (InputStream json =
        Objects.requireNonNull(Source.class.getResourceAsStream("/events/" + name + ".json"))) {
      return (ObjectNode) JSON.readTree(new String(json.readAllBytes(), UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
