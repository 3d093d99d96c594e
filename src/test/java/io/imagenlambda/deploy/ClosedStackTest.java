package io.imagenlambda.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The stack lets nobody in who is not asked in; {@link PermissionsTest} is for the function. */
final class ClosedStackTest {
  private final Template template = Template.read();
  private final Stack stack = template.with(Map.of());

  @Test
  void httpIsOpenToEverybodyOnlyIfAskedForByName() {
    JsonNode type = template.properties("HttpRoute").path("AuthorizationType");

    assertEquals(
        Set.of("HttpRoute", "HttpPreflight"),
        Set.copyOf(template.resources("AWS::ApiGatewayV2::Route")));
    assertEquals("IAM", template.parameter("HttpAuthorization").path("Default").asText());
    assertEquals(
        "{\"Fn::If\":[\"IsJwt\",\"JWT\",{\"Fn::If\":[\"HasNoAuthorizer\",\"NONE\",\"AWS_IAM\"]}]}",
        type.toString());
    assertEquals(
        "{\"Fn::Or\":[{\"Condition\":\"IsKey\"},{\"Condition\":\"IsOpen\"}]}",
        template.condition("HasNoAuthorizer").toString());
    assertEquals(
        "{\"Fn::Equals\":[{\"Ref\":\"HttpAuthorization\"},\"KEY\"]}",
        template.condition("IsKey").toString());
    assertEquals(
        "{\"Fn::Equals\":[{\"Ref\":\"HttpAuthorization\"},\"NONE_ANYONE_CAN_SPEND\"]}",
        template.condition("IsOpen").toString());
    assertEquals(0, template.resources("AWS::Lambda::Url").size());
  }

  /** A browser asks with OPTIONS, and without the caller's key. */
  @Test
  void onlyTheQuestionOfABrowserPassesTheAuthorizerAndOnlyWherePagesMayCall() {
    JsonNode preflight = template.properties("HttpPreflight");

    assertEquals("OPTIONS /{proxy+}", preflight.path("RouteKey").asText());
    assertEquals("NONE", preflight.path("AuthorizationType").asText());
    assertEquals("HasCors", template.resource("HttpPreflight").path("Condition").asText());
    assertEquals("", template.parameter("CorsOrigins").path("Default").asText());
  }

  @Test
  void everyBucketIsPrivateAndEncryptedAndTakesNothingWithoutTls() {
    Set<String> withPolicy = new HashSet<>();
    for (String policy : stack.resources("AWS::S3::BucketPolicy")) {
      JsonNode properties = stack.properties(policy);
      assertTrue(refusesPlainHttp(properties), policy);
      withPolicy.add(properties.path("Bucket").asText());
    }
    List<String> buckets = stack.resources("AWS::S3::Bucket");
    assertEquals(Set.copyOf(buckets), withPolicy);
    for (String bucket : buckets) {
      JsonNode properties = stack.properties(bucket);
      assertTrue(properties.has("BucketEncryption"), bucket);
      properties
          .path("PublicAccessBlockConfiguration")
          .properties()
          .forEach(block -> assertTrue(block.getValue().asBoolean(), bucket + block.getKey()));
      assertEquals(4, properties.path("PublicAccessBlockConfiguration").size(), bucket);
    }
  }

  @Test
  void everyQueueIsEncryptedAndTakesNothingWithoutTls() {
    Set<String> withPolicy = new HashSet<>();
    for (String policy : stack.resources("AWS::SQS::QueuePolicy")) {
      JsonNode properties = stack.properties(policy);
      assertTrue(refusesPlainHttp(properties), policy);
      properties.path("Queues").forEach(queue -> withPolicy.add(queue.asText()));
    }
    List<String> queues = stack.resources("AWS::SQS::Queue");
    assertEquals(Set.copyOf(queues), withPolicy);
    for (String queue : queues) {
      assertTrue(stack.properties(queue).path("SqsManagedSseEnabled").asBoolean(), queue);
    }
  }

  /**
   * A cycle would be refused by CloudFormation, so the policy names the bucket before it is there.
   */
  @Test
  void theQueueTakesMessagesOfTheRequestsBucketAlone() {
    JsonNode statement = stack.properties("RequestQueuePolicy").at("/PolicyDocument/Statement/0");
    String name = stack.properties("RequestsBucket").path("BucketName").asText();

    assertEquals("s3.amazonaws.com", statement.at("/Principal/Service").asText());
    assertTrue(name.startsWith("imagen-requests-AWS::AccountId-"), name);
    assertEquals(
        "arn:AWS::Partition:s3:::" + name,
        statement.at("/Condition/ArnEquals/aws:SourceArn").asText());
    assertEquals(
        "AWS::AccountId", statement.at("/Condition/StringEquals/aws:SourceAccount").asText());
    assertEquals(1, allowed(stack.properties("RequestQueuePolicy")));
  }

  private static long allowed(JsonNode policy) {
    return policy
        .at("/PolicyDocument/Statement")
        .valueStream()
        .filter(statement -> statement.path("Effect").asText().equals("Allow"))
        .count();
  }

  private static boolean refusesPlainHttp(JsonNode policy) {
    for (JsonNode statement : policy.at("/PolicyDocument/Statement")) {
      if (statement.path("Effect").asText().equals("Deny")
          && statement.path("Principal").asText().equals("*")
          && statement.path("Action").asText().matches("(s3|sqs):\\*")
          && statement.at("/Condition/Bool/aws:SecureTransport").asText().equals("false")) {
        return true;
      }
    }
    return false;
  }
}
