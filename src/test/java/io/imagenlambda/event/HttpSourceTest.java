package io.imagenlambda.event;

import static io.imagenlambda.event.Expected.assertMatches;
import static io.imagenlambda.event.HttpCall.body;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import io.imagenlambda.lab.LabServersProfile;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every front door that AWS has for HTTP: the call is read and the answer written as it does. */
@QuarkusTest
@TestProfile(LabServersProfile.class)
class HttpSourceTest extends LabServersCase {
  private static final String ONE = ",\"parameters\":{\"sampleCount\":1}}";

  @ParameterizedTest
  @ValueSource(strings = {"http-api", "http-api-payload-1", "function-url", "rest-api"})
  void aPostIsAnsweredWithTheResult(String frontDoor) {
    String id = "post-through-" + frontDoor;

    JsonNode answer = Lambda.answer(post(frontDoor, id));

    assertMatches(
        """
        {"statusCode":200,"headers":{"content-type":"application/json"},"body":"~\\\\{.*",
         "isBase64Encoded":false}\
        """,
        answer);
    assertMatches(Expected.result(id), body(answer));
    assertEquals(List.of("0.png", "claim-0.json", "result.json"), lab.outputs(id));
    assertEquals(1, lab.calls());
  }

  @Test
  void aLoadBalancerGetsAStatusInWordsToo() {
    JsonNode answer = Lambda.answer(post("alb", "post-through-alb"));

    assertMatches(
        """
        {"statusCode":200,"statusDescription":"200 OK",
         "headers":{"content-type":"application/json"},"body":"~\\\\{.*","isBase64Encoded":false}\
        """,
        answer);
    assertMatches(Expected.result("post-through-alb"), body(answer));
  }

  @Test
  void aLoadBalancerThatSendsMultiValueHeadersGetsSuch() {
    JsonNode answer = Lambda.answer(post("alb-multi-value", "post-through-multi-value-alb"));

    assertMatches(
        """
        {"statusCode":200,"statusDescription":"200 OK",
         "multiValueHeaders":{"content-type":["application/json"]},
         "body":"~\\\\{.*","isBase64Encoded":false}\
        """,
        answer);
    assertMatches(Expected.result("post-through-multi-value-alb"), body(answer));
  }

  @ParameterizedTest
  @ValueSource(strings = {"http-api", "rest-api", "alb", "alb-multi-value"})
  void aBodyInBase64IsDecoded(String frontDoor) {
    String id = "base64-through-" + frontDoor;
    byte[] json =
        ("{\"id\":\"" + id + "\",\"prompt\":\"Bär\"" + ONE).getBytes(StandardCharsets.UTF_8);

    JsonNode answer =
        Lambda.answer(
            Sample.of(frontDoor)
                .with("/isBase64Encoded", BooleanNode.TRUE)
                .with("/body", Base64.getEncoder().encodeToString(json)));

    assertMatches(Expected.result(id), body(answer));
    assertEquals(1, lab.journal().callsWith("Bär").size());
  }

  @ParameterizedTest
  @CsvSource({
    "http-api, UbVhXjYnFiAEMfA-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "function-url, 3f0c1d9a-6b2e-4c57-9a41-0d5e8f7b2c10",
    "rest-api, 8d1f0a3c-52e7-4b69-8c0d-6e9f1a2b3c4d"
  })
  void aRequestThatNamesNoIdHasThatOfTheCall(String frontDoor, String id) {
    JsonNode answer = Lambda.answer(Sample.of(frontDoor));

    String given = body(answer).path("id").asText();
    assertTrue(given.matches(id), given);
  }

  @Test
  void aLoadBalancersCallHasTheIdOfTheInvocation() {
    JsonNode answer = Lambda.answer(Sample.of("alb"), "0b5c1f7e-8a9d-4e2b-b3c4-d5e6f7a8b9c0");

    assertMatches(Expected.result("0b5c1f7e-8a9d-4e2b-b3c4-d5e6f7a8b9c0"), body(answer));
  }

  @ParameterizedTest
  @CsvSource({
    "$default, /images",
    "prod, /prod/images",
    "prod, /images",
    "images, /images/images",
    "prod, /prod/images/"
  })
  void anHttpApisStageIsNoPartOfThePath(String stage, String path) {
    JsonNode answer =
        Lambda.answer(
            post("http-api", "stage")
                .with("/rawPath", path)
                .with("/requestContext/http/path", path)
                .with("/requestContext/stage", stage));

    assertEquals(200, answer.path("statusCode").asInt(), answer.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "http-api, application/x-www-form-urlencoded",
    "http-api, text/plain",
    "http-api, application/octet-stream"
  })
  void aBodyIsReadAsJsonWhateverItsTypeSays(String frontDoor, String type) {
    JsonNode answer =
        Lambda.answer(post(frontDoor, "whatever-type").with("/headers/content-type", type));

    assertEquals(200, answer.path("statusCode").asInt(), answer.toString());
  }

  @Test
  void headersThatComeSeveralTimesCountAllOfThem() {
    JsonNode answer =
        Lambda.answer(
            post("alb-multi-value", "prefers-twice")
                .with(
                    "/multiValueHeaders/Prefer",
                    Sample.node("[\"handling=strict\",\"Respond-Async; wait=10\"]")));

    assertEquals(202, answer.path("statusCode").asInt(), answer.toString());
  }

  private static Sample post(String frontDoor, String id) {
    return Sample.of(frontDoor)
        .with("/body", "{\"id\":\"" + id + "\",\"prompt\":\"a lighthouse\"" + ONE);
  }
}
