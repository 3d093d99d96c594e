package io.imagenlambda.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What CloudFormation makes of a text in {@code template.yaml} with the given parameters, the
 * others as they are by default. A resource stands for its name, and there is none whose condition
 * is false.
 */
final class Resolver {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z0-9:.]+)}");

  private final Template template;
  private final Map<String, String> parameters;

  Resolver(Template template, Map<String, String> parameters) {
    this.template = template;
    this.parameters = parameters;
  }

  /** The text that an intrinsic function, or several in each other, comes to. */
  String text(JsonNode node) {
    if (node.isValueNode()) {
      return node.asText();
    }
    Map.Entry<String, JsonNode> function = only(node);
    JsonNode argument = function.getValue();
    return switch (function.getKey()) {
      case "Ref" -> named(argument.asText());
      case "Fn::GetAtt" -> named(argument.path(0).asText() + "." + argument.path(1).asText());
      case "Fn::If" -> text(argument.path(holds(argument.path(0).asText()) ? 1 : 2));
      case "Fn::FindInMap" ->
          template
              .mapping(text(argument.path(0)))
              .required(text(argument.path(1)))
              .required(text(argument.path(2)))
              .asText();
      case "Fn::Sub" ->
          argument.isArray()
              ? substituted(argument.path(0).asText(), argument.path(1))
              : substituted(argument.asText(), JSON.createObjectNode());
      default -> throw new AssertionError("unknown here: " + node);
    };
  }

  boolean holds(String condition) {
    return holds(template.condition(condition));
  }

  private boolean holds(JsonNode condition) {
    Map.Entry<String, JsonNode> function = only(condition);
    JsonNode argument = function.getValue();
    return switch (function.getKey()) {
      case "Condition" -> holds(argument.asText());
      case "Fn::Equals" -> text(argument.path(0)).equals(text(argument.path(1)));
      case "Fn::Not" -> !holds(argument.path(0));
      case "Fn::And" -> argument.valueStream().allMatch(this::holds);
      case "Fn::Or" -> argument.valueStream().anyMatch(this::holds);
      default -> throw new AssertionError("unknown here: " + condition);
    };
  }

  private String substituted(String text, JsonNode own) {
    return VARIABLE
        .matcher(text)
        .replaceAll(found ->
            Matcher.quoteReplacement(
                own.has(found.group(1)) ? text(own.path(found.group(1))) : named(found.group(1))));
  }

  private String named(String name) {
    if (parameters.containsKey(name)) {
      return parameters.get(name);
    }
    if (template.parameters().contains(name)) {
      return template.parameter(name).path("Default").asText();
    }
    if (name.startsWith("AWS::")) {
      return name;
    }
    JsonNode condition = template.resource(name.split("[.]", 2)[0]).path("Condition");
    if (condition instanceof TextNode && !holds(condition.asText())) {
      throw new AssertionError("there is no " + name + " where " + condition + " does not hold");
    }
    return name;
  }

  private static Map.Entry<String, JsonNode> only(JsonNode node) {
    if (node.size() != 1) {
      throw new AssertionError("not one function: " + node);
    }
    return node.properties().iterator().next();
  }
}
