package io.imagenlambda.lab.predict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PredictSimulatorTest extends PredictSimulatorCase {
  @ParameterizedTest
  @CsvSource({
    "1:1, 1K, 1024, 1024",
    "1:1, 2K, 2048, 2048",
    "3:4, 1K, 896, 1280",
    "4:3, 1K, 1280, 896",
    "9:16, 2K, 1536, 2816",
    "16:9, 1K, 1408, 768",
  })
  void anImageIsAPngOfTheSizeThatWasAskedFor(String ratio, String size, int width, int height)
      throws Exception {
    JsonNode answer =
        predict("a fox", Map.of("sampleCount", 1, "aspectRatio", ratio, "imageSize", size));
    assertEquals("image/png", answer.at("/predictions/0/mimeType").asText());
    BufferedImage image = image(answer, 0);
    assertEquals(width, image.getWidth());
    assertEquals(height, image.getHeight());
  }

  @Test
  void theSamePromptAndSeedGiveTheSameBytesAndAnotherSeedGivesOthers() throws Exception {
    byte[] first = bytes(predict("a fox", Map.of("sampleCount", 2, "seed", 1)), 0);
    JsonNode again = predict("a fox", Map.of("sampleCount", 2, "seed", 1));
    assertEquals(PictureCache.sha256(first), PictureCache.sha256(bytes(again, 0)));
    assertNotEquals(PictureCache.sha256(first), PictureCache.sha256(bytes(again, 1)));
    JsonNode other = predict("a fox", Map.of("sampleCount", 1, "seed", 2));
    assertNotEquals(PictureCache.sha256(first), PictureCache.sha256(bytes(other, 0)));
  }

  @Test
  void fourImagesAreMadeWhereNoCountIsGivenAndTheJournalKnowsThemAll() throws Exception {
    JsonNode answer = predict("a fox", Map.of());
    List<String> sent = answer.path("predictions").valueStream().map(p -> sha256(p)).toList();
    assertEquals(4, sent.size());
    assertEquals(sent, predict.journal().imagesServed());
    Call call = predict.journal().calls().getFirst();
    assertEquals("imagen-4.0-generate-001", call.model());
    assertEquals("Bearer lab-key", call.header("authorization").orElseThrow());
    assertTrue(call.body().contains("a fox"));
  }

  @Test
  void aJpegIsMadeWhereOneIsAskedFor() throws Exception {
    JsonNode answer =
        predict(
            "a fox", Map.of("sampleCount", 1, "outputOptions", Map.of("mimeType", "image/jpeg")));
    assertEquals("image/jpeg", answer.at("/predictions/0/mimeType").asText());
    assertEquals((byte) 0xff, bytes(answer, 0)[0]);
    assertEquals(1024, image(answer, 0).getWidth());
  }

  @ParameterizedTest
  @ValueSource(ints = {1_000_000, 5_000_000, 13_000_000, 20_000_000})
  void noiseIsAValidPngOfAboutTheSizeInThePrompt(int size) throws Exception {
    JsonNode answer =
        predict(
            "noise [size:%dKB]".formatted(size / 1000),
            Map.of("sampleCount", 1, "imageSize", "2K"));
    int length = bytes(answer, 0).length;
    assertTrue(length > size * 0.98 && length < size * 1.06, length + " bytes");
    assertEquals(2048, image(answer, 0).getWidth());
  }

  @Test
  void aWrongKeyIsRefusedInTheRelaysShape() throws Exception {
    HttpResponse<String> response =
        send(request("a fox", Map.of()).setHeader("Authorization", "Bearer wrong"));
    assertEquals(401, response.statusCode());
    JsonNode error = JSON.readTree(response.body()).path("error");
    assertEquals("new_api_error", error.path("type").asText());
    assertTrue(error.path("message").asText().contains("(request id: "));
  }

  @Test
  void aKeyInGooglesHeaderIsTakenAndAWrongOneRefusedAsGoogleDoes() throws Exception {
    Map<String, Object> one = Map.of("sampleCount", 1);
    var right = request("a fox", one).setHeader("x-goog-api-key", "lab-key");
    assertEquals(200, send(right).statusCode());
    var wrong = send(request("a fox", one).setHeader("x-goog-api-key", "wrong"));
    assertEquals(400, wrong.statusCode());
    assertEquals(
        "API_KEY_INVALID", JSON.readTree(wrong.body()).at("/error/details/0/reason").asText());
  }

  @ParameterizedTest
  @CsvSource({
    "sampleCount, 5",
    "aspectRatio, 2:1",
    "imageSize, 4K",
    "personGeneration, allow_some",
  })
  void aParameterThatIsNotAllowedIsAnInvalidArgument(String name, String value) throws Exception {
    Object given = name.equals("sampleCount") ? Integer.valueOf(value) : value;
    HttpResponse<String> response = send(request("a fox", Map.of(name, given)));
    assertEquals(400, response.statusCode());
    assertEquals("INVALID_ARGUMENT", JSON.readTree(response.body()).at("/error/status").asText());
  }
}
