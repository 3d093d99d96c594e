package io.imagenlambda.lab;

import io.imagenlambda.lab.http.LabServer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The environment variables that Lambda and the template would set for the function. */
final class FunctionEnvironment {
  private FunctionEnvironment() {}

  static Map<String, String> of(Lab lab, LabOptions options) {
    @Nullable String apiKey = options.apiKey();
    Map<String, String> env = new HashMap<>(lambdaVariables());
    env.put("AWS_ENDPOINT_URL_S3", lab.s3Endpoint().toString());
    env.put("AWS_ENDPOINT_URL_SQS", lab.sqsEndpoint().toString());
    env.put("AWS_ENDPOINT_URL_SECRETS_MANAGER", lab.secretsEndpoint().toString());
    env.put("TOKAIFY_API_KEY", apiKey == null ? Lab.API_KEY : apiKey);
    if (apiKey == null) {
      env.put("TOKAIFY_BASE_URL", lab.predict().url().toString());
    }
    env.put("OUTPUT_BUCKET", Lab.OUTPUT_BUCKET);
    env.put("QUEUE_URL", lab.queueUrl("requests").toString());
    env.put("DEAD_LETTER_QUEUE_URL", lab.queueUrl("requests-dlq").toString());
    env.put(
        "IMAGEN_SCHEDULE_REQUESTS", "s3://%s/%s".formatted(Lab.SCHEDULE_BUCKET, Lab.SCHEDULE_KEY));
    env.put("IMAGEN_URL_STYLE", "presigned");
    if (!options.corsOrigins().isEmpty()) {
      env.put("IMAGEN_CORS_ORIGINS", String.join(",", options.corsOrigins()));
    }
    if (!options.clientKeys().isEmpty()) {
      env.put("IMAGEN_CLIENT_KEYS_SECRET", Lab.CLIENT_KEYS);
    }
    env.putAll(options.env());
    return env;
  }

  /** The variables that Lambda itself sets. */
  private static Map<String, String> lambdaVariables() {
    return Map.ofEntries(
        Map.entry("AWS_REGION", LabCredentials.REGION),
        Map.entry("AWS_DEFAULT_REGION", LabCredentials.REGION),
        Map.entry("AWS_ACCESS_KEY_ID", LabCredentials.ACCESS_KEY_ID),
        Map.entry("AWS_SECRET_ACCESS_KEY", LabCredentials.SECRET_ACCESS_KEY),
        Map.entry("AWS_LAMBDA_FUNCTION_NAME", "imagen-lambda"),
        Map.entry("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        Map.entry("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512"),
        Map.entry("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
        Map.entry("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/imagen-lambda"),
        Map.entry("LAMBDA_TASK_ROOT", System.getProperty("user.dir")),
        Map.entry("LANG", "en_US.UTF-8"),
        Map.entry("TZ", ":UTC"),
        Map.entry("_HANDLER", "bootstrap"));
  }

  /** The addresses of the same services over TLS. */
  static Map<String, String> secure(LabS3 s3, LabServer predict) {
    return Map.of(
        "AWS_ENDPOINT_URL_S3", s3.secureEndpoint().toString(),
        "TOKAIFY_BASE_URL", predict.url().toString());
  }
}
