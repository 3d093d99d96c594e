package io.imagenlambda.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a team has already takes the place of what the stack would make, and gets no more. */
final class OwnResourcesTest {
  private static final String KEY =
      "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";

  private final Template template = Template.read();

  @Test
  void aBucketOfYoursForImagesIsWrittenUnderThePrefixAndNotChanged() {
    Stack stack = template.with(Map.of("ImagesBucketName", "mine"));

    assertFalse(stack.has("ImagesBucket"));
    assertFalse(stack.has("ImagesBucketPolicy"));
    assertEquals("mine", variable(stack, "OUTPUT_BUCKET"));
    assertEquals(
        Set.of("arn:AWS::Partition:s3:::mine/images/*"),
        resources(stack, "FunctionRole", "s3:PutObject"));
    assertFalse(stack.whole().toString().contains("ImagesBucket."), "the stack's own is granted");
  }

  @Test
  void aBucketOfYoursForRequestsIsReadAndMaySend() {
    Stack stack = template.with(Map.of("RequestsBucketName", "mine"));

    assertFalse(stack.has("RequestsBucket"));
    assertFalse(stack.has("RequestsBucketPolicy"));
    assertEquals("s3://mine/schedule/requests.jsonl", variable(stack, "IMAGEN_SCHEDULE_REQUESTS"));
    assertEquals(
        "mine",
        stack
            .properties("BatchStateMachine")
            .at("/DefinitionSubstitutions/RequestsBucket")
            .asText());
    assertEquals(
        Set.of("arn:AWS::Partition:s3:::mine/*"),
        resources(stack, "FunctionRole", "s3:GetObjectVersion"));
    assertEquals(Set.of("arn:AWS::Partition:s3:::mine"), senders(stack));
    assertFalse(stack.whole().toString().contains("RequestsBucket."), "the stack's own is granted");
  }

  @Test
  void objectsOfFurtherBucketsAreReadAndTheirEventsTaken() {
    Stack stack =
        template.with(Map.of("SourceBuckets", "arn:aws:s3:::one-more,arn:aws:s3:::and-more"));

    Set<String> read = resources(stack, "FunctionRole", "s3:GetObjectVersion");
    assertTrue(
        read.containsAll(Set.of("arn:aws:s3:::one-more/*", "arn:aws:s3:::and-more/*")),
        read::toString);
    assertEquals(3, read.size(), read::toString);
    Set<String> listed = resources(stack, "FunctionRole", "s3:ListBucket");
    assertTrue(listed.containsAll(Set.of("arn:aws:s3:::one-more", "arn:aws:s3:::and-more")));
    assertTrue(
        senders(stack).containsAll(Set.of("arn:aws:s3:::one-more", "arn:aws:s3:::and-more")));
    for (JsonNode statement : queueStatements(stack)) {
      if (statement.at("/Principal/Service").asText().equals("s3.amazonaws.com")) {
        assertEquals(
            "AWS::AccountId", statement.at("/Condition/StringEquals/aws:SourceAccount").asText());
      }
    }
  }

  @Test
  void topicsAndRulesThatAreNamedMaySendAndNoOthers() {
    String topic = "arn:aws:sns:eu-central-1:123456789012:orders";
    Stack stack = template.with(Map.of("QueueSenders", topic));

    assertTrue(senders(stack).contains(topic));
    assertEquals(2, senders(stack).size());
    assertEquals(1, senders(template.with(Map.of())).size());
  }

  @Test
  void aDistributionOfYoursReadsImagesAndNothingBesideThem() {
    String distribution = "arn:aws:cloudfront::123456789012:distribution/E1ABCDEF";
    Stack stack = template.with(Map.of("CdnDistributionArn", distribution));

    assertFalse(stack.has("Cdn"));
    List<JsonNode> its =
        stack
            .properties("ImagesBucketPolicy")
            .at("/PolicyDocument/Statement")
            .valueStream()
            .filter(
                each -> each.at("/Principal/Service").asText().equals("cloudfront.amazonaws.com"))
            .toList();
    assertEquals(
        List.of("Allow", "Deny"), its.stream().map(each -> each.path("Effect").asText()).toList());
    assertEquals(
        "[\"" + distribution + "\"]",
        its.getFirst().at("/Condition/StringEquals/aws:SourceArn").toString());
    for (JsonNode resource : its.getFirst().path("Resource")) {
      assertTrue(resource.asText().matches("ImagesBucket[.]Arn/images/[*][.](png|jpg|webp)"));
    }
  }

  @Test
  void aKeyOfYoursEncryptsAllThatIsKeptAndIsGrantedToThoseWhoReadAndWriteIt() {
    Stack stack =
        template.with(
            Map.of("KmsKeyArn", KEY, "ScheduleExpression", "rate(1 day)", "AlarmEmail", "a@b.c"));

    for (String bucket : stack.resources("AWS::S3::Bucket")) {
      JsonNode rule =
          stack.properties(bucket).at("/BucketEncryption/ServerSideEncryptionConfiguration/0");
      assertEquals(KEY, rule.at("/ServerSideEncryptionByDefault/KMSMasterKeyID").asText(), bucket);
      assertEquals("aws:kms", rule.at("/ServerSideEncryptionByDefault/SSEAlgorithm").asText());
    }
    for (String queue : stack.resources("AWS::SQS::Queue")) {
      assertEquals(KEY, stack.properties(queue).path("KmsMasterKeyId").asText(), queue);
      assertFalse(stack.properties(queue).has("SqsManagedSseEnabled"), queue);
    }
    for (String logs : stack.resources("AWS::Logs::LogGroup")) {
      assertEquals(KEY, stack.properties(logs).path("KmsKeyId").asText(), logs);
    }
    assertEquals(KEY, stack.properties("AlarmTopic").path("KmsMasterKeyId").asText());
    assertEquals(KEY, stack.properties("ImagenFunction").path("KmsKeyArn").asText());
    for (String role : List.of("FunctionRole", "BatchRole", "ScheduleRole")) {
      assertEquals(Set.of(KEY), resources(stack, role, "kms:Decrypt"), role);
      assertEquals(Set.of(KEY), resources(stack, role, "kms:GenerateDataKey"), role);
    }
    assertFalse(template.with(Map.of()).whole().toString().contains("kms"));
  }

  @Test
  void everyRoleIsUnderYourPathAndBoundary() {
    String boundary = "arn:aws:iam::123456789012:policy/boundary";
    Map<String, String> given = Map.of("RolePath", "/images/", "PermissionsBoundary", boundary);

    for (String role : template.resources("AWS::IAM::Role")) {
      JsonNode declared = template.properties(role);
      assertEquals("{\"Ref\":\"RolePath\"}", declared.path("Path").toString(), role);
      assertEquals("HasBoundary", declared.at("/PermissionsBoundary/Fn::If/0").asText(), role);
    }
    JsonNode role = template.with(given).properties("FunctionRole");
    assertEquals("/images/", role.path("Path").asText());
    assertEquals(boundary, role.path("PermissionsBoundary").asText());
    JsonNode usual = template.with(Map.of()).properties("FunctionRole");
    assertEquals("/", usual.path("Path").asText());
    assertFalse(usual.has("PermissionsBoundary"));
  }

  @Test
  void inYourSubnetsTheFunctionMayHaveNetworkInterfacesAndElseNot() {
    Stack stack =
        template.with(
            Map.of(
                "SubnetIds", "subnet-12345678,subnet-12345679", "SecurityGroupIds", "sg-12345678"));

    assertEquals(
        "{\"SubnetIds\":[\"subnet-12345678\",\"subnet-12345679\"],\"SecurityGroupIds\":[\"sg-12345678\"]}",
        stack.properties("ImagenFunction").path("VpcConfig").toString());
    assertEquals(Set.of("*"), resources(stack, "FunctionRole", "ec2:CreateNetworkInterface"));
    Stack outside = template.with(Map.of());
    assertFalse(outside.properties("ImagenFunction").has("VpcConfig"));
    assertEquals(Set.of(), resources(outside, "FunctionRole", "ec2:CreateNetworkInterface"));
  }

  @Test
  void aDomainOfYoursLeadsToTheApiUnderItsBasePath() {
    Stack stack =
        template.with(
            Map.of(
                "DomainName", "images.example.com",
                "CertificateArn", "arn:aws:acm:eu-central-1:123456789012:certificate/1",
                "BasePath", "v1"));

    assertEquals("images.example.com", stack.properties("HttpDomain").path("DomainName").asText());
    assertEquals("v1", stack.properties("HttpMapping").path("ApiMappingKey").asText());
    assertEquals("HttpApi", stack.properties("HttpMapping").path("ApiId").asText());
    assertFalse(template.with(Map.of()).has("HttpDomain"));
  }

  @Test
  void accessLogsGoToYourBucketForEachBucketOfTheStack() {
    Stack stack = template.with(Map.of("LogBucketName", "access-logs"));
    Set<String> prefixes = new HashSet<>();

    for (String bucket : stack.resources("AWS::S3::Bucket")) {
      JsonNode logging = stack.properties(bucket).path("LoggingConfiguration");
      assertEquals("access-logs", logging.path("DestinationBucketName").asText(), bucket);
      assertTrue(prefixes.add(logging.path("LogFilePrefix").asText()), bucket);
    }
  }

  private static String variable(Stack stack, String name) {
    return stack.properties("ImagenFunction").at("/Environment/Variables/" + name).asText();
  }

  /** Where a role may do something. */
  private static Set<String> resources(Stack stack, String role, String action) {
    Set<String> resources = new HashSet<>();
    for (JsonNode statement : stack.statements(role)) {
      if (texts(statement.path("Action")).anyMatch(action::equals)) {
        texts(statement.path("Resource")).forEach(resources::add);
      }
    }
    return resources;
  }

  private static List<JsonNode> queueStatements(Stack stack) {
    return stack
        .properties("RequestQueuePolicy")
        .at("/PolicyDocument/Statement")
        .valueStream()
        .filter(each -> each.path("Effect").asText().equals("Allow"))
        .toList();
  }

  private static Set<String> senders(Stack stack) {
    Set<String> senders = new HashSet<>();
    for (JsonNode statement : queueStatements(stack)) {
      texts(statement.at("/Condition/ArnEquals/aws:SourceArn")).forEach(senders::add);
    }
    return senders;
  }

  private static Stream<String> texts(JsonNode oneOrMany) {
    return (oneOrMany.isArray() ? oneOrMany.valueStream() : Stream.of(oneOrMany))
        .map(JsonNode::asText);
  }
}
