package io.imagenlambda.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The stacks of {@code stacks.json}, which CI also gives to AWS's tools, leave no parameter out,
 * and what cannot be together is refused before anything is made.
 */
final class StacksTest {
  private static final Template TEMPLATE = Template.read();
  private static final Map<String, Map<String, String>> STACKS = read();

  static List<String> parameters() {
    return TEMPLATE.parameters().stream()
        .filter(name -> !name.equals("ApiKeySecretArn")) // there is no stack without it
        .toList();
  }

  @ParameterizedTest
  @MethodSource("parameters")
  void everyParameterChangesAStackThatCiTries(String parameter) {
    String usual = TEMPLATE.parameter(parameter).path("Default").asText();
    List<Map<String, String>> with =
        STACKS.values().stream()
            .filter(stack -> !stack.getOrDefault(parameter, usual).equals(usual))
            .toList();

    assertTrue(!with.isEmpty(), () -> "no stack of stacks.json gives " + parameter);
    for (Map<String, String> stack : with) {
      Map<String, String> without = new HashMap<>(stack);
      without.remove(parameter);
      assertNotEquals(
          TEMPLATE.with(without).whole(), TEMPLATE.with(stack).whole(), stack::toString);
    }
  }

  static List<String> stacks() {
    return List.copyOf(STACKS.keySet());
  }

  @ParameterizedTest
  @MethodSource("stacks")
  void everyStackThatCiTriesIsTaken(String name) {
    assertEquals(List.of(), TEMPLATE.with(STACKS.get(name)).refusals());
  }

  static List<Map<String, String>> refused() {
    return List.of(
        Map.of("", "Runtime java25 needs Release", "Runtime", "java25"),
        Map.of("", "Rollout needs Release", "Rollout", "Canary10Percent5Minutes"),
        Map.of("", "needs JwtIssuer", "HttpAuthorization", "JWT", "JwtAudience", "images"),
        Map.of("", "needs JwtAudience", "HttpAuthorization", "JWT", "JwtIssuer", "https://a.b"),
        Map.of("", "needs ClientKeysSecretArn", "HttpAuthorization", "KEY"),
        Map.of("", "needs CdnBaseUrl", "ImagesBucketName", "mine", "UrlStyle", "cdn"),
        Map.of(
            "",
            "CdnDistributionArn is for the stack's own",
            "ImagesBucketName",
            "mine",
            "CdnDistributionArn",
            "arn:aws:cloudfront::123456789012:distribution/E1"),
        Map.of("", "SubnetIds and SecurityGroupIds", "SubnetIds", "subnet-12345678"),
        Map.of("", "SubnetIds and SecurityGroupIds", "SecurityGroupIds", "sg-12345678"),
        Map.of("", "DomainName needs CertificateArn", "DomainName", "a.example.com"),
        Map.of("", "BasePath needs DomainName", "BasePath", "v1"),
        Map.of("", "QueueSenders has ARNs", "QueueSenders", "arn:aws:s3:::uploads"),
        Map.of("", "SourceBuckets has ARNs", "SourceBuckets", "uploads"),
        Map.of("", "RolePath begins and ends with a slash", "RolePath", "images"),
        Map.of("", "KmsKeyArn is the ARN of a key", "KmsKeyArn", "alias/mine"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void whatCannotBeTogetherIsRefusedByName(Map<String, String> given) {
    Map<String, String> parameters = new HashMap<>(given);
    String why = parameters.remove("");

    List<String> refusals = TEMPLATE.with(parameters).refusals();

    assertEquals(1, refusals.size(), refusals::toString);
    assertTrue(refusals.getFirst().contains(why), refusals::toString);
  }

  private static Map<String, Map<String, String>> read() {
    try (InputStream file = StacksTest.class.getResourceAsStream("/stacks.json")) {
      return new ObjectMapper().readValue(file, new TypeReference<>() {});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
