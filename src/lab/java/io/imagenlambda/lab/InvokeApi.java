package io.imagenlambda.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import io.imagenlambda.lab.http.LabServer;
import io.imagenlambda.lab.runtime.Answer;
import java.io.IOException;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lambda's Invoke API for the lab's function, so that {@code aws lambda invoke} works: by its name
 * or ARN, with or without the alias {@code live}, which the template makes, or {@code $LATEST}.
 *
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html">Invoke</a>
 */
final class InvokeApi {
  /** The value of {@code --function-name}. */
  static final String FUNCTION_NAME = "imagen-lambda";

  private static final Pattern PATH = Pattern.compile("/2015-03-31/functions/([^/]+)/invocations");
  private static final Pattern NAME =
      Pattern.compile(
          "((arn:aws:lambda:%s:)?%s:function:)?%s(:(live|\\$LATEST))?"
              .formatted(LabCredentials.REGION, LabCredentials.ACCOUNT_ID, FUNCTION_NAME));
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Lab lab;

  InvokeApi(Lab lab) {
    this.lab = lab;
  }

  void serve(HttpExchange exchange) throws IOException {
    Matcher path = PATH.matcher(exchange.getRequestURI().getPath());
    if (!path.matches() || !NAME.matcher(path.group(1)).matches()) {
      error(
          exchange,
          404,
          "ResourceNotFoundException",
          "the lab's function is %1$s, %1$s:live or %1$s:$LATEST".formatted(FUNCTION_NAME));
      return;
    }
    String event = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    String type =
        Objects.requireNonNullElse(
            exchange.getRequestHeaders().getFirst("X-Amz-Invocation-Type"), "RequestResponse");
    switch (type) {
      case "RequestResponse" -> answer(exchange, lab.function().invoke(event));
      case "Event" -> {
        var _ = lab.invokeLater(event);
        LabServer.answer(exchange, 202, "", "");
      }
      case "DryRun" -> LabServer.answer(exchange, 204, "", "");
      default ->
          error(
              exchange,
              400,
              "InvalidParameterValueException",
              "X-Amz-Invocation-Type is RequestResponse, Event or DryRun");
    }
  }

  private static void answer(HttpExchange exchange, Answer answer) throws IOException {
    exchange.getResponseHeaders().set("x-amzn-RequestId", answer.requestId());
    exchange.getResponseHeaders().set("X-Amz-Executed-Version", "$LATEST");
    if (answer instanceof Answer.FunctionError) {
      exchange.getResponseHeaders().set("X-Amz-Function-Error", "Unhandled");
    }
    LabServer.answer(exchange, 200, "application/json", answer.payload());
  }

  private static void error(HttpExchange exchange, int status, String type, String message)
      throws IOException {
    exchange.getResponseHeaders().set("x-amzn-ErrorType", type);
    String body = JSON.createObjectNode().put("Type", "User").put("Message", message).toString();
    LabServer.answer(exchange, status, "application/json", body);
  }
}
