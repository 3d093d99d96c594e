package io.imagenlambda.event.http;

import java.util.LinkedHashMap;
import java.util.Map;

/** The answer to an HTTP call; {@code body} becomes JSON, but for status 204, which has none. */
public record HttpResponse(int status, Map<String, String> headers, Object body) {
  private static final Map<Integer, String> TITLES =
      Map.ofEntries(
          Map.entry(200, "OK"),
          Map.entry(202, "Accepted"),
          Map.entry(204, "No Content"),
          Map.entry(400, "Bad Request"),
          Map.entry(401, "Unauthorized"),
          Map.entry(403, "Forbidden"),
          Map.entry(404, "Not Found"),
          Map.entry(405, "Method Not Allowed"),
          Map.entry(409, "Conflict"),
          Map.entry(410, "Gone"),
          Map.entry(413, "Content Too Large"),
          Map.entry(415, "Unsupported Media Type"),
          Map.entry(422, "Unprocessable Content"),
          Map.entry(429, "Too Many Requests"),
          Map.entry(502, "Bad Gateway"),
          Map.entry(503, "Service Unavailable"),
          Map.entry(504, "Gateway Timeout"));

  static HttpResponse json(int status, Object body) {
    return new HttpResponse(status, Map.of("content-type", "application/json"), body);
  }

  /** The same with more headers. */
  HttpResponse with(Map<String, String> more) {
    Map<String, String> all = new LinkedHashMap<>(headers);
    all.putAll(more);
    return new HttpResponse(status, all, body);
  }

  /** A status in words. */
  public static String title(int status) {
    return TITLES.getOrDefault(status, "Error");
  }
}
