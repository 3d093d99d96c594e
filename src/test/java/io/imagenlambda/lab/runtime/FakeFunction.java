package io.imagenlambda.lab.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;

/** A small function that does what its event says, for tests of the lab. */
public final class FakeFunction {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final String BASE =
      "http://" + System.getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/";

  private static final String EXTENSION =
      "http://" + System.getenv("AWS_LAMBDA_RUNTIME_API") + "/2020-01-01/extension/";
  private static final BlockingQueue<String> ENDED = new LinkedBlockingQueue<>();

  private FakeFunction() {}

  /** As a program for the lab, {@code mode} being how it starts. */
  public static Program program(String mode) {
    try {
      return new Program(
          "the fake function",
          List.of(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-XX:TieredStopAtLevel=1",
              "-XX:+UseSerialGC",
              "-Djava.io.tmpdir={tmp}",
              "-cp",
              Path.of(
                      FakeFunction.class
                          .getProtectionDomain()
                          .getCodeSource()
                          .getLocation()
                          .toURI())
                  .toString(),
              FakeFunction.class.getName(),
              mode),
          Map.of());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  public static void main(String[] mode) throws Exception {
    System.out.println("the fake function starts");
    switch (mode[0]) {
      case "dies" -> {
        System.err.println("OUTPUT_BUCKET is missing");
        System.err.println("\tat some.stack.Trace(Trace.java:1)");
        System.exit(1);
      }
      case "reports" -> {
        post("init/error", "{\"errorType\":\"Bad.Init\",\"errorMessage\":\"no key\"}", "Bad.Init");
        System.exit(1);
      }
      case "extends" -> extend();
      default -> {}
    }
    while (true) {
      HttpResponse<String> next =
          HTTP.send(request("invocation/next").build(), BodyHandlers.ofString());
      String id = next.headers().firstValue("Lambda-Runtime-Aws-Request-Id").orElseThrow();
      String reply = "invocation/" + id + "/response";
      String event = eventOf(next.body());
      if (event.startsWith("\"exit")) {
        System.err.println("going down");
        System.exit(3);
      } else if (event.startsWith("\"hang")) {
        new CountDownLatch(1).await();
      } else if (event.startsWith("\"ask ")) {
        post(reply, "\"" + asked(event.substring(5, event.length() - 1)) + "\"", "");
      } else if (event.startsWith("\"after ")) {
        post(reply, Long.toString(ProcessHandle.current().pid()), "");
        new Thread(() -> goOn(event.substring(7, event.length() - 1))).start();
        continue;
      } else if (event.startsWith("\"leave ")) {
        post(reply, Long.toString(ProcessHandle.current().pid()), "");
        asked(event.substring(7, event.length() - 1));
        System.exit(0);
      } else if (event.startsWith("\"fail")) {
        post(
            "invocation/" + id + "/error",
            "{\"errorType\":\"InvalidRequest\",\"errorMessage\":\"prompt is missing\"}",
            "Header.Type");
      } else if (event.startsWith("\"big")) {
        post(reply, "\"" + "x".repeat(7 << 20) + "\"", "");
      } else if (event.startsWith("\"env")) {
        String name = event.substring(4, event.length() - 1);
        post(reply, "\"" + System.getenv(name) + "\"", "");
      } else if (event.startsWith("\"pid")) {
        post(reply, Long.toString(ProcessHandle.current().pid()), "");
      } else if (event.startsWith("{\"prompt\"") && System.getenv("FAKE_FUNCTION_ANSWER") != null) {
        post(reply, System.getenv("FAKE_FUNCTION_ANSWER"), "");
      } else if (event.startsWith("{\"answer\":")) {
        post(reply, event.substring(10, event.length() - 1), "");
      } else {
        post(reply, event, "");
      }
      ENDED.add(id);
    }
  }

  /** Registers as an extension, which asks for its next event when the work has ended. */
  private static void extend() throws Exception {
    HttpResponse<String> registered =
        HTTP.send(
            HttpRequest.newBuilder(URI.create(EXTENSION + "register"))
                .header("Lambda-Extension-Name", "fake")
                .POST(BodyPublishers.ofString("{\"events\":[\"INVOKE\"]}"))
                .build(),
            BodyHandlers.ofString());
    String id = registered.headers().firstValue("Lambda-Extension-Identifier").orElseThrow();
    new Thread(
            () -> {
              try {
                while (true) {
                  HTTP.send(
                      HttpRequest.newBuilder(URI.create(EXTENSION + "event/next"))
                          .header("Lambda-Extension-Identifier", id)
                          .build(),
                      BodyHandlers.ofString());
                  ENDED.take();
                }
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            })
        .start();
  }

  private static void goOn(String address) {
    try {
      asked(address);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    ENDED.add(address);
  }

  private static String asked(String address) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(URI.create(address)).build();
    return HTTP.send(request, BodyHandlers.ofString()).body();
  }

  /** The event; that of an HTTP call is in a header, as JSON in JSON. */
  private static String eventOf(String event) {
    int start = event.indexOf("\"x-event\":\"");
    if (start < 0) {
      return event;
    }
    int end = start + 11;
    while (event.charAt(end) != '"') {
      end += event.charAt(end) == '\\' ? 2 : 1;
    }
    return event.substring(start + 11, end).replace("\\\"", "\"").replace("\\\\", "\\");
  }

  private static void post(String path, String body, String errorType) throws Exception {
    HttpRequest.Builder request =
        request(path).POST(BodyPublishers.ofByteArray(body.getBytes(UTF_8)));
    if (!errorType.isEmpty()) {
      request.header("Lambda-Runtime-Function-Error-Type", errorType);
    }
    HTTP.send(request.build(), BodyHandlers.discarding());
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(BASE + path));
  }
}
