package io.imagenlambda.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.imagenlambda.lab.http.LabException;
import io.imagenlambda.lab.runtime.Answer;
import io.imagenlambda.lab.runtime.LambdaFunction;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Runs one request and downloads its images from the URLs in the result. */
final class OneShot {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private OneShot() {}

  /**
   * Prints the result and saves its images.
   *
   * @throws LabException with one line, where there is no image
   */
  static List<Path> generate(LambdaFunction function, String prompt, Path directory)
      throws InterruptedException {
    Answer answer = function.invoke(request(prompt).toString());
    JsonNode result;
    try {
      result = JSON.readTree(answer.text());
    } catch (JsonProcessingException e) {
      throw new LabException("the function's answer is not JSON: " + answer.text(), e);
    }
    System.out.println(result.toPrettyString());
    if (answer instanceof Answer.FunctionError error) {
      throw new LabException(
          "the function failed: %s: %s".formatted(error.errorType(), error.errorMessage()));
    }
    JsonNode images = result.path("images");
    if (images.isEmpty()) {
      throw new LabException("the answer has no image");
    }
    List<Path> files = new ArrayList<>();
    for (JsonNode image : images) {
      URI url = URI.create(image.path("url").asText());
      String id = result.path("id").asText("image");
      Path file = directory.resolve(id + "-" + Path.of(url.getPath()).getFileName());
      download(url, file);
      System.out.println("saved " + file);
      files.add(file);
    }
    return files;
  }

  /** {@code -DsampleCount}, {@code -DaspectRatio} … set the parameters of the predict API. */
  private static ObjectNode request(String prompt) {
    ObjectNode request = JSON.createObjectNode().put("prompt", prompt);
    String count = System.getProperty("sampleCount");
    ObjectNode parameters = request.putObject("parameters");
    if (count != null) {
      parameters.put("sampleCount", Integer.valueOf(count));
    }
    for (String name : List.of("aspectRatio", "imageSize", "personGeneration")) {
      String value = System.getProperty(name);
      if (value != null) {
        parameters.put(name, value);
      }
    }
    return request;
  }

  private static void download(URI url, Path file) throws InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      Files.createDirectories(Objects.requireNonNull(file.getParent()));
      HttpResponse<Path> response =
          http.send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofFile(file));
      if (response.statusCode() != 200) {
        Files.delete(file);
        throw new LabException("%s answers %d".formatted(url, response.statusCode()));
      }
    } catch (IOException e) {
      throw new LabException("%s cannot be read: %s".formatted(url, e.getMessage()), e);
    }
  }
}
