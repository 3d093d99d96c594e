package io.imagenlambda.lab;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.lab.runtime.FakeFunction;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the lab's page talks to, and who else may. */
class LabApiTest {
  private static final String INVOKE = "/2015-03-31/functions/imagen-lambda/invocations";

  @AutoClose private static final HttpClient http = HttpClient.newHttpClient();

  @AutoClose
  private static final Lab lab =
      Lab.start(LabOptions.forTests().program(FakeFunction.program("runs")));

  @Test
  void aBrowserGetsThePageAndMayLoadNothingButTheLabsOwnFilesAndImages() throws Exception {
    var page = send(request("/").header("Accept", "text/html,*/*"));
    assertTrue(page.body().startsWith("<!doctype html>"));
    String policy = page.headers().firstValue("Content-Security-Policy").orElseThrow();
    assertTrue(policy.startsWith("default-src 'none'; script-src 'self'; "), policy);
    assertTrue(policy.contains("img-src 'self' " + lab.s3Endpoint() + ";"), policy);
    assertFalse(policy.contains("unsafe"), policy);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/", "/lab/page/index.html", "/lab/page/page.js", "/lab/page/icon.svg", "/lab/no"})
  void headAnswersAsGetDoesWithoutTheBody(String path) throws Exception {
    for (String accepted : List.of("text/html,*/*", "*/*")) {
      var get = send(request(path).header("Accept", accepted));
      var head = send(request(path).header("Accept", accepted).HEAD());

      assertEquals(get.statusCode(), head.statusCode());
      assertEquals(withoutDate(get), withoutDate(head));
      assertEquals("", head.body());
    }
  }

  private static Map<String, List<String>> withoutDate(HttpResponse<String> response) {
    Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.putAll(response.headers().map());
    headers.remove("Date");
    return headers;
  }

  @Test
  void headOfTheEventsEnds() throws Exception {
    var head = send(request("/lab/events").HEAD());
    assertEquals(200, head.statusCode());
    assertEquals("text/event-stream", head.headers().firstValue("Content-Type").orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(strings = {"../LabApi.class", "..%2Fjunit-platform.properties", "none.js", ""})
  void whatIsNotOfThePageIsNotServed(String name) throws Exception {
    assertEquals(404, send(request("/lab/page/" + name)).statusCode());
  }

  @ParameterizedTest
  @CsvSource({
    "Origin, https://example.com",
    "Origin, null",
    "Origin, http://localhost:1",
    "Host, example.com",
    "Host, localhost.example.com",
    "Host, 127.0.0.1.example.com:8080"
  })
  void anotherWebsiteCannotMakeTheFunctionRun(String header, String value) throws Exception {
    int events = lab.function().timings().size();
    for (String path : List.of("/images", "/lab/queue", "/lab/schedule", INVOKE)) {
      assertTrue(raw(path, header, value).startsWith("HTTP/1.1 403"), path);
    }
    assertEquals(events, lab.function().timings().size());
    assertEquals(0, lab.queue().state().waiting());
  }

  @Test
  void thePageItselfMayPost() throws Exception {
    String host = "localhost:" + lab.url().getPort();
    assertTrue(raw("/images", "Origin", "http://" + host).startsWith("HTTP/1.1 200"));
  }

  /** By hand, because Java's HTTP client does not let anyone lie about these headers. */
  private String raw(String path, String header, String value) throws Exception {
    String host = header.equals("Host") ? value : "localhost:" + lab.url().getPort();
    String origin = header.equals("Origin") ? "Origin: " + value + "\r\n" : "";
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), lab.url().getPort())) {
      socket
          .getOutputStream()
          .write(
              "POST %s HTTP/1.1\r\nHost: %s\r\n%sContent-Length: 1\r\nConnection: close\r\n\r\n1"
                  .formatted(path, host, origin)
                  .getBytes(UTF_8));
      return new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8)).readLine();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whoComesBackToTheEventsMissesNothingAndHearsNothingTwice(boolean byHeader) throws Exception {
    send(request(INVOKE).POST(BodyPublishers.ofString("\"first\"")));
    List<String> first = events(request("/lab/events"), "answered");
    String last = first.getLast();
    send(request(INVOKE).POST(BodyPublishers.ofString("\"second\"")));

    List<String> second =
        events(
            byHeader
                ? request("/lab/events").header("Last-Event-ID", last)
                : request("/lab/events?after=" + last),
            "answered");

    assertEquals(Long.parseLong(last) + 1, Long.parseLong(second.getFirst()));
    assertTrue(second.stream().noneMatch(first::contains));
  }

  @Test
  void whoStaysHearsEveryEventOnce() throws Exception {
    HttpResponse<Stream<String>> response =
        http.send(request("/lab/events").build(), BodyHandlers.ofLines());
    List<Long> numbers = new ArrayList<>();
    try (Stream<String> lines = response.body()) {
      Iterator<String> each = lines.iterator();
      for (int answers = 0; answers < 3; answers++) {
        send(request(INVOKE).POST(BodyPublishers.ofString("1")));
        while (true) {
          String line = each.next();
          if (line.startsWith("id: ")) {
            numbers.add(Long.valueOf(line.substring(4)));
          } else if (line.equals("event: answered")) {
            break;
          }
        }
      }
    }
    assertEquals(numbers.stream().sorted().distinct().toList(), numbers);
  }

  /** The numbers of the events, up to the first of a kind. */
  private static List<String> events(HttpRequest.Builder request, String kind) throws Exception {
    HttpResponse<Stream<String>> response = http.send(request.build(), BodyHandlers.ofLines());
    assertEquals("text/event-stream", response.headers().firstValue("Content-Type").orElseThrow());
    try (Stream<String> lines = response.body()) {
      return lines
          .takeWhile(line -> !line.equals("event: " + kind))
          .filter(line -> line.startsWith("id: "))
          .map(line -> line.substring(4))
          .toList();
    }
  }

  @Test
  void theInvokeApiAnswersAsLambdaDoes() throws Exception {
    var answer = send(request(INVOKE).POST(BodyPublishers.ofString("{\"a\":1}")));
    assertEquals("{\"a\":1}", answer.body());
    assertEquals("$LATEST", answer.headers().firstValue("X-Amz-Executed-Version").orElseThrow());

    var failed = send(request(INVOKE).POST(BodyPublishers.ofString("\"fail\"")));
    assertEquals(200, failed.statusCode());
    assertEquals("Unhandled", failed.headers().firstValue("X-Amz-Function-Error").orElseThrow());
    assertTrue(failed.body().contains("prompt is missing"));

    var unknown =
        send(request(INVOKE.replace("imagen-lambda", "other")).POST(BodyPublishers.ofString("{}")));
    assertEquals(404, unknown.statusCode());
    assertTrue(unknown.body().contains("the lab's function is imagen-lambda"));
  }

  @ParameterizedTest
  @CsvSource({"Event, 202", "DryRun, 204", "Later, 400"})
  void theInvocationTypeSaysWhetherOneWaits(String type, int status) throws Exception {
    var answer =
        send(
            request(INVOKE)
                .header("X-Amz-Invocation-Type", type)
                .POST(BodyPublishers.ofString("1")));
    assertEquals(status, answer.statusCode());
  }

  @Test
  void aTickBringsTheRequestThatWasPosted() throws Exception {
    assertEquals(
        202,
        send(request("/lab/schedule").POST(BodyPublishers.ofString("{\"prompt\":\"p\"}")))
            .statusCode());
    assertEquals(
        400, send(request("/lab/schedule").POST(BodyPublishers.ofString("news"))).statusCode());
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"requests\":90}', 200, 90",
    "'{\"requests\":0}', 200, 0",
    "'{\"requests\":-1}', 400, ''",
    "'{\"requests\":1.5}', 400, ''",
    "'{\"requests\":\"9\"}', 400, ''",
    "{}, 400, ''",
    "news, 400, ''",
  })
  void theSimulatorsQuotaIsAWholeNumberOfRequestsAMinute(String body, int status, String now)
      throws Exception {
    var answer = send(request("/lab/quota").PUT(BodyPublishers.ofString(body)));
    assertEquals(status, answer.statusCode());
    if (status == 200) {
      assertEquals(Integer.parseInt(now), lab.predict().limits().requests());
      assertTrue(send(request("/lab/state")).body().contains("\"requests\" : " + now));
    } else {
      assertTrue(answer.body().contains("requests must be a whole number a minute"));
    }
  }

  @Test
  void aMissingResultIsReportedByItsId() throws Exception {
    var none = send(request("/lab/results/nobody"));
    assertEquals(404, none.statusCode());
    assertTrue(none.body().contains("nobody"));
    assertEquals(404, send(request("/lab/results/..%2Fx")).statusCode());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(lab.url() + path));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return http.send(request.build(), BodyHandlers.ofString());
  }
}
