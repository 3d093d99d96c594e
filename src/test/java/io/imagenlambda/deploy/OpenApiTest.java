package io.imagenlambda.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.imagenlambda.request.RequestId;
import io.imagenlambda.settings.Settings;
import org.junit.jupiter.api.Test;

/** Rules that stand in the document and in the code. */
final class OpenApiTest {
  @Test
  void anIdAndAModelAreWhatTheFunctionTakes() {
    String pattern = OpenApi.read().type("Name").path("pattern").asText();

    assertEquals("^" + RequestId.PATTERN + "$", pattern);
    assertEquals("^" + Settings.MODEL_PATTERN + "$", pattern);
  }
}
