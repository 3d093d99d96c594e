package io.imagenlambda.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import io.restassured.response.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.Yaml;

/** {@code deploy/openapi.yaml}, and whether a call is as it says. */
final class OpenApi {
  private static final String HERE = "https://imagen-lambda/openapi.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final JsonNode root;
  private final SchemaRegistry schemas;

  private OpenApi(JsonNode root) {
    this.root = root;
    this.schemas =
        SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            registry ->
                registry
                    .schemas(Map.of(HERE, root.toString()))
                    .schemaRegistryConfig(
                        SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build()));
  }

  static OpenApi read() {
    try {
      return new OpenApi(
          JSON.valueToTree(new Yaml().load(Files.readString(Path.of("deploy", "openapi.yaml")))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the document says of a type. */
  JsonNode type(String name) {
    return root.path("components").path("schemas").path(name);
  }

  /** Every {@code operationId} with every status that it has, such as {@code findImages 404}. */
  List<String> answers() {
    List<String> answers = new ArrayList<>();
    for (JsonNode path : root.path("paths")) {
      for (JsonNode operation : path) {
        operation
            .path("responses")
            .fieldNames()
            .forEachRemaining(
                status -> answers.add(operation.path("operationId").asText() + " " + status));
      }
    }
    return answers;
  }

  /** Where an operation stands. */
  String pointer(String operationId) {
    for (Map.Entry<String, JsonNode> path : root.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
        if (operation.getValue().path("operationId").asText().equals(operationId)) {
          return "/paths/%s/%s".formatted(escaped(path.getKey()), operation.getKey());
        }
      }
    }
    throw new AssertionError("openapi.yaml has no " + operationId);
  }

  /** The examples of a request's body. */
  List<JsonNode> examples(String operationId) {
    String examples = pointer(operationId) + "/requestBody/content/application~1json/examples";
    List<JsonNode> values = new ArrayList<>();
    root.at(examples)
        .fieldNames()
        .forEachRemaining(
            name -> values.add(root.at(resolved(examples + "/" + escaped(name)) + "/value")));
    return values;
  }

  /** What is wrong with a request's body. */
  List<String> faults(String operationId, JsonNode body) {
    return faults(
        pointer(operationId) + "/requestBody/content/application~1json/schema",
        body,
        "the request");
  }

  /** What is wrong with an answer: its content type, its headers, its body. */
  List<String> faults(String operationId, int status, Response answer) {
    String response = resolved(pointer(operationId) + "/responses/" + status);
    List<String> faults = new ArrayList<>();
    root.at(response + "/headers")
        .fieldNames()
        .forEachRemaining(name -> faults.addAll(headerFaults(response, name, answer)));
    String type = response + "/content/" + escaped(answer.contentType());
    if (root.at(response + "/content").isMissingNode()) {
      if (!answer.asString().isEmpty()) {
        faults.add("there is a body");
      }
    } else if (root.at(type).isMissingNode()) {
      faults.add("the content type is " + answer.contentType());
    } else {
      faults.addAll(faults(type + "/schema", json(answer.asString()), "the body"));
    }
    return faults;
  }

  private List<String> headerFaults(String response, String name, Response answer) {
    String header = resolved(response + "/headers/" + escaped(name));
    String value = answer.header(name);
    if (value == null) {
      return root.at(header + "/required").asBoolean() ? List.of(name + " is missing") : List.of();
    }
    return faults(header + "/schema", TextNode.valueOf(value), name);
  }

  private List<String> faults(String pointer, JsonNode value, String what) {
    Schema schema = schemas.getSchema(SchemaLocation.of(HERE + "#" + pointer));
    return schema.validate(value.toString(), InputFormat.JSON).stream()
        .map(fault -> what + ": " + fault)
        .toList();
  }

  /** Where the thing is that may only be referred to here. */
  private String resolved(String pointer) {
    JsonNode reference = root.at(pointer).path("$ref");
    return reference.isTextual() ? reference.asText().substring(1) : pointer;
  }

  private static String escaped(String token) {
    return token.replace("~", "~0").replace("/", "~1");
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(text, e);
    }
  }
}
