package io.imagenlambda.lab.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One event, and its answer once there is one. */
final class Invocation {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String requestId = UUID.randomUUID().toString();
  private final byte[] event;
  private final Duration timeout;
  private final Map<String, String> caller;
  private final CompletableFuture<Instant> delivered = new CompletableFuture<>();
  private final CompletableFuture<Answer> answer = new CompletableFuture<>();
  private final CompletableFuture<Instant> over = new CompletableFuture<>();

  /**
   * An event that is not sent yet.
   *
   * @param caller Runtime API headers that describe the caller; may be empty
   */
  Invocation(byte[] event, Duration timeout, Map<String, String> caller) {
    this.event = event;
    this.timeout = timeout;
    this.caller = caller;
  }

  String requestId() {
    return requestId;
  }

  byte[] event() {
    return event;
  }

  Duration timeout() {
    return timeout;
  }

  Map<String, String> caller() {
    return caller;
  }

  /** Completes when a process has taken the event. Its time limit starts then. */
  CompletableFuture<Instant> delivered() {
    return delivered;
  }

  CompletableFuture<Answer> answer() {
    return answer;
  }

  /** Completes when the process and its extension have asked for the next event. */
  CompletableFuture<Instant> over() {
    return over;
  }

  void succeed(byte[] payload) {
    answer.complete(new Answer.Success(requestId, payload, took()));
  }

  /** An error of the function. The type is that of the document, else that of the header. */
  void fail(byte[] payload, @Nullable String headerType) {
    JsonNode document = document(payload);
    String type = document.path("errorType").asText(headerType == null ? "" : headerType);
    String message = document.path("errorMessage").asText("");
    answer.complete(new Answer.FunctionError(requestId, type, message, payload, took()));
  }

  /** An error that Lambda itself reports. */
  Answer fail(String type, String message) {
    String errorMessage = "RequestId: %s Error: %s".formatted(requestId, message);
    byte[] payload =
        JSON.createObjectNode()
            .put("errorType", type)
            .put("errorMessage", errorMessage)
            .toString()
            .getBytes(UTF_8);
    answer.complete(new Answer.FunctionError(requestId, type, errorMessage, payload, took()));
    return answer.join();
  }

  private Duration took() {
    return Duration.between(delivered.getNow(Instant.now()), Instant.now());
  }

  static JsonNode document(byte[] payload) {
    try {
      return JSON.readTree(payload);
    } catch (JacksonException notJson) {
      return JSON.missingNode();
    } catch (IOException e) {
      throw new AssertionError(e); // an array does not fail to be read
    }
  }
}
