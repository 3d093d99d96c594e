package io.imagenlambda.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.imagenlambda.event.http.HttpRequest;
import io.imagenlambda.event.http.HttpResponse;
import io.imagenlambda.event.http.HttpRoutes;
import io.imagenlambda.event.http.Problem;
import io.imagenlambda.request.InvalidRequest;
import io.imagenlambda.request.Invocation;
import jakarta.inject.Singleton;
import java.io.UncheckedIOException;

/**
 * HTTP calls through API Gateway (HTTP API, payload 2.0; REST API, payload 1.0), a Function URL or
 * an Application Load Balancer.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html">Payload
 *     formats</a>
 * @see <a
 *     href="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html">Load
 *     balancer events</a>
 */
@Singleton
final class HttpSource implements EventSource {
  private final HttpRoutes routes;
  private final ObjectMapper mapper;

  HttpSource(HttpRoutes routes, ObjectMapper mapper) {
    this.routes = routes;
    this.mapper = mapper;
  }

  @Override
  public boolean recognises(JsonNode event) {
    JsonNode context = event.path("requestContext");
    // An authorizer is asked with the call's own event: whoever answers lets the call in.
    if (event.has("methodArn") || event.has("routeArn")) {
      return false;
    }
    // WebSocket calls and what Lambda sends to a destination have a context, too.
    return context.path("http").isObject() || (context.isObject() && event.has("httpMethod"));
  }

  @Override
  public String name(JsonNode event) {
    return "http";
  }

  @Override
  public ObjectNode answer(JsonNode event, Invocation invocation) {
    HttpResponse response;
    try {
      response = routes.answer(request(event, invocation), invocation);
    } catch (InvalidRequest invalid) {
      response = Problem.refused(invalid);
    }
    return written(response, event);
  }

  private static String method(JsonNode event) {
    return event
        .path("httpMethod")
        .asText(event.path("requestContext").path("http").path("method").asText());
  }

  /** The same as GET, but for the body (RFC 9110, 9.3.2). */
  private static boolean isHead(JsonNode event) {
    return method(event).equals("HEAD");
  }

  private static HttpRequest request(JsonNode event, Invocation invocation) {
    JsonNode context = event.path("requestContext");
    String path = event.path("rawPath").asText(event.path("path").asText("/"));
    return HttpRequest.of(
        event,
        isHead(event) ? "GET" : method(event),
        // Only an HTTP API and a Function URL give the version of their payload.
        event.has("version") ? withoutStage(path, context.path("stage").asText()) : path,
        context.path("requestId").asText(invocation.requestId()),
        context.has("elb"));
  }

  /** An HTTP API puts the stage before the path, except for {@code $default}. */
  private static String withoutStage(String path, String stage) {
    String prefix = "/" + stage;
    return !stage.isEmpty() && (path.equals(prefix) || path.startsWith(prefix + "/"))
        ? path.substring(prefix.length())
        : path;
  }

  private ObjectNode written(HttpResponse response, JsonNode event) {
    ObjectNode answer = mapper.createObjectNode();
    answer.put("statusCode", response.status());
    boolean loadBalancer = event.path("requestContext").has("elb");
    if (loadBalancer) {
      answer.put(
          "statusDescription", response.status() + " " + HttpResponse.title(response.status()));
    }
    // A target group with multi-value headers switched on takes no others.
    if (loadBalancer && event.has("multiValueHeaders")) {
      ObjectNode headers = answer.putObject("multiValueHeaders");
      response.headers().forEach((name, value) -> headers.putArray(name).add(value));
    } else {
      ObjectNode headers = answer.putObject("headers");
      response.headers().forEach(headers::put);
    }
    try {
      answer.put(
          "body",
          isHead(event) || response.status() == 204
              ? ""
              : mapper.writeValueAsString(response.body()));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e); // our own records can always be written
    }
    answer.put("isBase64Encoded", false);
    return answer;
  }
}
