package io.imagenlambda.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.imagenlambda.lab.http.LabException;
import io.imagenlambda.lab.runtime.Answer;
import io.imagenlambda.lab.runtime.LambdaFunction;
import java.io.IOException;
import java.io.PrintStream;
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
  private static final ObjectMapper JSON = new ObjectMapper();

  private final LambdaFunction function;
  private final Path directory;
  private final PrintStream out;
  private final PrintStream err;

  /**
   * Prepares a request.
   *
   * @param directory where the images go
   * @param out gets a line for each image, or the result as JSON
   * @param err gets what is odd, and the lines beside the JSON
   */
  OneShot(LambdaFunction function, Path directory, PrintStream out, PrintStream err) {
    this.function = function;
    this.directory = directory;
    this.out = out;
    this.err = err;
  }

  /**
   * Makes the images that are asked for, saves them and prints what they are.
   *
   * @throws LabException with one line, where there is no image
   */
  List<Path> run(CommandLine line) throws InterruptedException {
    Answer answer = function.invoke(request(line).toString());
    if (answer instanceof Answer.FunctionError error) {
      throw new LabException(
          "the function failed: %s: %s".formatted(error.errorType(), error.errorMessage()));
    }
    JsonNode result;
    try {
      result = JSON.readTree(answer.text());
    } catch (JsonProcessingException e) {
      throw new LabException("the function's answer is not JSON: " + answer.text(), e);
    }
    boolean asJson = line.isOn("json");
    if (asJson) {
      out.println(result.toPrettyString());
    }
    String why = why(result);
    JsonNode images = result.path("images");
    if (images.isEmpty()) {
      throw new LabException("the answer has no image" + (why.isEmpty() ? "" : ": " + why));
    }
    List<Path> files = new ArrayList<>();
    for (JsonNode image : images) {
      files.add(save(result, image, asJson ? err : out));
    }
    if (!why.isEmpty()) {
      err.printf("%d of %d images: %s%n", images.size(), result.path("requested").asInt(), why);
    }
    result.path("warnings").forEach(warning -> err.println("warning: " + warning.asText()));
    return files;
  }

  /** {@code -DsampleCount}, {@code -DaspectRatio} … set the parameters of the predict API. */
  private static ObjectNode request(CommandLine line) {
    ObjectNode request = JSON.createObjectNode().put("prompt", line.text("prompt").orElseThrow());
    ObjectNode parameters = request.putObject("parameters");
    if (line.text("sampleCount").isPresent()) {
      parameters.put("sampleCount", line.number("sampleCount"));
    }
    for (String name : List.of("aspectRatio", "imageSize", "personGeneration")) {
      line.text(name).ifPresent(value -> parameters.put(name, value));
    }
    return request;
  }

  /** Why there are fewer images than were asked for; empty if all are there. */
  private static String why(JsonNode result) {
    List<String> reasons = new ArrayList<>();
    for (JsonNode filtered : result.path("filtered")) {
      reasons.add(
          "%d filtered: %s"
              .formatted(filtered.path("missing").asInt(), filtered.path("reason").asText()));
    }
    JsonNode error = result.path("error");
    if (error.isObject()) {
      reasons.add("%s: %s".formatted(error.path("code").asText(), error.path("message").asText()));
    }
    return String.join("; ", reasons);
  }

  private Path save(JsonNode result, JsonNode image, PrintStream lines)
      throws InterruptedException {
    URI url = URI.create(image.path("url").asText());
    String id = result.path("id").asText("image");
    Path file = directory.resolve(id + "-" + Path.of(url.getPath()).getFileName());
    byte[] bytes = download(url);
    write(file, bytes);
    lines.printf(
        "%s  %d x %d, %s, %d KB%n",
        file,
        image.path("width").asInt(),
        image.path("height").asInt(),
        image.path("mimeType").asText(),
        Math.ceilDiv(bytes.length, 1000));
    return file;
  }

  private static byte[] download(URI url) throws InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<byte[]> response =
          http.send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofByteArray());
      if (response.statusCode() != 200) {
        throw new LabException("%s answers %d".formatted(url, response.statusCode()));
      }
      return response.body();
    } catch (IOException e) {
      throw new LabException("%s cannot be read: %s".formatted(url, e.getMessage()), e);
    }
  }

  /** Leaves no part of an image behind. */
  private static void write(Path file, byte[] bytes) {
    try {
      Files.createDirectories(Objects.requireNonNull(file.getParent()));
      Files.write(file, bytes);
    } catch (IOException e) {
      file.toFile().delete();
      throw new LabException("%s cannot be written: %s".formatted(file, e.getMessage()), e);
    }
  }
}
