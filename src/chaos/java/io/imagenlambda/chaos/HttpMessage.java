package io.imagenlambda.chaos;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** An HTTP request or response: the lines of its head, and its body. */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
record HttpMessage(List<String> head, byte[] body) {
  private static final String END_OF_HEAD = "\r\n\r\n";

  /** Reads a request with a Content-Length; empty where none comes, or only part of one. */
  static Optional<HttpMessage> request(InputStream unbuffered) throws IOException {
    InputStream in = new BufferedInputStream(unbuffered);
    List<String> head = new ArrayList<>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      head.add(line);
    }
    if (head.isEmpty()) {
      return Optional.empty();
    }
    HttpMessage bodiless = new HttpMessage(head, new byte[0]);
    int length = bodiless.header("content-length").map(Integer::parseInt).orElse(0);
    byte[] body = in.readNBytes(length);
    return body.length < length ? Optional.empty() : Optional.of(new HttpMessage(head, body));
  }

  /** A line without its line end; empty at the end of the stream too. */
  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
      line.append((char) next);
    }
    return line.toString().strip();
  }

  /** Reads a response, which ends where the connection ends. */
  static HttpMessage answer(InputStream in) throws IOException {
    byte[] all = in.readAllBytes();
    int end = new String(all, ISO_8859_1).indexOf(END_OF_HEAD);
    if (end < 0) {
      throw new IOException("no answer from S3");
    }
    return new HttpMessage(
        lines(new String(all, 0, end, ISO_8859_1)),
        Arrays.copyOfRange(all, end + END_OF_HEAD.length(), all.length));
  }

  /** An error in S3's shape. */
  static HttpMessage error(int status, String code, boolean withBody) {
    byte[] xml =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>%s</Code><Message>chaos</Message></Error>"
            .formatted(code)
            .getBytes(UTF_8);
    return new HttpMessage(
        List.of(
            "HTTP/1.1 %d %s".formatted(status, code),
            "Content-Type: application/xml",
            "Content-Length: " + xml.length,
            "Connection: close"),
        withBody ? xml : new byte[0]);
  }

  /** A 200 with this JSON. */
  static HttpMessage json(String json) {
    return new HttpMessage(
            List.of("HTTP/1.1 200 OK", "Content-Type: application/x-amz-json-1.0"), new byte[0])
        .withBody(json)
        .withConnectionClose();
  }

  private static List<String> lines(String head) {
    return List.of(head.strip().split("\r\n", -1));
  }

  /** {@code PUT /bucket/key}. */
  String call() {
    return head.getFirst().replaceFirst(" HTTP/.*", "");
  }

  Optional<String> header(String name) {
    return head.stream()
        .skip(1)
        .map(line -> line.split(":", 2))
        .filter(header -> header[0].toLowerCase(Locale.ROOT).equals(name))
        .map(header -> header[1].strip())
        .findFirst();
  }

  /** The same without the headers whose names begin with this prefix, in lower case. */
  HttpMessage without(String prefix) {
    List<String> others =
        head.stream().filter(line -> !line.toLowerCase(Locale.ROOT).startsWith(prefix)).toList();
    return new HttpMessage(others, body);
  }

  /** The same with {@code Connection: close}. */
  HttpMessage withConnectionClose() {
    return new HttpMessage(
        Stream.concat(without("connection:").head.stream(), Stream.of("Connection: close"))
            .toList(),
        body);
  }

  /** The same with another body, and its length. */
  HttpMessage withBody(String text) {
    byte[] other = text.getBytes(UTF_8);
    return new HttpMessage(
        Stream.concat(
                without("content-length:").head.stream(),
                Stream.of("Content-Length: " + other.length))
            .toList(),
        other);
  }

  byte[] bytes() {
    byte[] start = (String.join("\r\n", head) + END_OF_HEAD).getBytes(ISO_8859_1);
    byte[] all = Arrays.copyOf(start, start.length + body.length);
    System.arraycopy(body, 0, all, start.length, body.length);
    return all;
  }
}
