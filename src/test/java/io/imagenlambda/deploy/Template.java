package io.imagenlambda.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.AbstractConstruct;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * {@code template.yaml}, with CloudFormation's short forms written out: {@code !Ref X} is {@code
 * {"Ref": "X"}}.
 */
public final class Template {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final JsonNode root;

  private Template(JsonNode root) {
    this.root = root;
  }

  public static Template read() {
    try {
      return new Template(parsed(Files.readString(Path.of("template.yaml"))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The stack of these parameters; the others have their defaults. */
  public Stack with(Map<String, String> parameters) {
    return new Stack(this, parameters);
  }

  /** YAML or JSON with CloudFormation's short forms written out. */
  static JsonNode parsed(String template) {
    return JSON.valueToTree(new Yaml(new ShortForms()).load(template));
  }

  /** All of it. */
  JsonNode root() {
    return root;
  }

  /** A parameter's declaration. */
  public JsonNode parameter(String name) {
    return present(root.path("Parameters").path(name), name);
  }

  JsonNode rule(String name) {
    return present(root.path("Rules").path(name), name);
  }

  /** A section, such as {@code Rules}; empty if there is none. */
  JsonNode section(String name) {
    return root.path(name);
  }

  /** The names of all parameters. */
  public List<String> parameters() {
    return root.path("Parameters").properties().stream().map(Map.Entry::getKey).toList();
  }

  public JsonNode condition(String name) {
    return present(root.path("Conditions").path(name), name);
  }

  /** A resource as it is declared. */
  JsonNode resource(String name) {
    return present(root.path("Resources").path(name), name);
  }

  public JsonNode properties(String resource) {
    return present(resource(resource).path("Properties"), resource);
  }

  /** The logical ids of the resources of a type. */
  public List<String> resources(String type) {
    return root.path("Resources").properties().stream()
        .filter(resource -> resource.getValue().path("Type").asText().equals(type))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The function's environment variables, as they are written. */
  public Map<String, JsonNode> variables() {
    Map<String, JsonNode> variables = new TreeMap<>();
    properties("ImagenFunction")
        .path("Environment")
        .path("Variables")
        .properties()
        .forEach(variable -> variables.put(variable.getKey(), variable.getValue()));
    return variables;
  }

  private static JsonNode present(JsonNode node, String name) {
    if (node.isMissingNode()) {
      throw new AssertionError("template.yaml has no " + name);
    }
    return node;
  }

  private static final class ShortForms extends SafeConstructor {
    ShortForms() {
      super(new LoaderOptions());
      yamlMultiConstructors.put("!", new ShortForm());
    }

    private final class ShortForm extends AbstractConstruct {
      @Override
      public Object construct(Node node) {
        String name = node.getTag().getValue().substring(1);
        Object value =
            switch (node) {
              case ScalarNode scalar -> constructScalar(scalar);
              case SequenceNode sequence -> constructSequence(sequence);
              case MappingNode mapping -> constructMapping(mapping);
              default -> throw new IllegalArgumentException(node.toString());
            };
        Map<String, Object> longForm = new LinkedHashMap<>();
        switch (name) {
          case "Ref", "Condition" -> longForm.put(name, value);
          case "GetAtt" -> longForm.put("Fn::GetAtt", List.of(value.toString().split("[.]", 2)));
          default -> longForm.put("Fn::" + name, value);
        }
        return longForm;
      }
    }
  }
}
