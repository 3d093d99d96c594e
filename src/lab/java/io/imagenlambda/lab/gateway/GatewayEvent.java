package io.imagenlambda.lab.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.net.URI;
import java.net.URLDecoder;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;

/** API Gateway's event for an HTTP API, payload format 2.0. */
final class GatewayEvent {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  /** All other types are base64, even curl's default {@code application/x-www-form-urlencoded}. */
  private static final Pattern TEXT =
      Pattern.compile("text/.*|application/(json|xml|javascript|.*\\+json|.*\\+xml)");

  private GatewayEvent() {}

  static byte[] of(HttpExchange exchange, byte[] body) {
    URI uri = exchange.getRequestURI();
    String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
    Map<String, String> headers = headers(exchange);
    ObjectNode event = JSON.createObjectNode();
    event.put("version", "2.0").put("routeKey", "$default");
    event.put("rawPath", uri.getRawPath()).put("rawQueryString", query);
    String cookies = headers.remove("cookie");
    if (cookies != null) {
      for (String cookie : cookies.split(";\\s*", -1)) {
        event.withArray("/cookies").add(cookie);
      }
    }
    ObjectNode eventHeaders = event.putObject("headers");
    headers.forEach(eventHeaders::put);
    if (!query.isEmpty()) {
      ObjectNode parameters = event.putObject("queryStringParameters");
      parameters(query).forEach((name, values) -> parameters.put(name, String.join(",", values)));
    }
    context(event.putObject("requestContext"), exchange, headers);
    boolean text = TEXT.matcher(mediaType(headers)).matches();
    if (body.length > 0) {
      event.put("body", text ? new String(body, UTF_8) : Base64.getEncoder().encodeToString(body));
    }
    event.put("isBase64Encoded", body.length > 0 && !text);
    return event.toString().getBytes(UTF_8);
  }

  private static void context(
      ObjectNode context, HttpExchange exchange, Map<String, String> headers) {
    String host = headers.getOrDefault("host", "localhost").replaceFirst(":\\d+$", "");
    Instant now = Instant.now();
    context.put("accountId", "123456789012").put("apiId", "lab");
    context.put("domainName", host).put("domainPrefix", host.replaceFirst("\\..*", ""));
    context
        .putObject("http")
        .put("method", exchange.getRequestMethod())
        .put("path", exchange.getRequestURI().getRawPath())
        .put("protocol", exchange.getProtocol())
        .put("sourceIp", exchange.getRemoteAddress().getAddress().getHostAddress())
        .put("userAgent", headers.getOrDefault("user-agent", ""));
    context.put("requestId", UUID.randomUUID().toString());
    context.put("routeKey", "$default").put("stage", "$default");
    context.put("time", TIME.format(now)).put("timeEpoch", now.toEpochMilli());
  }

  private static Map<String, String> headers(HttpExchange exchange) {
    Map<String, String> headers = new TreeMap<>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> {
          String lower = name.toLowerCase(Locale.ROOT);
          headers.put(lower, String.join(lower.equals("cookie") ? "; " : ",", values));
        });
    headers.put("x-forwarded-for", exchange.getRemoteAddress().getAddress().getHostAddress());
    headers.put("x-forwarded-port", Integer.toString(exchange.getLocalAddress().getPort()));
    headers.put("x-forwarded-proto", "http");
    return headers;
  }

  private static Map<String, List<String>> parameters(String query) {
    Map<String, List<String>> parameters = new TreeMap<>();
    for (String pair : query.split("&", -1)) {
      String[] parts = pair.split("=", 2);
      parameters
          .computeIfAbsent(URLDecoder.decode(parts[0], UTF_8), _ -> new ArrayList<>())
          .add(parts.length == 2 ? URLDecoder.decode(parts[1], UTF_8) : "");
    }
    return parameters;
  }

  private static String mediaType(Map<String, String> headers) {
    String type = headers.getOrDefault("content-type", "");
    return type.replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT);
  }
}
