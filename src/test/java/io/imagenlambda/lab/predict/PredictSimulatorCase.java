package io.imagenlambda.lab.predict;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;

/** A simulator and a client of it, for the tests of both. */
abstract class PredictSimulatorCase {
  static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
              .build());

  final PredictSimulator predict = PredictSimulator.start(0, "lab-key");
  final HttpClient http = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    http.shutdownNow();
    predict.close();
  }

  JsonNode predict(String prompt, Map<String, Object> parameters) throws Exception {
    HttpResponse<String> response = send(request(prompt, parameters));
    assertEquals(200, response.statusCode(), response.body());
    return JSON.readTree(response.body());
  }

  HttpRequest.Builder request(String prompt, Map<String, Object> parameters) {
    String body =
        JSON.valueToTree(
                Map.of("instances", List.of(Map.of("prompt", prompt)), "parameters", parameters))
            .toString();
    URI url = predict.url().resolve("/v1beta/models/imagen-4.0-generate-001:predict");
    return HttpRequest.newBuilder(url)
        .header("Authorization", "Bearer lab-key")
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body));
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return http.send(request.build(), BodyHandlers.ofString());
  }

  static BufferedImage image(JsonNode answer, int index) throws IOException {
    return Objects.requireNonNull(ImageIO.read(new ByteArrayInputStream(bytes(answer, index))));
  }

  static byte[] bytes(JsonNode answer, int index) {
    return bytes(answer.path("predictions").path(index));
  }

  static byte[] bytes(JsonNode prediction) {
    return Base64.getDecoder().decode(prediction.path("bytesBase64Encoded").asText());
  }

  static String sha256(JsonNode prediction) {
    return PictureCache.sha256(bytes(prediction));
  }
}
