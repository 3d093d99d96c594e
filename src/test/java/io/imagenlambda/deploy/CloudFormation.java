package io.imagenlambda.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import io.imagenlambda.lab.http.LabServer;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/**
 * As much of CloudFormation's query API as {@code sam deploy} calls. It creates nothing, and keeps
 * what it was asked for. moto cannot do this: its CloudFormation knows neither {@code
 * AWS::Lambda::Alias} nor the outputs of a stack that a change set made.
 */
final class CloudFormation implements AutoCloseable {
  private static final String SAMS_OWN_STACK = "aws-sam-cli-managed-default";

  /**
   * A CreateChangeSet.
   *
   * @param type CREATE, or UPDATE where there is the stack
   * @param kept the parameters with UsePreviousValue
   */
  record ChangeSet(
      String stack,
      String type,
      Map<String, String> parameters,
      List<String> kept,
      Map<String, String> tags,
      List<String> capabilities,
      URI template) {}

  private final LabServer server = LabServer.start("CloudFormation", 0, this::serve);
  private final String samsBucket;
  private final List<ChangeSet> asked = new CopyOnWriteArrayList<>();
  private final Map<String, ChangeSet> stacks = new ConcurrentHashMap<>();

  /**
   * Starts it.
   *
   * @param samsBucket the bucket of the stack that SAM makes once in an account, for its uploads
   */
  CloudFormation(String samsBucket) {
    this.samsBucket = samsBucket;
  }

  URI url() {
    return server.url();
  }

  ChangeSet lastAsked() {
    return asked.getLast();
  }

  /** Whether a change set was executed that creates it. */
  boolean hasStack(String name) {
    return stacks.containsKey(name);
  }

  private void serve(HttpExchange exchange) throws IOException {
    Map<String, String> request = form(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
    String action = request.get("Action");
    String stack = request.get("StackName");
    boolean known = stack.equals(SAMS_OWN_STACK) || hasStack(stack);
    if (!known && action.equals("DescribeStacks")) {
      LabServer.answer(
          exchange,
          400,
          "text/xml",
          """
          <ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code>
          <Message>Stack with id %s does not exist</Message></Error></ErrorResponse>\
          """
              .formatted(stack));
      return;
    }
    String result =
        switch (action) {
          case "DescribeStacks" -> "<Stacks><member>%s</member></Stacks>".formatted(stack(stack));
          case "CreateChangeSet" -> {
            asked.add(changeSet(request));
            yield "<Id>%s</Id><StackId>%s</StackId>".formatted(asked.size() - 1, stack);
          }
          case "DescribeChangeSet" -> "<Status>CREATE_COMPLETE</Status><Changes/>";
          case "ExecuteChangeSet" -> {
            stacks.put(stack, asked.get(Integer.parseInt(request.get("ChangeSetName"))));
            yield "";
          }
          case "DescribeStackEvents" -> "<StackEvents>%s</StackEvents>".formatted(event(stack));
          case "GetTemplateSummary" ->
              "<Parameters>%s</Parameters>".formatted(parameterNames(stacks.get(stack)));
          default -> throw new IllegalArgumentException(action);
        };
    LabServer.answer(
        exchange,
        200,
        "text/xml",
        "<%1$sResponse><%1$sResult>%2$s</%1$sResult></%1$sResponse>".formatted(action, result));
  }

  private String stack(String name) {
    String created = "<StackName>%s</StackName><CreationTime>%s</CreationTime>";
    if (name.equals(SAMS_OWN_STACK)) {
      return (created
              + """
              <StackStatus>CREATE_COMPLETE</StackStatus>
              <Tags><member><Key>ManagedStackSource</Key><Value>AwsSamCli</Value></member></Tags>
              <Outputs><member><OutputKey>SourceBucket</OutputKey><OutputValue>%s</OutputValue></member></Outputs>\
              """)
          .formatted(name, Instant.EPOCH, samsBucket);
    }
    return (created + "<StackStatus>%s_COMPLETE</StackStatus>")
        .formatted(name, Instant.EPOCH, stacks.get(name).type());
  }

  private String event(String stack) {
    String status = hasStack(stack) ? stacks.get(stack).type() + "_COMPLETE" : "REVIEW_IN_PROGRESS";
    return """
    <member><EventId>%1$s</EventId><StackId>%2$s</StackId><StackName>%2$s</StackName>
    <LogicalResourceId>%2$s</LogicalResourceId><PhysicalResourceId>%2$s</PhysicalResourceId>
    <ResourceType>AWS::CloudFormation::Stack</ResourceType><Timestamp>%1$s</Timestamp>
    <ResourceStatus>%3$s</ResourceStatus></member>\
    """
        .formatted(Instant.now(), stack, status);
  }

  private static String parameterNames(ChangeSet stack) {
    List<String> names = new ArrayList<>(stack.parameters().keySet());
    names.addAll(stack.kept());
    return names.stream()
        .map("<member><ParameterKey>%s</ParameterKey></member>"::formatted)
        .collect(Collectors.joining());
  }

  private static ChangeSet changeSet(Map<String, String> request) {
    Map<String, String> parameters = new LinkedHashMap<>();
    List<String> kept = new ArrayList<>();
    for (Map<String, String> each : members(request, "Parameters")) {
      if ("true".equals(each.get("UsePreviousValue"))) {
        kept.add(each.get("ParameterKey"));
      } else {
        parameters.put(each.get("ParameterKey"), each.get("ParameterValue"));
      }
    }
    Map<String, String> tags = new LinkedHashMap<>();
    members(request, "Tags").forEach(each -> tags.put(each.get("Key"), each.get("Value")));
    List<String> capabilities =
        members(request, "Capabilities").stream().map(each -> each.get("")).toList();
    return new ChangeSet(
        request.get("StackName"),
        request.get("ChangeSetType"),
        parameters,
        kept,
        tags,
        capabilities,
        URI.create(request.get("TemplateURL")));
  }

  /** A list of the query protocol: {@code Tags.member.1.Key}, or {@code Capabilities.member.1}. */
  private static List<Map<String, String>> members(Map<String, String> request, String list) {
    Map<Integer, Map<String, String>> members = new TreeMap<>();
    request.forEach((name, value) -> {
      String[] parts = name.split("[.]", 4);
      if (parts.length > 2 && parts[0].equals(list)) {
        members
            .computeIfAbsent(Integer.valueOf(parts[2]), _ -> new LinkedHashMap<>())
            .put(parts.length == 4 ? parts[3] : "", value);
      }
    });
    return List.copyOf(members.values());
  }

  private static Map<String, String> form(String body) {
    Map<String, String> fields = new LinkedHashMap<>();
    for (String field : body.split("&", -1)) {
      String[] sides = field.split("=", 2);
      fields.put(URLDecoder.decode(sides[0], UTF_8), URLDecoder.decode(sides[1], UTF_8));
    }
    return fields;
  }

  @Override
  public void close() {
    server.close();
  }
}
