package io.imagenlambda.event;

import java.util.Map;

/**
 * The answer to an HTTP call.
 *
 * @param body what becomes the JSON body
 */
record HttpResponse(int status, Map<String, String> headers, Object body) {
  static HttpResponse json(int status, Object body) {
    return new HttpResponse(status, Map.of("content-type", "application/json"), body);
  }
}
