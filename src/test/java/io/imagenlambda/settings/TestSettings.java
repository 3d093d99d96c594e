package io.imagenlambda.settings;

import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.HashMap;
import java.util.Map;

/** Settings for unit tests: those that have no default, and whatever a test changes. */
public final class TestSettings {
  private TestSettings() {}

  /** Settings of {@code name, value, name, value, …} beside the required ones. */
  public static Settings of(String... namesAndValues) {
    Map<String, String> variables = new HashMap<>();
    variables.put("TOKAIFY_API_KEY", "test-key");
    variables.put("OUTPUT_BUCKET", "images");
    for (int i = 0; i < namesAndValues.length; i += 2) {
      variables.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return read(variables);
  }

  static Settings read(Map<String, String> variables) {
    return new SettingsReader(
            new SmallRyeConfigBuilder()
                .withSources(new io.smallrye.config.PropertiesConfigSource(variables, "test", 100))
                .build())
        .read();
  }
}
