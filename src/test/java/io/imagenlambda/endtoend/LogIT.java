package io.imagenlambda.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabOptions;
import io.imagenlambda.lab.http.LabServer;
import io.imagenlambda.lab.runtime.Answer;
import io.imagenlambda.lab.runtime.LambdaFunction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What the operator sees, line by line, as CloudWatch takes it from the process. */
final class LogIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @AutoClose private static final Lab lab = Lab.start(LabOptions.forTests());

  @Test
  void theStartIsOneLineWithVersionSettingsAndTime() throws InterruptedException {
    try (LambdaFunction function = lab.functionWith(Map.of("IMAGEN_TIMEOUT", "77s"))) {
      function.start();

      JsonNode start = parsed(await(function, "is ready"));
      assertEquals("1.0.0-SNAPSHOT", start.path("version").asText());
      assertTrue(start.path("initMs").asLong() > 0, start.toString());
      assertEquals("PT1M17S", start.at("/settings/IMAGEN_TIMEOUT").asText());
      assertEquals("***", start.at("/settings/TOKAIFY_API_KEY").asText());
      assertEquals(1, lines(function).size());
    }
  }

  @Test
  void aGenerationIsOneLineWithAllThatItTookAndCame() throws InterruptedException {
    try (LambdaFunction function = lab.functionWith(Map.of())) {
      Answer answer = function.invoke(request("one-line", "[fault:429=0.01x1] [fault:filtered=1]"));

      JsonNode line = generation(function, "one-line");
      assertEquals("direct", line.path("source").asText());
      assertEquals("partial", line.path("status").asText());
      assertEquals("partial", line.path("Outcome").asText());
      assertEquals("imagen-4.0-generate-001", line.path("model").asText());
      assertEquals(answer.requestId(), line.path("awsRequestId").asText());
      assertTrue(line.path("traceId").asText().matches("1-[0-9a-f]{8}-[0-9a-f]{24}"));
      assertEquals(2, line.path("attempts").asInt());
      for (String time : List.of("claimMs", "predictMs", "storeMs", "durationMs")) {
        assertTrue(line.path(time).isIntegralNumber(), time);
      }
      assertEquals(parsed(answer.text()).path("durationMs"), line.path("durationMs"));
      assertEquals(
          Map.ofEntries(
              Map.entry("Requests", 1L),
              Map.entry("Outcomes", 1L),
              Map.entry("ImagesRequested", 2L),
              Map.entry("ImagesStored", 1L),
              Map.entry("ImagesFiltered", 1L),
              Map.entry("ImageBytes", parsed(answer.text()).at("/images/0/bytes").asLong()),
              Map.entry("PaidCalls", 1L),
              Map.entry("Retries", 1L),
              Map.entry("ColdStarts", 1L),
              Map.entry("PredictLatency", line.path("predictMs").asLong()),
              Map.entry(
                  "Overhead", line.path("durationMs").asLong() - line.path("predictMs").asLong())),
          metrics(line));

      function.invoke(request("one-line", "[fault:429=0.01x1] [fault:filtered=1]"));
      assertEquals(
          Map.of(
              "Requests",
              1L,
              "ImagesRequested",
              2L,
              "Replays",
              1L,
              "PaidCalls",
              0L,
              "ColdStarts",
              0L),
          metrics(parsed(await(function, "\"Replays\":1"))));
    }
  }

  @Test
  void tokensAreCountedByModel() throws InterruptedException {
    try (LambdaFunction function = lab.functionWith(Map.of())) {
      function.invoke(
          "{\"id\":\"tokens\",\"prompt\":\"p\",\"model\":\"gemini-nano-banana-2.1\",\"parameters\":{\"sampleCount\":2}}");

      JsonNode line = generation(function, "tokens");
      assertEquals("gemini-nano-banana-2.1", line.path("Model").asText());
      Map<String, Long> metrics = metrics(line);
      assertEquals(24, metrics.get("PromptTokens"));
      assertEquals(2580, metrics.get("OutputTokens"));
      assertEquals(2580, metrics.get("ImageTokens"));
      assertEquals(0, metrics.get("ThoughtTokens"));
    }
  }

  @Test
  void everyOutcomeIsCountedByItsName() throws InterruptedException {
    Map<String, String> faults =
        Map.of(
            "succeeded", "safety",
            "filtered", "all-filtered",
            "rejected", "400",
            "unknown", "504",
            "unavailable", "429=0.01",
            "account", "quota");
    try (LambdaFunction function = lab.functionWith(Map.of())) {
      faults.forEach((outcome, fault) ->
          function.invoke(request("outcome-" + outcome, "[fault:%s]".formatted(fault))));

      for (String outcome : faults.keySet()) {
        JsonNode line = generation(function, "outcome-" + outcome);
        assertEquals(outcome, line.path("Outcome").asText(), line.toString());
        assertEquals(1, metrics(line).get("Outcomes"), line.toString());
        boolean paid = Set.of("succeeded", "filtered", "unknown").contains(outcome);
        assertEquals(paid ? 1 : 0, metrics(line).get("PaidCalls"), line.toString());
        assertNotNull(line.path("providerRequestId").textValue());
      }
    }
  }

  @Test
  void everyLineIsJsonAndSaysWhoseItIs() throws InterruptedException {
    try (LambdaFunction function = lab.functionWith(Map.of())) {
      // A message is worked on in a thread of its own.
      ObjectNode event = JSON.createObjectNode();
      ArrayNode messages = event.putArray("Records");
      Map.of("refused", request("refused", "[fault:429=0.01]"), "poison", "no JSON")
          .forEach((id, body) ->
              messages
                  .addObject()
                  .put("eventSource", "aws:sqs")
                  .put("messageId", id)
                  .put("body", body));
      Answer answer = function.invoke(event.toString());

      for (String text :
          List.of(
              "message refused is returned after receive 1: RESOURCE_EXHAUSTED",
              "message refused comes again only after its queue's visibility timeout", // it has
              // none
              "message poison can never be run",
              "message poison is dead")) {
        JsonNode line = parsed(await(function, text));
        assertEquals(answer.requestId(), line.at("/invocation/awsRequestId").asText(), text);
        assertTrue(line.at("/invocation/traceId").asText().startsWith("1-"), text);
      }
      lines(function).forEach(line -> assertTrue(line.has("level"), line::toString));
    }
  }

  @Test
  void thePromptIsLoggedOnlyWhereItMayBe() throws InterruptedException {
    String prompt = "a lighthouse that nobody knows of";
    lab.function().invoke(request("secret", prompt));
    assertFalse(generation(lab.function(), "secret").has("prompt"));

    try (LambdaFunction function = lab.functionWith(Map.of("IMAGEN_LOG_PROMPTS", "true"))) {
      function.invoke(request("told", prompt));
      assertEquals(prompt, generation(function, "told").path("prompt").asText());
    }
  }

  @Test
  void aLabThatSeesAPromptInTheLogFailsWhenItIsClosed() {
    Lab strict = Lab.start(LabOptions.forTests());
    try (LambdaFunction function = strict.functionWith(Map.of("IMAGEN_LOG_PROMPTS", " true"))) {
      function.invoke(request("leaked", "a lighthouse that nobody knows of"));
    }
    AssertionError leak = assertThrows(AssertionError.class, strict::close);
    assertTrue(String.valueOf(leak.getMessage()).contains("leaked"), leak::toString);
  }

  @Test
  void whereItIsAskedForTheLogIsLinesForPeople() throws InterruptedException {
    try (LambdaFunction function = lab.functionWith(Map.of("IMAGEN_LOG_JSON", "false"))) {
      function.invoke(request("plain", "a lighthouse"));
      String line = await(function, "plain succeeded");
      assertTrue(line.matches(".*INFO.*plain succeeded: 2 of 2 images.*"), line);
    }
  }

  @Test
  void theTraceGoesOnToAwsAndNotToTheProvider() {
    List<String> traces = new CopyOnWriteArrayList<>();
    try (LabServer aws =
            LabServer.start(
                "recorder",
                0,
                exchange -> {
                  traces.add(
                      String.valueOf(exchange.getRequestHeaders().getFirst("X-Amzn-Trace-Id")));
                  LabServer.answer(exchange, 403, "text/plain", "");
                });
        LambdaFunction toS3 =
            lab.functionWith(Map.of("AWS_ENDPOINT_URL_S3", aws.url().toString()));
        LambdaFunction toSqs =
            lab.functionWith(Map.of("AWS_ENDPOINT_URL_SQS", aws.url().toString()))) {
      toS3.invoke(request("traced", "a lighthouse"));
      int calls = traces.size();
      toSqs.invoke(
          "{\"requestContext\":{\"http\":{\"method\":\"POST\"}},\"rawPath\":\"/images\","
              + "\"headers\":{\"prefer\":\"respond-async\"},"
              + "\"body\":\"{\\\"prompt\\\":\\\"a pier\\\"}\"}");
      assertTrue(calls > 0 && traces.size() > calls, traces.toString());
    }
    assertTrue(
        traces.stream().allMatch(trace -> trace.matches("Root=1-.*;Parent=.*;Sampled=0")),
        traces.toString());
    lab.predict().journal().clear();
    lab.function().invoke(request("untraced", "a lighthouse"));
    assertTrue(lab.predict().journal().calls().getFirst().header("X-Amzn-Trace-Id").isEmpty());
  }

  private static String request(String id, String prompt) {
    return "{\"id\":\"%s\",\"prompt\":\"%s\",\"parameters\":{\"sampleCount\":2}}"
        .formatted(id, prompt);
  }

  /** All lines; but AWS's Java runtime tells of a function error in words of its own. */
  private static List<JsonNode> lines(LambdaFunction function) {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : function.output().lines()) {
      if (line.startsWith("{") || Boolean.getBoolean("imagen.native")) {
        lines.add(parsed(line));
      }
    }
    return lines;
  }

  private static JsonNode parsed(String line) {
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new AssertionError("no JSON: " + line, e);
    }
  }

  private static JsonNode generation(LambdaFunction function, String id)
      throws InterruptedException {
    return parsed(await(function, "\"id\":\"%s\"".formatted(id)));
  }

  /** The first line with the text. */
  private static String await(LambdaFunction function, String text) throws InterruptedException {
    return function.output().awaitLine(line -> line.contains(text), Duration.ofSeconds(30));
  }

  /** The metrics that CloudWatch finds in a line, by the rules of the embedded metric format. */
  private static Map<String, Long> metrics(JsonNode line) {
    Map<String, Long> metrics = new TreeMap<>();
    assertTrue(line.at("/_aws/Timestamp").asLong() > 1_700_000_000_000L, line.toString());
    for (JsonNode directive : line.at("/_aws/CloudWatchMetrics")) {
      assertEquals("imagen-lambda", directive.path("Namespace").asText());
      Set<String> dimensions = new TreeSet<>();
      directive.at("/Dimensions/0").forEach(each -> dimensions.add(each.asText()));
      dimensions.forEach(each -> assertTrue(line.path(each).isTextual(), each));
      for (JsonNode metric : directive.path("Metrics")) {
        String name = metric.path("Name").asText();
        assertEquals(dimensions(name), dimensions);
        assertTrue(line.path(name).isIntegralNumber(), name);
        metrics.put(name, line.path(name).asLong());
      }
    }
    assertEquals("imagen-lambda", line.path("FunctionName").asText());
    return metrics;
  }

  private static Set<String> dimensions(String metric) {
    if (metric.equals("Outcomes")) {
      return Set.of("FunctionName", "Outcome");
    }
    return metric.endsWith("Tokens") ? Set.of("FunctionName", "Model") : Set.of("FunctionName");
  }
}
