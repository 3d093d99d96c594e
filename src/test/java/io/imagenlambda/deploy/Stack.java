package io.imagenlambda.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What CloudFormation makes of a {@link Template} with parameters: its conditions are decided, and
 * what is off is not there. A resource that is referred to stands as {@code Name} or {@code
 * Name.Attribute}, and the account's own values as {@code AWS::Region} and so on.
 */
public final class Stack {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SECRET =
      "arn:aws:secretsmanager:eu-central-1:123456789012:secret:key-AbCdEf";
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^!}]+)}");

  private final Template template;
  private final Map<String, String> given;

  Stack(Template template, Map<String, String> given) {
    this.template = template;
    this.given = new HashMap<>(given);
    this.given.putIfAbsent("ApiKeySecretArn", SECRET);
    this.given.keySet().forEach(template::parameter);
  }

  /** Why CloudFormation refuses the parameters: each as it says so. */
  List<String> refusals() {
    List<String> refusals = new ArrayList<>();
    given.forEach((name, value) -> {
      JsonNode declared = template.parameter(name);
      String pattern = declared.path("AllowedPattern").asText(".*");
      List<String> allowed =
          declared.path("AllowedValues").valueStream().map(JsonNode::asText).toList();
      if (!value.matches(pattern) || (!allowed.isEmpty() && !allowed.contains(value))) {
        refusals.add(name + " " + declared.path("ConstraintDescription").asText());
      }
    });
    template
        .section("Rules")
        .forEach(rule -> {
          if (!rule.has("RuleCondition") || isTrue(rule.path("RuleCondition"))) {
            rule.path("Assertions")
                .forEach(assertion -> {
                  if (!isTrue(assertion.path("Assert"))) {
                    refusals.add(assertion.path("AssertDescription").asText());
                  }
                });
          }
        });
    return refusals;
  }

  boolean has(String resource) {
    return isThere(template.resource(resource));
  }

  /** A resource's properties. */
  public JsonNode properties(String resource) {
    if (!has(resource)) {
      throw new AssertionError("this stack has no " + resource);
    }
    return decided(template.properties(resource));
  }

  /** The resources of a type. */
  List<String> resources(String type) {
    return template.resources(type).stream().filter(this::has).toList();
  }

  /** The statements of a role's policies. */
  List<JsonNode> statements(String role) {
    return properties(role)
        .path("Policies")
        .valueStream()
        .flatMap(policy -> policy.at("/PolicyDocument/Statement").valueStream())
        .toList();
  }

  /** All of it, to compare. */
  JsonNode whole() {
    ObjectNode whole = JSON.createObjectNode();
    for (String section : List.of("Resources", "Outputs")) {
      ObjectNode there = whole.putObject(section);
      template.section(section).properties().stream()
          .filter(entry -> isThere(entry.getValue()))
          .forEach(entry -> there.set(entry.getKey(), decided(entry.getValue())));
    }
    return whole;
  }

  private boolean isThere(JsonNode declared) {
    return !declared.has("Condition") || isOn(declared.path("Condition").asText());
  }

  private boolean isOn(String condition) {
    return isTrue(template.condition(condition));
  }

  private boolean isTrue(JsonNode condition) {
    if (condition.has("Condition")) {
      return isOn(condition.path("Condition").asText());
    }
    Map.Entry<String, JsonNode> function = condition.properties().iterator().next();
    JsonNode of = function.getValue();
    return switch (function.getKey()) {
      case "Fn::Equals" -> decided(of.path(0)).asText().equals(decided(of.path(1)).asText());
      case "Fn::Not" -> !isTrue(of.path(0));
      case "Fn::And" -> of.valueStream().allMatch(this::isTrue);
      case "Fn::Or" -> of.valueStream().anyMatch(this::isTrue);
      default -> throw new AssertionError("no condition: " + condition);
    };
  }

  private JsonNode decided(JsonNode node) {
    if (node.isArray()) {
      ArrayNode array = JSON.createArrayNode();
      node.valueStream()
          .map(this::decided)
          .filter(each -> !each.isMissingNode())
          .forEach(array::add);
      return array;
    }
    if (!node.isObject()) {
      return node;
    }
    if (node.size() == 1) {
      Map.Entry<String, JsonNode> only = node.properties().iterator().next();
      if (only.getKey().equals("Ref") || only.getKey().startsWith("Fn::")) {
        return function(only.getKey(), only.getValue());
      }
    }
    ObjectNode object = JSON.createObjectNode();
    node.properties()
        .forEach(entry -> {
          JsonNode value = decided(entry.getValue());
          if (!value.isMissingNode()) {
            object.set(entry.getKey(), value);
          }
        });
    return object;
  }

  private JsonNode function(String name, JsonNode of) {
    return switch (name) {
      case "Ref" ->
          of.asText().equals("AWS::NoValue") ? MissingNode.getInstance() : text(of.asText());
      case "Fn::If" -> decided(of.path(isOn(of.path(0).asText()) ? 1 : 2));
      case "Fn::GetAtt" -> literal(of.path(0).asText() + "." + of.path(1).asText());
      case "Fn::Sub" -> literal(substituted(of));
      case "Fn::Join" ->
          literal(texts(of.path(1)).collect(Collectors.joining(of.path(0).asText())));
      case "Fn::Split" -> {
        ArrayNode parts = JSON.createArrayNode();
        for (String part :
            decided(of.path(1)).asText().split(Pattern.quote(of.path(0).asText()), -1)) {
          parts.add(part);
        }
        yield parts;
      }
      case "Fn::Select" -> {
        JsonNode part = decided(of.path(1)).path(of.path(0).asInt());
        yield part.isMissingNode() ? literal(of.toString()) : part; // of what is not known here
      }
      case "Fn::FindInMap" ->
          template
              .section("Mappings")
              .path(of.path(0).asText())
              .path(decided(of.path(1)).asText())
              .path(decided(of.path(2)).asText());
      default -> throw new AssertionError("no function known as " + name);
    };
  }

  private String substituted(JsonNode of) {
    String format = (of.isArray() ? of.path(0) : of).asText();
    JsonNode own = of.isArray() ? decided(of.path(1)) : MissingNode.getInstance();
    return VARIABLE
        .matcher(format)
        .replaceAll(found -> {
          String name = found.group(1);
          String value = own.has(name) ? own.path(name).asText() : text(name).asText();
          return Matcher.quoteReplacement(value);
        });
  }

  private Stream<String> texts(JsonNode list) {
    return decided(list).valueStream().map(JsonNode::asText);
  }

  /** A parameter's value, or what a name stands for here: itself. */
  private JsonNode text(String name) {
    if (template.parameters().contains(name)) {
      String value = given.get(name);
      return value == null ? template.parameter(name).path("Default") : literal(value);
    }
    if (!name.startsWith("AWS::") && !has(name.split("[.]", 2)[0])) {
      throw new AssertionError("this stack has no " + name);
    }
    return literal(name);
  }

  private static JsonNode literal(String text) {
    return JSON.getNodeFactory().textNode(text);
  }
}
