package io.imagenlambda.lab.predict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every fault as it looks on the wire. */
class PredictFaultsTest extends PredictSimulatorCase {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "429       | 429 | /error/details/0/retryDelay | 1s",
        "429=0.2   | 429 | /error/details/0/retryDelay | 0.2s",
        "429-array | 429 | /0/error/status             | RESOURCE_EXHAUSTED",
        "503       | 503 | /error/status               | UNAVAILABLE",
        "503-capacity | 503 | /error/details/0/reason  | MODEL_CAPACITY_EXHAUSTED",
        "499       | 499 | /error/status               | CANCELLED",
        "500       | 500 | /error/status               | INTERNAL",
        "500-relay | 500 | /error/code                 | 500",
        "sensitive | 500 | /error/code                 | sensitive_words_detected",
        "no-model  | 503 | /error/code                 | model_not_found",
        "quota     | 403 | /error/code                 | insufficient_user_quota",
        "bad-key   | 401 | /error/type                 | new_api_error",
        "blocked   | 400 | /error/status               | INVALID_ARGUMENT",
        "google-bad-key | 400 | /error/details/0/reason | API_KEY_INVALID",
      })
  void anErrorHasItsShape(String fault, int status, String pointer, String value) throws Exception {
    HttpResponse<String> response = send(request("a [fault:%s]".formatted(fault), Map.of()));
    assertEquals(status, response.statusCode());
    assertEquals(value, JSON.readTree(response.body()).at(pointer).asText());
  }

  @ParameterizedTest
  @CsvSource({"html-502, 502", "504, 504", "524, 524", "408, 408"})
  void aProxysErrorIsHtml(String fault, int status) throws Exception {
    HttpResponse<String> response = send(request("a [fault:%s]".formatted(fault), Map.of()));
    assertEquals(status, response.statusCode());
    assertEquals("text/html", response.headers().firstValue("Content-Type").orElseThrow());
    assertTrue(response.body().startsWith("<html>"));
  }

  @Test
  void anOverloadMayComeWithoutABodyOrWithRetryAfter() throws Exception {
    assertEquals("", send(request("a [fault:429-empty]", Map.of())).body());
    HttpResponse<String> relay = send(request("a [fault:429-relay=7]", Map.of()));
    assertEquals("7", relay.headers().firstValue("Retry-After").orElseThrow());
  }

  @Test
  void aFaultMayHoldForTheFirstCallsOnly() throws Exception {
    String prompt = "a fox [fault:429x2][fault:503x1]";
    Map<String, Object> one = Map.of("sampleCount", 1);
    assertEquals(429, send(request(prompt, one)).statusCode());
    assertEquals(429, send(request(prompt, one)).statusCode());
    assertEquals(503, send(request(prompt, one)).statusCode());
    assertEquals(200, send(request(prompt, one)).statusCode());
  }

  @Test
  void aTestMayQueueTheFaultsOfTheNextCalls() throws Exception {
    predict.nextCall("503");
    predict.nextCall();
    Map<String, Object> one = Map.of("sampleCount", 1);
    assertEquals(503, send(request("a fox", one)).statusCode());
    assertEquals(200, send(request("a fox [fault:429]", one)).statusCode());
    assertEquals(429, send(request("a fox [fault:429]", one)).statusCode());
  }

  @Test
  void anUnknownFaultIsNamed() throws Exception {
    HttpResponse<String> response = send(request("a [fault:no-such]", Map.of()));
    assertEquals(400, response.statusCode());
    assertTrue(response.body().contains("no-such"));
    assertThrows(IllegalArgumentException.class, () -> predict.nextCall("no-such"));
  }

  @Test
  void filteredImagesAreReportedInOneAggregateEntry() throws Exception {
    JsonNode predictions = predict("a [fault:filtered=2]", Map.of()).path("predictions");
    assertEquals(3, predictions.size());
    assertTrue(
        predictions
            .at("/2/raiFilteredReason")
            .asText()
            .contains("filtered out 2 generated images"));
  }

  @Test
  void otherAnswersWithoutAnImageHaveTheirShape() throws Exception {
    JsonNode all = predict("a [fault:all-filtered]", Map.of()).path("predictions");
    assertEquals(1, all.size());
    assertTrue(all.at("/0/raiFilteredReason").asText().contains("Support codes"));
    JsonNode gcs = predict("a [fault:gcs]", Map.of());
    assertTrue(gcs.at("/predictions/0/gcsUri").asText().startsWith("gs://"));
    assertTrue(gcs.at("/predictions/0/bytesBase64Encoded").isMissingNode());
    assertEquals("{}", predict("a [fault:empty]", Map.of()).toString());
    assertTrue(predict("a [fault:empty=null]", Map.of()).isNull());
    JsonNode bytes = predict("a [fault:empty=bytes]", Map.of());
    assertEquals("", bytes.at("/predictions/0/bytesBase64Encoded").asText("none"));
  }

  @Test
  void whatStandsBesideAnImageIsAsItIsInTheWild() throws Exception {
    JsonNode wrong = predict("a [fault:wrong-type]", Map.of("sampleCount", 1));
    assertEquals("image/jpeg", wrong.at("/predictions/0/mimeType").asText());
    assertEquals((byte) 0x89, bytes(wrong, 0)[0]);
    JsonNode rewritten = predict("a \"fox\" [fault:rewritten]", Map.of("sampleCount", 1));
    assertTrue(rewritten.at("/predictions/0/prompt").asText().contains("a \"fox\""));
    JsonNode safety = predict("a [fault:safety]", Map.of("sampleCount", 1));
    assertEquals(2, safety.path("predictions").size());
    assertTrue(safety.at("/predictions/0/safetyAttributes/scores").isArray());
    JsonNode escaped = predict("a [fault:escaped]", Map.of("sampleCount", 1));
    assertEquals(predict.journal().imagesServed().getLast(), sha256(escaped.at("/predictions/0")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a [fault:cut=2]", "a [fault:cut=2][fault:chunked]", "a [fault:drop]"})
  void aCutEndsTheConnectionBeforeTheAnswerIsWhole(String prompt) {
    assertThrows(IOException.class, () -> send(request(prompt, Map.of())));
    int whole = prompt.contains("cut") ? 1 : 0;
    assertEquals(whole, predict.journal().imagesServed().size());
  }

  @Test
  void aStallKeepsTheConnectionOpenAndSilent() throws Exception {
    HttpResponse<InputStream> response =
        http.send(request("a [fault:stall=1]", Map.of()).build(), BodyHandlers.ofInputStream());
    assertEquals(200, response.statusCode());
    Thread reader =
        Thread.ofVirtual()
            .start(() -> {
              try (var in = response.body()) {
                in.readAllBytes();
              } catch (IOException e) {
                // the test has seen enough
              }
            });
    assertFalse(reader.join(Duration.ofMillis(300)));
    assertEquals(List.of(), predict.journal().imagesServed());
  }

  @Test
  void aSlowAnswerIsLate() {
    HttpRequest request =
        request("a [fault:slow=20000]", Map.of()).timeout(Duration.ofMillis(200)).build();
    assertThrows(HttpTimeoutException.class, () -> http.send(request, BodyHandlers.ofString()));
  }

  @Test
  void garbageAfterTheImagesIsNotJson() throws Exception {
    String body = send(request("a [fault:malformed]", Map.of("sampleCount", 1))).body();
    assertThrows(IOException.class, () -> JSON.readTree(body));
  }
}
