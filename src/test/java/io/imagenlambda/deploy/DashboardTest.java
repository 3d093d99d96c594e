package io.imagenlambda.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The dashboard shows what there is, and no figure that is not known. */
final class DashboardTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Template template = Template.read();

  @ParameterizedTest
  @CsvSource({
    "0, 0, imagen-4.0-generate-001, ''",
    "9, 0, imagen-4.0-generate-001, 0.05",
    "0, 9, a-model-of-tomorrow, ''",
    "9, 9, a-model-of-tomorrow, 0.05"
  })
  void everyAlarmIsOnTheDashboardWhichIsJson(
      String images, String calls, String model, String price) {
    Stack stack =
        template.with(
            Map.of(
                "ImagesPerDay", images,
                "PaidCallsPerDay", calls,
                "Model", model,
                "PricePerImage", price));

    assertEquals(
        stack.resources("AWS::CloudWatch::Alarm").stream()
            .map("%s.Arn"::formatted)
            .collect(Collectors.toSet()),
        texts(widgets(stack).get(0).at("/properties/alarms")));
  }

  /** Another figure would be untrue, and FindInMap fails where a model is not in the map. */
  @Test
  void aModelHasItsListPriceOrIsSaidToHaveNone() {
    Map<String, String> prices =
        Map.of(
            "imagen-4.0-generate-001", "0.04",
            "gemini-2.5-flash-image", "0.039",
            "gemini-3-pro-image", "0.134");

    assertEquals(
        prices,
        template.section("Mappings").path("ListPrices").properties().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey, model -> model.getValue().path("PerImage").asText())));
    prices.forEach((model, price) -> {
      String widgets =
          widgets(template.with(Map.of("Model", model, "PricePerImage", ""))).toString();
      assertTrue(widgets.contains("FILL(images, 0) * " + price + "\""), widgets);
      assertTrue(widgets.contains("sum(ImagesStored * " + price + ")"), widgets);
      assertTrue(widgets.contains("list price of " + model + " at 1K"), widgets);
    });
    String none =
        widgets(template.with(Map.of("Model", "a-model-of-tomorrow", "PricePerImage", "")))
            .toString();
    assertTrue(none.contains("list price of `a-model-of-tomorrow` is not known"), none);
    assertFalse(none.contains("USD"), none);
  }

  @Test
  void aPriceOfYourOwnCountsForEveryModel() {
    for (String model : List.of("imagen-4.0-generate-001", "a-model-of-tomorrow")) {
      String widgets =
          widgets(template.with(Map.of("Model", model, "PricePerImage", "0.5"))).toString();

      assertTrue(widgets.contains("FILL(images, 0) * 0.5\""), widgets);
      assertFalse(widgets.contains("list price"), widgets);
    }
  }

  private static List<JsonNode> widgets(Stack stack) {
    String body = stack.properties("Dashboard").path("DashboardBody").asText();
    try {
      return JSON.readTree(body).path("widgets").valueStream().toList();
    } catch (JsonProcessingException noJson) {
      throw new AssertionError(body, noJson);
    }
  }

  private static Set<String> texts(JsonNode array) {
    return array.valueStream().map(JsonNode::asText).collect(Collectors.toSet());
  }
}
