package io.imagenlambda.lab.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import io.imagenlambda.lab.http.LabServer;
import io.imagenlambda.lab.runtime.Answer;
import java.io.IOException;
import java.util.Base64;

/** Turns a function's answer into an HTTP response, as API Gateway does. */
final class GatewayResponse {
  private static final ObjectMapper JSON = new ObjectMapper();

  private GatewayResponse() {}

  static void send(HttpExchange exchange, Answer answer) throws IOException {
    switch (answer) {
      case Answer.FunctionError _ -> message(exchange, 500, "Internal Server Error");
      case Answer.Success success -> send(exchange, success.text());
    }
  }

  private static void send(HttpExchange exchange, String payload) throws IOException {
    JsonNode answer;
    try {
      answer = JSON.readTree(payload);
    } catch (JsonProcessingException e) {
      message(exchange, 500, "Internal Server Error");
      return;
    }
    if (!answer.has("statusCode")) {
      LabServer.answer(exchange, 200, "application/json", payload);
      return;
    }
    Headers headers = exchange.getResponseHeaders();
    answer
        .path("headers")
        .properties()
        .forEach(header -> set(headers, header.getKey(), header.getValue()));
    answer
        .path("multiValueHeaders")
        .properties()
        .forEach(
            header -> header.getValue().forEach(v -> headers.add(header.getKey(), v.asText())));
    answer.path("cookies").forEach(cookie -> headers.add("Set-Cookie", cookie.asText()));
    headers.remove("Content-Length"); // the gateway sets its own
    String body = answer.path("body").asText("");
    String type = headers.containsKey("Content-Type") ? "" : "text/plain;charset=UTF-8";
    LabServer.answer(
        exchange,
        answer.path("statusCode").asInt(),
        type,
        answer.path("isBase64Encoded").asBoolean()
            ? Base64.getDecoder().decode(body)
            : body.getBytes(UTF_8));
  }

  private static void set(Headers headers, String name, JsonNode value) {
    headers.set(name, value.asText());
  }

  static void message(HttpExchange exchange, int status, String message) throws IOException {
    String body = JSON.createObjectNode().put("message", message).toString();
    LabServer.answer(exchange, status, "application/json", body);
  }
}
