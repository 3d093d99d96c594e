package io.imagenlambda.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.imagenlambda.lab.http.LabServer;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The part of Secrets Manager that the function uses: {@code GetSecretValue}. A call must name the
 * lab's access key; its signature is not checked.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html">GetSecretValue</a>
 */
public final class LabSecrets implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SIGNED_BY_LAB =
      "AWS4-HMAC-SHA256 Credential=%s/".formatted(LabCredentials.ACCESS_KEY_ID);

  private final Map<String, String> secrets = new ConcurrentHashMap<>();
  private final Set<String> allKeys = ConcurrentHashMap.newKeySet();
  private final Set<String> denied = ConcurrentHashMap.newKeySet();
  private final List<String> reads = new CopyOnWriteArrayList<>();
  private final LabServer server = LabServer.start("secrets manager", 0, this::serve);

  URI endpoint() {
    return server.url();
  }

  /** Sets the secret to this key. */
  public void put(String name, String key) {
    put(name, key, key);
  }

  /** Sets the secret to this text, which contains the keys. */
  public void put(String name, String text, String... keys) {
    allKeys.addAll(List.of(keys));
    secrets.put(name, text);
  }

  /** From now on, reads of the secret are denied. */
  public void deny(String name) {
    denied.add(name);
  }

  /** The names of all secrets that were read, in order, whether they exist or not. */
  public List<String> reads() {
    return List.copyOf(reads);
  }

  /** All keys that any secret has ever had. */
  public Set<String> allKeys() {
    return Set.copyOf(allKeys);
  }

  private void serve(HttpExchange exchange) throws IOException {
    String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
    String signed = exchange.getRequestHeaders().getFirst("Authorization");
    JsonNode asked = JSON.readTree(exchange.getRequestBody().readAllBytes());
    String name = asked.path("SecretId").asText();
    if (!"secretsmanager.GetSecretValue".equals(target)) {
      refuse(exchange, "UnknownOperationException", "");
    } else if (signed == null || !signed.startsWith(SIGNED_BY_LAB)) {
      refuse(exchange, "UnrecognizedClientException", "The security token is invalid.");
    } else {
      reads.add(name);
      answer(exchange, name);
    }
  }

  private void answer(HttpExchange exchange, String name) throws IOException {
    String text = secrets.get(name);
    if (denied.contains(name)) {
      refuse(
          exchange,
          "AccessDeniedException",
          "not authorized to perform: secretsmanager:GetSecretValue on resource: " + name);
    } else if (text == null) {
      refuse(
          exchange,
          "ResourceNotFoundException",
          "Secrets Manager can't find the specified secret.");
    } else {
      ObjectNode found = JSON.createObjectNode().put("Name", name).put("SecretString", text);
      answer(exchange, 200, found);
    }
  }

  private static void refuse(HttpExchange exchange, String type, String message)
      throws IOException {
    answer(exchange, 400, JSON.createObjectNode().put("__type", type).put("message", message));
  }

  private static void answer(HttpExchange exchange, int status, ObjectNode body)
      throws IOException {
    LabServer.answer(exchange, status, "application/x-amz-json-1.1", body.toString());
  }

  @Override
  public void close() {
    server.close();
  }
}
