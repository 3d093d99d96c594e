package io.imagenlambda.event.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.imagenlambda.request.InvalidRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * An HTTP call through any of AWS's front doors.
 *
 * @param headers by lower-case name
 * @param requestId the front door's id for this call
 */
@SuppressWarnings("ArrayRecordComponent") // bytes as they came; calls are never compared
public record HttpRequest(
    String method, String path, Map<String, String> headers, byte[] body, String requestId) {

  Optional<String> header(String lowerCaseName) {
    return Optional.ofNullable(headers.get(lowerCaseName));
  }

  /**
   * Reads the parts that all payload formats share.
   *
   * @throws InvalidRequest if the body is not what the event says it is
   */
  public static HttpRequest of(JsonNode event, String method, String path, String requestId) {
    Map<String, String> headers = new HashMap<>();
    put(event.path("headers"), headers);
    // If both are there, the former has only the last value of a repeated header.
    put(event.path("multiValueHeaders"), headers);
    String text = event.path("body").asText("");
    byte[] body =
        event.path("isBase64Encoded").asBoolean()
            ? decoded(text)
            : text.getBytes(StandardCharsets.UTF_8);
    return new HttpRequest(method, path, headers, body, requestId);
  }

  private static byte[] decoded(String base64) {
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
