package io.imagenlambda.lab.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The runtime's side is played here, over the wire. */
class RuntimeApiTest {
  private final RuntimeApi api = new RuntimeApi();
  private final HttpClient http = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    http.close();
    api.close();
  }

  @Test
  void anEventComesWithTheHeadersThatLambdaDocuments() throws Exception {
    Invocation invocation =
        new Invocation("{\"a\":1}".getBytes(UTF_8), Duration.ofSeconds(9), Map.of());
    api.offer(invocation);
    Instant before = Instant.now();
    HttpResponse<String> next = send(request("invocation/next"));
    assertEquals("{\"a\":1}", next.body());
    assertEquals(invocation.requestId(), header(next, "Lambda-Runtime-Aws-Request-Id"));
    long deadline = Long.parseLong(header(next, "Lambda-Runtime-Deadline-Ms"));
    Duration left = Duration.between(before, Instant.ofEpochMilli(deadline + 1));
    assertTrue(left.compareTo(Duration.ofSeconds(9)) >= 0, left.toString());
    assertEquals(
        "arn:aws:lambda:us-east-1:123456789012:function:imagen-lambda",
        header(next, "Lambda-Runtime-Invoked-Function-Arn"));
    assertTrue(
        header(next, "Lambda-Runtime-Trace-Id")
            .matches("Root=1-\\p{XDigit}{8}-\\p{XDigit}{24};Parent=\\p{XDigit}{16};Sampled=0"));
  }

  @Test
  void anAnswerIsAcceptedOnceItsEventIsKnown() throws Exception {
    Invocation invocation = new Invocation("1".getBytes(UTF_8), Duration.ofSeconds(9), Map.of());
    api.offer(invocation);
    send(request("invocation/next"));
    assertEquals(400, send(post("invocation/another/response", "2")).statusCode());
    String path = "invocation/" + invocation.requestId() + "/response";
    assertEquals(202, send(post(path, "2")).statusCode());
    assertEquals("2", invocation.answer().join().text());
  }

  @Test
  void anErrorWithoutADocumentHasTheTypeInItsHeader() throws Exception {
    Invocation invocation = new Invocation("1".getBytes(UTF_8), Duration.ofSeconds(9), Map.of());
    api.offer(invocation);
    send(request("invocation/next"));
    String path = "invocation/" + invocation.requestId() + "/error";
    send(post(path, "").header("Lambda-Runtime-Function-Error-Type", "Runtime.Unknown"));
    Answer.FunctionError error = (Answer.FunctionError) invocation.answer().join();
    assertEquals("Runtime.Unknown", error.errorType());
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private HttpRequest.Builder post(String path, String body) {
    return request(path).POST(BodyPublishers.ofString(body));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(
        URI.create("http://" + api.authority() + "/2018-06-01/runtime/" + path));
  }

  private static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElseThrow();
  }
}
