package io.imagenlambda.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.imagenlambda.chaos.Plan.PlannedRequest;
import io.imagenlambda.chaos.Plan.Submission;
import io.imagenlambda.chaos.RequestOutcome.Result;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.sync.RequestBody;

/**
 * Sends requests with each trigger. Where the answer asks for it, it sends the request again with
 * the same id.
 */
final class Sender {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_TRIES = 6;
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);
  private static final int FIFO_GROUPS = 20;
  private static final URI INVOKE = URI.create("/2015-03-31/functions/imagen-lambda/invocations");

  private final Lab lab;
  private final Responses responses;
  private final HttpClient http = HttpClient.newHttpClient();

  Sender(Lab lab, Responses responses) {
    this.lab = lab;
    this.responses = responses;
  }

  void send(Submission submission) throws InterruptedException {
    PlannedRequest planned = submission.request();
    switch (submission.trigger()) {
      case HTTP -> post(planned, "");
      case HTTP_LATER -> post(planned, "respond-async");
      case QUEUE -> {
        var _ = lab.queue().send(planned.json().toString());
      }
      case FIFO -> {
        String group = "group-" + submission.number() % FIFO_GROUPS;
        var _ =
            lab.fifoQueue().send(planned.json().toString(), group, UUID.randomUUID().toString());
      }
      case OBJECT, MANIFEST -> upload(submission);
      case SCHEDULE -> {
        var _ = lab.schedule().tick(Instant.now(), planned.json()).answer().join();
      }
      case INVOKE -> invoke(planned);
      case INVOKE_LATER -> invokeLater(planned);
    }
  }

  private void upload(Submission submission) {
    String lines =
        submission.requests().stream()
            .map(planned -> submission.withIds() ? planned.json() : planned.jsonWithoutId())
            .map(ObjectNode::toString)
            .collect(Collectors.joining("\n"));
    var _ =
        lab.s3()
            .putObject(
                put -> put.bucket(Lab.REQUEST_BUCKET).key(submission.key()),
                RequestBody.fromString(lines));
  }

  /** Posts until the answer is a result or a refusal, at most {@link #MAX_TRIES} times. */
  private void post(PlannedRequest planned, String preference) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(lab.url().resolve("/images"))
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", planned.id())
            .header("Prefer", preference)
            .POST(BodyPublishers.ofString(planned.jsonWithoutId().toString()))
            .build();
    for (int tries = 0; tries < MAX_TRIES; tries++) {
      try {
        HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
        if (isFinal(planned, response.statusCode(), json(response.body()))) {
          return;
        }
        if (response.statusCode() == 409
            && response.headers().firstValue("Retry-After").isEmpty()) {
          responses.conflict(planned.name());
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

  private boolean isFinal(PlannedRequest planned, int status, JsonNode body) {
    JsonNode result = body.has("result") ? body.path("result") : body;
    if (result.path("status").isTextual() && result.has("images")) {
      responses.returned(planned.name(), result);
      return true;
    }
    if (status == 400) {
      responses.refused(planned.name());
    }
    return status == 202 || status == 400;
  }

  private void invoke(PlannedRequest planned) throws InterruptedException {
    for (int tries = 0; tries < MAX_TRIES; tries++) {
      switch (lab.function().invoke(planned.json().toString())) {
        case Answer.Success success -> {
          responses.returned(planned.name(), json(success.text()));
          return;
        }
        case Answer.FunctionError error -> {
          if (error.errorMessage().contains("belongs to another request")) {
            responses.conflict(planned.name());
            return;
          }
          if (error.errorType().equals("InvalidRequest")) {
            responses.refused(planned.name());
            return;
          }
        }
      }
      Thread.sleep(LONGEST_WAIT);
    }
  }

  private void invokeLater(PlannedRequest planned) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(lab.url().resolve(INVOKE))
            .header("X-Amz-Invocation-Type", "Event")
            .POST(BodyPublishers.ofString(planned.json().toString(), UTF_8))
            .build();
    try {
      var _ = http.send(request, BodyHandlers.discarding());
    } catch (IOException e) {
      Thread.sleep(LONGEST_WAIT); // what has no result in the end is sent again
    }
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return JSON.missingNode();
    }
  }

  /** The answers that the senders got, by the name of the request. */
  static final class Responses {
    private final Map<String, List<Result>> results = new HashMap<>();
    private final Set<String> refused = new HashSet<>();
    private final Set<String> conflicts = new HashSet<>();
    private int replays;

    synchronized void returned(String name, JsonNode result) {
      results.computeIfAbsent(name, _ -> new ArrayList<>()).add(Result.of(result));
      replays += result.path("replayed").asBoolean() ? 1 : 0;
    }

    /** Notes that the request was refused as invalid. */
    synchronized void refused(String name) {
      refused.add(name);
    }

    /** Notes that the request's id belongs to another one. */
    synchronized void conflict(String name) {
      conflicts.add(name);
    }

    synchronized boolean isConflict(String name) {
      return conflicts.contains(name);
    }

    synchronized List<Result> results(String name) {
      return List.copyOf(results.getOrDefault(name, List.of()));
    }

    synchronized boolean isRefused(String name) {
      return refused.contains(name);
    }

    /** How many answers were stored results of an earlier delivery. */
    synchronized int replays() {
      return replays;
    }
  }
}
