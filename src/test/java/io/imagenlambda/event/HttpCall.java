package io.imagenlambda.event;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.UUID;

/** A call through an HTTP API, with the id of its own that each has. */
record HttpCall(Sample event) {
  static HttpCall post(String body) {
    return call("POST", "/images").with("/body", body);
  }

  static HttpCall get(String path) {
    return call("GET", path);
  }

  static HttpCall call(String method, String path) {
    return new HttpCall(Sample.of("http-api"))
        .with("/requestContext/http/method", method)
        .with("/requestContext/requestId", UUID.randomUUID().toString())
        .path(path);
  }

  HttpCall path(String path) {
    return with("/rawPath", path);
  }

  HttpCall header(String name, String value) {
    return with("/headers/" + name, value);
  }

  private HttpCall with(String pointer, String value) {
    return new HttpCall(event.with(pointer, value));
  }

  JsonNode answer() {
    return Lambda.answer(event);
  }

  int status() {
    return answer().path("statusCode").asInt();
  }

  static JsonNode body(JsonNode answer) {
    return Sample.node(answer.path("body").asText());
  }
}
