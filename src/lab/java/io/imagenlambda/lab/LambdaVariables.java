package io.imagenlambda.lab;

import java.util.Map;

/** The variables that Lambda itself sets. */
final class LambdaVariables {
  private LambdaVariables() {}

  static Map<String, String> all() {
    return Map.ofEntries(
        Map.entry("AWS_REGION", Credentials.REGION),
        Map.entry("AWS_DEFAULT_REGION", Credentials.REGION),
        Map.entry("AWS_ACCESS_KEY_ID", Credentials.ACCESS_KEY_ID),
        Map.entry("AWS_SECRET_ACCESS_KEY", Credentials.SECRET_ACCESS_KEY),
        Map.entry("AWS_LAMBDA_FUNCTION_NAME", "imagen-lambda"),
        Map.entry("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        Map.entry("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512"),
        Map.entry("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
        Map.entry("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/imagen-lambda"),
        Map.entry("AWS_LAMBDA_LOG_STREAM_NAME", "2026/01/01/[$LATEST]lab"),
        Map.entry("LAMBDA_TASK_ROOT", System.getProperty("user.dir")),
        Map.entry("LANG", "en_US.UTF-8"),
        Map.entry("TZ", ":UTC"),
        Map.entry("_HANDLER", "bootstrap"));
  }
}
