package io.imagenlambda.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.runtime.Answer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.sync.RequestBody;

/**
 * Whoever sends requests: puts them on a queue, uploads them, or calls and comes again with the
 * same id where the answer says so.
 */
final class Sender {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_TRIES = 6;
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);
  private static final int FIFO_GROUPS = 20;
  private static final URI INVOKE = URI.create("/2015-03-31/functions/imagen-lambda/invocations");

  private final Lab lab;
  private final Answers answers;
  private final HttpClient http = HttpClient.newHttpClient();

  Sender(Lab lab, Answers answers) {
    this.lab = lab;
    this.answers = answers;
  }

  void send(Parcel parcel) throws InterruptedException {
    Order order = parcel.order();
    switch (parcel.trigger()) {
      case HTTP -> post(order, "");
      case HTTP_LATER -> post(order, "respond-async");
      case QUEUE -> {
        var _ = lab.queue().send(order.json().toString());
      }
      case FIFO -> {
        String group = "group-" + parcel.number() % FIFO_GROUPS;
        var _ = lab.fifoQueue().send(order.json().toString(), group, UUID.randomUUID().toString());
      }
      case OBJECT, MANIFEST -> upload(parcel);
      case SCHEDULE -> {
        var _ = lab.schedule().tick(Instant.now(), order.json()).answer().join();
      }
      case INVOKE -> invoke(order);
      case INVOKE_LATER -> invokeLater(order);
    }
  }

  private void upload(Parcel parcel) {
    String lines =
        parcel.orders().stream()
            .map(order -> order.jsonWithoutId().toString())
            .collect(Collectors.joining("\n"));
    var _ =
        lab.s3()
            .putObject(
                put -> put.bucket(Lab.REQUEST_BUCKET).key(parcel.key()),
                RequestBody.fromString(lines));
  }

  /** Until the answer is a result or a refusal, as often as a patient client would. */
  private void post(Order order, String preference) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(lab.url().resolve("/images"))
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", order.id())
            .header("Prefer", preference)
            .POST(BodyPublishers.ofString(order.jsonWithoutId().toString()))
            .build();
    for (int tries = 0; tries < MAX_TRIES; tries++) {
      try {
        HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
        if (isLast(order, response.statusCode(), json(response.body()))) {
          return;
        }
        Thread.sleep(
            response
                .headers()
                .firstValue("Retry-After")
                .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
                .filter(wait -> wait.compareTo(LONGEST_WAIT) < 0)
                .orElse(LONGEST_WAIT));
      } catch (IOException e) {
        Thread.sleep(LONGEST_WAIT);
      }
    }
  }

  private boolean isLast(Order order, int status, JsonNode body) {
    JsonNode result = body.has("result") ? body.path("result") : body;
    if (result.path("status").isTextual() && result.has("images")) {
      answers.told(order.id(), result);
      return true;
    }
    if (status == 400) {
      answers.refused(order.id());
    }
    return status == 202 || status == 400;
  }

  private void invoke(Order order) throws InterruptedException {
    for (int tries = 0; tries < MAX_TRIES; tries++) {
      switch (lab.function().invoke(order.json().toString())) {
        case Answer.Success success -> {
          answers.told(order.id(), json(success.text()));
          return;
        }
        case Answer.FunctionError error -> {
          if (error.errorType().equals("InvalidRequest")) {
            answers.refused(order.id());
            return;
          }
        }
      }
      Thread.sleep(LONGEST_WAIT);
    }
  }

  private void invokeLater(Order order) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(lab.url().resolve(INVOKE))
            .header("X-Amz-Invocation-Type", "Event")
            .POST(BodyPublishers.ofString(order.json().toString(), UTF_8))
            .build();
    try {
      var _ = http.send(request, BodyHandlers.discarding());
    } catch (IOException e) {
      Thread.sleep(LONGEST_WAIT); // whoever has no result in the end sends it again
    }
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return JSON.missingNode();
    }
  }
}
