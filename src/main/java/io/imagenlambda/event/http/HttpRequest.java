package io.imagenlambda.event.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.imagenlambda.request.InvalidRequest;
import io.imagenlambda.request.RequestId;
import io.imagenlambda.request.RequestJson;
import java.net.URLDecoder;
import java.nio.charset.Charset;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * An HTTP call through any of AWS's front doors.
 *
 * @param headers by lower-case name
 * @param query its parameters by name; a load balancer leaves them percent-encoded
 * @param body in UTF-8, as far as it can be {@link #unreadable read}
 * @param requestId the front door's id for this call
 * @param isThroughLoadBalancer whether the front door is an Application Load Balancer
 */
@SuppressWarnings("ArrayRecordComponent") // bytes as they came; calls are never compared
public record HttpRequest(
    String method,
    String path,
    Map<String, String> headers,
    Map<String, String> query,
    byte[] body,
    String requestId,
    boolean isThroughLoadBalancer) {

  private static final Pattern CHARSET =
      Pattern.compile("(?i);\\s*charset\\s*=\\s*\"?([^\\s;,\"]+)");

  Optional<String> header(String lowerCaseName) {
    return Optional.ofNullable(headers.get(lowerCaseName));
  }

  Optional<String> query(String name) {
    return Optional.ofNullable(query.get(name));
  }

  /**
   * Where a request is found: a reference that is relative to this call's path, so that it holds
   * behind whatever a front door puts before it (RFC 3986, 4.2).
   */
  String locationOf(String id) {
    long folders = path.chars().filter(each -> each == '/').count() - 1;
    return "../".repeat(Math.toIntExact(Math.max(0, folders))) + "images/" + id;
  }

  /**
   * The id of a request that names none.
   *
   * @throws InvalidRequest if the header {@code Idempotency-Key} can be no id
   */
  String eventId() {
    Optional<String> key = header("idempotency-key").map(HttpRequest::unquoted);
    if (key.isPresent() && !RequestId.isValid(key.get())) {
      throw new InvalidRequest("the header Idempotency-Key must be " + RequestId.RULE);
    }
    return key.orElseGet(() -> RequestId.ofEvent(requestId));
  }

  /** The header's draft standard has the key in quotes, most clients send it without. */
  private static String unquoted(String key) {
    return key.strip().replaceFirst("^\"(.*)\"$", "$1");
  }

  /** A part of a path may have any character percent-encoded (RFC 3986, 2.4). */
  static String decoded(String part) {
    try {
      return URLDecoder.decode(part.replace("+", "%2B"), UTF_8);
    } catch (IllegalArgumentException e) {
      return part; // it fits no rule for ids or models
    }
  }

  /** Why a route that takes a body with POST, or nothing with GET, does not take this call. */
  Optional<HttpResponse> refusal(String taken) {
    if (!method.equals(taken)) {
      String allowed = taken.equals("GET") ? "GET, HEAD" : taken;
      return Optional.of(
          Problem.response(
              405,
              "%s takes %s, not %s".formatted(path, allowed, method),
              Map.of("allow", allowed)));
    }
    return taken.equals("POST")
        ? unreadable().map(why -> Problem.response(415, why))
        : Optional.empty();
  }

  /** Why its body cannot be read, if it is declared as something that is not read here. */
  private Optional<String> unreadable() {
    String encoding = header("content-encoding").orElse("identity").strip();
    if (!encoding.isEmpty() && !encoding.equalsIgnoreCase("identity")) {
      return Optional.of(
          "the body is declared as %s (Content-Encoding): send it as it is".formatted(encoding));
    }
    return charset(headers)
        .filter(name -> !isOf(name, UTF_8) && !isOf(name, US_ASCII) && !isOf(name, ISO_8859_1))
        .map("the body is declared as %s (Content-Type): send it in UTF-8"::formatted);
  }

  private static Optional<String> charset(Map<String, String> headers) {
    Matcher charset = CHARSET.matcher(headers.getOrDefault("content-type", ""));
    return charset.find() ? Optional.of(charset.group(1)) : Optional.empty();
  }

  private static boolean isOf(String name, Charset charset) {
    return name.equalsIgnoreCase(charset.name())
        || charset.aliases().stream().anyMatch(name::equalsIgnoreCase);
  }

  /**
   * Reads the parts that all payload formats share.
   *
   * @throws InvalidRequest if the body is not what the event says it is
   */
  public static HttpRequest of(
      JsonNode event, String method, String path, String requestId, boolean throughLoadBalancer) {
    Map<String, String> headers = new HashMap<>();
    put(event.path("headers"), headers);
    // If both are there, the former has only the last value of a repeated header.
    put(event.path("multiValueHeaders"), headers);
    Map<String, String> query = new HashMap<>();
    for (String field : List.of("queryStringParameters", "multiValueQueryStringParameters")) {
      event
          .path(field)
          .properties()
          .forEach(each -> query.put(each.getKey(), value(each.getValue())));
    }
    String text = event.path("body").asText("");
    byte[] body =
        event.path("isBase64Encoded").asBoolean()
            ? inUtf8(fromBase64(text), charset(headers))
            : RequestJson.bytes(text);
    return new HttpRequest(method, path, headers, query, body, requestId, throughLoadBalancer);
  }

  /** Some clients declare their every text as ISO 8859-1; ASCII is UTF-8. */
  private static byte[] inUtf8(byte[] body, Optional<String> charset) {
    return charset.filter(name -> isOf(name, ISO_8859_1)).isPresent()
        ? new String(body, ISO_8859_1).getBytes(UTF_8)
        : body;
  }

  private static byte[] fromBase64(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new InvalidRequest("the body is marked as base64 (isBase64Encoded) but is not");
    }
  }

  private static void put(JsonNode from, Map<String, String> headers) {
    from.properties()
        .forEach(header ->
            headers.put(header.getKey().toLowerCase(Locale.ROOT), value(header.getValue())));
  }

  /** Several values are one list (RFC 9110, 5.2). */
  private static String value(JsonNode header) {
    return header.isArray()
        ? header.valueStream().map(JsonNode::asText).collect(Collectors.joining(", "))
        : header.asText();
  }
}
