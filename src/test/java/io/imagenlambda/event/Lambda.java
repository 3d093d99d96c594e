package io.imagenlambda.event;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.amazonaws.services.lambda.runtime.Context;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.imagenlambda.request.FunctionError;
import io.quarkus.arc.Arc;
import io.restassured.response.Response;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.UUID;
import org.eclipse.microprofile.config.ConfigProvider;

/** Hands events to the function through the Runtime API, and takes its answers. */
final class Lambda {
  private Lambda() {}

  /** The answer to an event. */
  static JsonNode answer(Object event) {
    return answer(event, UUID.randomUUID().toString());
  }

  /** The answer to an event that Lambda delivers under this request id. */
  static JsonNode answer(Object event, String requestId) {
    Response response = post(event, requestId);
    assertEquals(200, response.statusCode(), response.asString());
    return Sample.node(response.asString());
  }

  /** The answer of an invocation that has so much time. */
  static JsonNode answerWithin(Duration time, Object event) {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    try {
      Arc.container()
          .instance(Events.class)
          .get()
          .handle(
              new ByteArrayInputStream(event.toString().getBytes(UTF_8)), answer, context(time));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Sample.node(answer.toString(UTF_8));
  }

  /** What Lambda tells of an invocation that has so much time. */
  static Context context(Duration time) {
    return (Context)
        Proxy.newProxyInstance(
            Lambda.class.getClassLoader(),
            new Class<?>[] {Context.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getRemainingTimeInMillis" -> (int) time.toMillis();
                  case "getAwsRequestId" -> UUID.randomUUID().toString();
                  case "getLogStreamName" -> "";
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  /** The function error of an invocation that has so much time. */
  static JsonNode errorWithin(Duration time, Object event) {
    FunctionError error = assertThrows(FunctionError.class, () -> answerWithin(time, event));
    return TextNode.valueOf(error.type() + ": " + error.text());
  }

  /** The function error that an event ends in: {@code errorType}, {@code errorMessage}. */
  static JsonNode error(Object event) {
    return error(event, UUID.randomUUID().toString());
  }

  static JsonNode error(Object event, String requestId) {
    Response response = post(event, requestId);
    assertEquals(500, response.statusCode(), response.asString());
    return Sample.node(response.asString());
  }

  private static Response post(Object event, String requestId) {
    String server =
        ConfigProvider.getConfig().getValue("quarkus-internal.aws-lambda.test-api", String.class);
    return given()
        .header("Lambda-Runtime-Aws-Request-Id", requestId)
        .body(event.toString().getBytes(UTF_8))
        .post("http://" + server);
  }
}
