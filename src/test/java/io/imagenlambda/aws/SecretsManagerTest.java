package io.imagenlambda.aws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.imagenlambda.settings.TestSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The SDK's client against a server that speaks Secrets Manager's protocol. */
class SecretsManagerTest {
  private final List<String> asked = new ArrayList<>();
  private final List<String> targets = new ArrayList<>();
  private int status = 200;
  private String answer = "{\"SecretString\":\"sk-secret\"}";
  private HttpServer server;
  private Map<String, String> properties;

  SecretsManagerTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          asked.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
          targets.add(exchange.getRequestHeaders().getFirst("X-Amz-Target"));
          byte[] body = answer.getBytes(UTF_8);
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    properties =
        Map.of(
            "aws.region",
            "eu-central-1",
            "aws.accessKeyId",
            "nobody",
            "aws.secretAccessKey",
            "nothing",
            "aws.endpointUrlSecretsManager",
            "http://127.0.0.1:" + server.getAddress().getPort());
  }

  @BeforeEach
  void start() {
    properties.forEach(System::setProperty);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    properties.keySet().forEach(System::clearProperty);
  }

  @Test
  void aSecretIsReadByNameEveryTimeAnew() {
    SecretsManager secrets = new SecretsManager(TestSettings.of());
    assertEquals("sk-secret", secrets.read("imagen/key"));
    answer = "{\"SecretString\":\"sk-next\"}";
    assertEquals("sk-next", secrets.read("imagen/key"));
    assertEquals(List.of("{\"SecretId\":\"imagen/key\"}", "{\"SecretId\":\"imagen/key\"}"), asked);
    assertEquals("secretsmanager.GetSecretValue", targets.getFirst());
    secrets.close();
  }

  @Test
  void aSecretThatMayNotBeReadSaysWhy() {
    status = 400;
    answer = "{\"__type\":\"AccessDeniedException\",\"message\":\"not authorized to perform\"}";
    SecretsManager secrets = new SecretsManager(TestSettings.of());
    RuntimeException denied =
        assertThrows(RuntimeException.class, () -> secrets.read("imagen/key"));
    assertTrue(denied.toString().contains("not authorized to perform"), denied.toString());
    secrets.close();
  }

  @Test
  void aSecretOfBytesIsNoKey() {
    answer = "{\"SecretBinary\":\"AAAA\"}";
    SecretsManager secrets = new SecretsManager(TestSettings.of());
    assertThrows(IllegalStateException.class, () -> secrets.read("imagen/key"));
    secrets.close();
  }
}
