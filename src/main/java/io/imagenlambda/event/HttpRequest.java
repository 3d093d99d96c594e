package io.imagenlambda.event;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * An HTTP call, whichever of AWS's front doors it came through.
 *
 * @param headers by lower-case name
 * @param requestId what the front door calls this call
 */
@SuppressWarnings("ArrayRecordComponent") // bytes as they came; calls are never compared
record HttpRequest(
    String method, String path, Map<String, String> headers, byte[] body, String requestId) {

  Optional<String> header(String lowerCaseName) {
    return Optional.ofNullable(headers.get(lowerCaseName));
  }

  /** The parts that the payload formats share, however they name the rest. */
  static HttpRequest of(JsonNode event, String method, String path, String requestId) {
    Map<String, String> headers = new HashMap<>();
    put(event.path("headers"), headers);
    // Where there are both, the former have only the last value of a header that came twice.
    put(event.path("multiValueHeaders"), headers);
    String text = event.path("body").asText("");
    byte[] body =
        event.path("isBase64Encoded").asBoolean()
            ? Base64.getDecoder().decode(text) // by AWS's own front door, so it is right
            : text.getBytes(StandardCharsets.UTF_8);
    return new HttpRequest(method, path, headers, body, requestId);
  }

  private static void put(JsonNode from, Map<String, String> headers) {
    from.properties()
        .forEach(
            header ->
                headers.put(header.getKey().toLowerCase(Locale.ROOT), value(header.getValue())));
  }

  /** Several values are one list (RFC 9110, 5.2). */
  private static String value(JsonNode header) {
    return header.isArray()
        ? header.valueStream().map(JsonNode::asText).collect(Collectors.joining(", "))
        : header.asText();
  }
}
