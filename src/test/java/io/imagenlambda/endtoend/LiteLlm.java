package io.imagenlambda.endtoend;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * LiteLLM's proxy, as a process of its own on a free port. {@code .ci/run} installs it and sets
 * {@link #VARIABLE}. What it writes is in {@code target/litellm.log}.
 */
final class LiteLlm implements AutoCloseable {
  /** The environment variable with the path of its executable. */
  static final String VARIABLE = "LITELLM";

  /** The only key that it takes. */
  static final String KEY = "sk-key-of-the-relay";

  private static final Pattern RUNNING = Pattern.compile("running on (http://[\\d.]+:\\d+)");
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final ServerProcess process;

  private LiteLlm(ServerProcess process) {
    this.process = process;
  }

  /**
   * Starts it, and waits until it serves.
   *
   * @param provider where it gets its images
   * @param key the provider's key
   * @param models the models that it has
   */
  static LiteLlm start(URI provider, String key, List<String> models) throws Exception {
    Path target = Path.of("target");
    Path config = target.resolve("litellm.yaml");
    Files.writeString(config, config(provider, key, models));
    LiteLlm started =
        new LiteLlm(
            ServerProcess.start(
                List.of(
                    System.getenv(VARIABLE),
                    "--config",
                    config.toString(),
                    "--host",
                    "127.0.0.1",
                    "--port",
                    "0",
                    "--telemetry",
                    "False"),
                Map.of("LITELLM_LOCAL_MODEL_COST_MAP", "True"),
                target.resolve("litellm.log"),
                RUNNING));
    try {
      started.awaitReadiness();
      return started;
    } catch (Exception | Error e) {
      started.close();
      throw e;
    }
  }

  private static String config(URI provider, String key, List<String> models) {
    StringBuilder list = new StringBuilder();
    for (String model : models) {
      list.append(
          """
            - model_name: %1$s
              litellm_params:
                model: gemini/%1$s
                api_base: %2$s/v1beta
                api_key: %3$s
          """
              .formatted(model, provider, key));
    }
    return """
    model_list:
    %s
    router_settings:
      num_retries: 0
    general_settings:
      master_key: %s
    """
        .formatted(list, KEY);
  }

  URI url() {
    return process.url();
  }

  private void awaitReadiness() throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(url().resolve("/health/readiness")).timeout(PATIENCE).build();
      HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IllegalStateException("LiteLLM is not ready: " + answer.body());
      }
    }
  }

  @Override
  public void close() {
    process.close();
  }
}
