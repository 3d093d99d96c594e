package io.imagenlambda.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.dashjoin.jsonata.Jsonata;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code deploy/batch.asl.yaml}, piece by piece; {@link BatchIT} runs it. */
final class BatchTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final JsonNode states = Definition.read(Path.of("deploy", "batch.asl.yaml")).states();

  /** But for the name of the task, which no other state may have. */
  @Test
  void linesOfJsonAndOfCsvAreRunAlike() {
    for (String field :
        Set.of("ItemProcessor", "ResultWriter", "MaxConcurrency", "ToleratedFailurePercentage")) {
      JsonNode lines = states.path("Lines of JSON").path(field);
      JsonNode rows = states.path("Lines of CSV").path(field);
      assertFalse(lines.isMissingNode(), field);
      assertEquals(
          lines.toString().replace("Generate from JSON", "Generate from CSV"), rows.toString());
    }
  }

  @Test
  void onlyWhatMaySucceedNextTimeIsTriedAgain() {
    Set<String> retried = new TreeSet<>();
    generate()
        .path("Retry")
        .forEach(retry -> retry.path("ErrorEquals").forEach(name -> retried.add(name.asText())));

    assertTrue(retried.contains("ImagenUnavailable"), retried.toString());
    assertTrue(
        retried.stream()
            .allMatch(name ->
                name.equals("ImagenUnavailable")
                    || name.equals("States.Timeout")
                    || name.matches("(Lambda|Sandbox|Runtime)\\..+")),
        retried.toString());
  }

  @Test
  void aLineHasMoreTimeThanTheFunctionCanHave() {
    int longest = Template.read().parameter("Timeout").path("MaxValue").asInt();

    assertTrue(longest > 0);
    assertTrue(generate().path("TimeoutSeconds").asInt() > longest);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // one cell after the other
        "{'prompt':'p'}                        | {'prompt':'p'}",
        "{'prompt':'p','id':'','model':''}     | {'prompt':'p'}",
        "{'prompt':'p','id':'7','model':'m'}   | {'prompt':'p','id':'7','model':'m'}",
        "{'prompt':'42'}                       | {'prompt':'42'}",
        "{'prompt':'p','sampleCount':'2'}      | {'prompt':'p','parameters':{'sampleCount':2}}",
        "{'prompt':'p','seed':'-7'}            | {'prompt':'p','parameters':{'seed':-7}}",
        "{'prompt':'p','imageSize':'2K'}       | {'prompt':'p','parameters':{'imageSize':'2K'}}",
        "{'prompt':'p','aspectRatio':'16:9'}   | {'prompt':'p','parameters':{'aspectRatio':'16:9'}}",
        "{'prompt':'p','addWatermark':'false'} | {'prompt':'p','parameters':{'addWatermark':false}}",
        "{'prompt':'p','metadata.a':'1'}       | {'prompt':'p','metadata':{'a':'1'}}",
        "{'prompt':'p','metadata.a.b':'x','seed':'1','sampleCount':'4'}"
            + "| {'prompt':'p','metadata':{'a.b':'x'},'parameters':{'seed':1,'sampleCount':4}}",
        "{'prompt':''}                         | {}",
      })
  void aRowBecomesARequest(String row, String request) throws Exception {
    String expression =
        states.path("Lines of CSV").path("ItemSelector").path("request").asText().strip();

    assertEquals(json(request), evaluated(expression, json(row)));
  }

  private JsonNode generate() {
    return states
        .path("Lines of JSON")
        .path("ItemProcessor")
        .path("States")
        .path("Generate from JSON");
  }

  /** As Step Functions does it with {@code $states.context.Map.Item.Value}. */
  private static JsonNode evaluated(String expression, JsonNode item) {
    Jsonata jsonata = Jsonata.jsonata(expression.replaceFirst("^\\{%", "").replaceFirst("%}$", ""));
    var frame = jsonata.createFrame();
    frame.bind(
        "states",
        Map.of(
            "context",
            Map.of("Map", Map.of("Item", Map.of("Value", JSON.convertValue(item, Map.class))))));
    return JSON.valueToTree(jsonata.evaluate(null, frame));
  }

  private static JsonNode json(String text) throws Exception {
    return JSON.readTree(text.replace('\'', '"'));
  }
}
