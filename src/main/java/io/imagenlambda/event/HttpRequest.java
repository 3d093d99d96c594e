package io.imagenlambda.event;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

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
    event
        .path("multiValueHeaders")
        .properties()
        .forEach(
            header ->
                headers.put(
                    header.getKey().toLowerCase(Locale.ROOT), header.getValue().path(0).asText()));
    event
        .path("headers")
        .properties()
        .forEach(
            header ->
                headers.put(header.getKey().toLowerCase(Locale.ROOT), header.getValue().asText()));
    String text = event.path("body").asText("");
    byte[] body =
        event.path("isBase64Encoded").asBoolean()
            ? Base64.getDecoder().decode(text) // by AWS's own front door, so it is right
            : text.getBytes(StandardCharsets.UTF_8);
    return new HttpRequest(method, path, headers, body, requestId);
  }
}
