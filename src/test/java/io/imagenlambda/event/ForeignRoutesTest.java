package io.imagenlambda.event;

import static io.imagenlambda.event.Expected.assertMatches;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.imagenlambda.lab.RefusedCallsProfile;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients that others wrote are answered in their API's words, and with no status that they repeat
 * by themselves, under a new id, where that would be paid for again.
 */
@QuarkusTest
@TestProfile(RefusedCallsProfile.class)
class ForeignRoutesTest extends LabServersCase {
  private static final String OPENAI = "/v1/images/generations";

  /** One of the APIs, and how it asks for one image. */
  enum Api {
    PREDICT(
        "/v1beta/models/imagen-4.0-generate-001:predict",
        "{\"instances\":[{\"prompt\":\"%s\"}],\"parameters\":{\"sampleCount\":1}}",
        "/error/message",
        "/predictions/0/gcsUri",
        "/predictions/0/bytesBase64Encoded"),
    GENERATE_CONTENT(
        "/v1beta/models/gemini-nano-banana-2.1:generateContent",
        "{\"contents\":[{\"parts\":[{\"text\":\"%s\"}]}]}",
        "/error/message",
        "/candidates/0/content/parts/0/fileData/fileUri",
        "/candidates/0/content/parts/0/inlineData/data"),
    IMAGES(OPENAI, "{\"prompt\":\"%s\"}", "/error/message", "/data/0/url", "/data/0/b64_json");

    private final String path;
    private final String body;
    private final String message;
    private final String url;
    private final String bytes;

    Api(String path, String body, String message, String url, String bytes) {
      this.path = path;
      this.body = body;
      this.message = message;
      this.url = url;
      this.bytes = bytes;
    }

    HttpCall call(String id, String prompt) {
      return HttpCall.post(body.formatted(prompt))
          .path(path)
          .header("idempotency-key", name().toLowerCase(Locale.ROOT) + id);
    }
  }

  @ParameterizedTest
  @EnumSource
  void anImageIsAnAddressOrItsBytes(Api api) throws NoSuchAlgorithmException {
    JsonNode urls = api.call("-urls", "a pier").answer();
    JsonNode bytes = api.call("-bytes", "a pier").header("x-imagen-response", "bytes").answer();

    assertEquals(200, urls.path("statusCode").asInt(), urls.toString());
    assertTrue(HttpCall.body(urls).at(api.url).asText().startsWith("http"), urls.toString());
    assertEquals(200, bytes.path("statusCode").asInt(), bytes.toString());
    byte[] image = Base64.getDecoder().decode(HttpCall.body(bytes).at(api.bytes).asText());
    assertEquals(lab.journal().imagesServed().getLast(), sha256(image));
    assertEquals(2, lab.calls());
  }

  private static String sha256(byte[] bytes) throws NoSuchAlgorithmException {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  @ParameterizedTest
  @EnumSource
  void whatMayHaveBeenChargedIsNotRepeatedByAnyClient(Api api) {
    for (String fault : List.of("504", "cut=1", "not-an-image", "408", "524", "half-image")) {
      assertNotAgain(api, "-" + fault.replace('=', '-'), "[fault:%s] a pier".formatted(fault));
      assertEquals(1, lab.calls(), fault);
      lab.forget();
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatTheOperatorMustMendIsNotRepeatedAndDoesNotTellWhy(Api api) {
    JsonNode answer = assertNotAgain(api, "-key", "[fault:bad-key] a pier");

    assertTrue(
        HttpCall.body(answer).at(api.message).asText().contains("its operator must act"),
        answer.toString());
  }

  @ParameterizedTest
  @EnumSource
  void aRejectedRequestIsNotRepeated(Api api) {
    assertNotAgain(api, "-400", "[fault:400] a pier");
  }

  @ParameterizedTest
  @EnumSource
  void anIdOfAnotherRequestIsNotRepeated(Api api) {
    api.call("-taken", "a pier").answer();
    assertNotAgain(api, "-taken", "another pier");
    assertEquals(1, lab.calls());
  }

  @ParameterizedTest
  @EnumSource
  void onlyWhatWasNotChargedMayBeRepeated(Api api) {
    for (String fault : List.of("429=9999", "503-relay=9999")) {
      JsonNode answer =
          api.call("-busy-" + fault.charAt(0), "[fault:%s] a pier".formatted(fault)).answer();

      assertTrue(List.of(429, 503).contains(answer.path("statusCode").asInt()), answer.toString());
      assertEquals("9999", answer.at("/headers/retry-after").asText());
      assertFalse(answer.path("headers").has("x-should-retry"));
      assertFalse(HttpCall.body(answer).at(api.message).asText().isEmpty());
    }
  }

  /** Two calls, one of which is refused for long. */
  private static final String HALF_MADE =
      "{\"model\":\"gemini-nano-banana-2.1\",\"prompt\":\"[fault:429=9999x1] %s\",%s}";

  @Test
  void whatIsHalfMadeGoesToTheQueueAndIsNotRepeatedUnderAnotherId() {
    JsonNode answer =
        HttpCall.post(HALF_MADE.formatted("theirs", "\"n\":2"))
            .path(OPENAI)
            .header("idempotency-key", "half-made")
            .answer();

    assertEquals(422, answer.path("statusCode").asInt(), answer.toString());
    assertEquals("false", answer.at("/headers/x-should-retry").asText());
    assertEquals("../../images/half-made", answer.at("/headers/location").asText());
    assertTrue(lab.outputs("half-made").contains("request.json"), "it waits on the queue");
    assertEquals(2, lab.calls());
  }

  @Test
  void whatIsHalfMadeIsAcceptedOnOurOwnRoute() {
    JsonNode answer =
        HttpCall.post(
                HALF_MADE.formatted(
                    "ours", "\"parameters\":{\"sampleCount\":2},\"id\":\"half-ours\""))
            .answer();

    assertEquals(202, answer.path("statusCode").asInt(), answer.toString());
    assertEquals("images/half-ours", answer.at("/headers/location").asText());
    assertTrue(lab.outputs("half-ours").contains("request.json"), "it waits on the queue");
  }

  @ParameterizedTest
  @EnumSource
  void anInvalidRequestCostsNothingAndNamesItsFault(Api api) {
    JsonNode answer = api.call("-empty", "").answer();

    assertEquals(400, answer.path("statusCode").asInt(), answer.toString());
    assertTrue(
        HttpCall.body(answer).at(api.message).asText().contains("is empty"), answer.toString());
    assertEquals(0, lab.calls());
  }

  private static JsonNode assertNotAgain(Api api, String id, String prompt) {
    JsonNode answer = api.call(id, prompt).answer();

    assertEquals(422, answer.path("statusCode").asInt(), answer.toString());
    assertEquals("false", answer.at("/headers/x-should-retry").asText());
    assertEquals("application/json", answer.at("/headers/content-type").asText());
    String location = answer.at("/headers/location").asText();
    assertTrue(location.matches("\\.\\./\\.\\./.*images/[a-z_]+" + id), location);
    return answer;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/models/imagen-4.0-fast-generate-001:predict",
        "/v1beta1/publishers/google/models/imagen-4.0-fast-generate-001:predict",
        "/v1/projects/p-1/locations/us-central1/publishers/google/models/imagen-4.0-fast-generate-001%3Apredict",
        "/v1beta1/projects/p-1/locations/global/publishers/google/models/imagen-4.0-fast-generate-001:predict",
      })
  void theRoutesOfVertexAreThereToo(String path) {
    JsonNode answer = HttpCall.post(Api.PREDICT.body.formatted("a pier")).path(path).answer();

    assertEquals(200, answer.path("statusCode").asInt(), answer.toString());
    assertEquals("imagen-4.0-fast-generate-001", lab.journal().calls().getFirst().model());
  }

  @Test
  void aGoogleErrorHasItsFaultsByField() {
    JsonNode answer =
        HttpCall.post("{\"instances\":[{\"prompt\":\"p\"}],\"parameters\":{\"sampleCount\":9}}")
            .path(Api.PREDICT.path)
            .answer();

    assertMatches(
        """
        {"error":{"code":400,"status":"INVALID_ARGUMENT","message":"~parameters.sampleCount is 9 .*",
          "details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"BAD_REQUEST",
                      "domain":"imagen-lambda","metadata":{}},
                     {"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[
                       {"field":"#/parameters/sampleCount","description":"~parameters.*"}]}]}}\
        """,
        HttpCall.body(answer));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"n\":5                         | n           | n is 5 but must be a whole number from 1 to 4",
        "\"size\":\"1000x300\"           | size        | ~size is \"1000x300\" but must be auto, or .*",
        "\"quality\":\"hd\"              | quality     | quality is \"hd\" but must be one of auto, standard",
        "\"stream\":true                 | stream      | stream is true but must be one of false",
        "\"mask\":\"x\"                  | mask        | mask has no counterpart here: leave it out",
        "\"user\":7                      | user        | user is 7 but must be a string",
      })
  void whatOpenAiHasAndWeHaveNotIsRefusedByItsName(String field, String param, String message) {
    JsonNode answer = HttpCall.post("{\"prompt\":\"p\",%s}".formatted(field)).path(OPENAI).answer();

    assertEquals(400, answer.path("statusCode").asInt(), answer.toString());
    assertMatches(
        """
        {"error":{"message":%s,"type":"invalid_request_error","param":"%s","code":"bad_request"}}\
        """
            .formatted("\"" + message.replace("\"", "\\\"") + "\"", param),
        HttpCall.body(answer));
    assertEquals(0, lab.calls());
  }

  @ParameterizedTest
  @CsvSource({
    "1024x1024, 1:1, ",
    "1792x1024, 16:9, ",
    "1024x1792, 9:16, ",
    "2048x2048, 1:1, 2K",
    "auto, , ",
  })
  void aSizeIsARatioAndAnImageSize(String size, String ratio, String imageSize) {
    JsonNode answer =
        HttpCall.post(
                ("{\"prompt\":\"p\",\"size\":\"%s\",\"response_format\":null,\"n\":1,"
                        + "\"quality\":\"standard\"}")
                    .formatted(size))
            .path(OPENAI)
            .answer();

    assertEquals(200, answer.path("statusCode").asInt(), answer.toString());
    JsonNode sent = Sample.node(lab.journal().calls().getFirst().body()).path("parameters");
    assertEquals(ratio, sent.path("aspectRatio").textValue());
    assertEquals(imageSize, sent.path("imageSize").textValue());
    assertEquals(1, sent.path("sampleCount").asInt());
  }

  @Test
  void aUserBecomesTheTenantAndNoAddressIsKept() {
    HttpCall.post("{\"prompt\":\"p\",\"user\":\"shop-1\"}")
        .path(OPENAI)
        .header("idempotency-key", "by-shop")
        .answer();
    HttpCall.post("{\"prompt\":\"p\",\"user\":\"jo@example.com\"}")
        .path(OPENAI)
        .header("idempotency-key", "by-jo")
        .answer();

    assertEquals(
        "shop-1", Sample.node(lab.output("images/by-shop/result.json")).path("tenant").asText());
    String tenant = Sample.node(lab.output("images/by-jo/result.json")).path("tenant").asText();
    assertTrue(tenant.matches("[0-9a-f-]{36}"), tenant);
  }

  @Test
  void theFiltersVerdictIsAnErrorOfOpenAi() {
    JsonNode answer = HttpCall.post("{\"prompt\":\"[fault:all-filtered]\"}").path(OPENAI).answer();

    assertEquals(422, answer.path("statusCode").asInt(), answer.toString());
    assertEquals("moderation_blocked", HttpCall.body(answer).at("/error/code").asText());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"sampleCount\":3}                      | ~parameters.sampleCount is 3, but .*",
        "{}                                       | ~parameters.sampleCount is 4, but .*",
        "{\"sampleCount\":1,\"imageSize\":\"2K\"} | ~parameters.imageSize is 2K, but .*",
      })
  void bytesThatWouldNotFitIntoAnAnswerAreRefusedBeforeTheyArePaidFor(
      String parameters, String message) {
    JsonNode answer =
        HttpCall.post(
                "{\"instances\":[{\"prompt\":\"p\"}],\"parameters\":%s}".formatted(parameters))
            .path(Api.PREDICT.path)
            .header("x-imagen-response", "bytes")
            .answer();

    assertEquals(400, answer.path("statusCode").asInt(), answer.toString());
    assertMatches("\"" + message + "\"", HttpCall.body(answer).at("/error/message"));
    assertEquals(0, lab.calls());
  }

  @Test
  void aLoadBalancersAnswerHasNoBytes() {
    Sample event =
        Sample.of("alb")
            .with("/httpMethod", "POST")
            .with("/path", Api.IMAGES.path)
            .with("/headers/x-imagen-response", "bytes")
            .with("/body", "{\"prompt\":\"p\"}");

    JsonNode answer = Lambda.answer(event);

    assertEquals(400, answer.path("statusCode").asInt(), answer.toString());
    assertTrue(answer.path("body").asText().contains("1 MB at most"), answer.toString());
    assertEquals(0, lab.calls());
  }

  @Test
  void imagesThatAreTooLargeAfterAllAreAnsweredWithTheirAddresses() {
    JsonNode answer =
        Api.PREDICT
            .call("-large", "[size:5MB] a pier")
            .header("x-imagen-response", "bytes")
            .answer();

    assertEquals(200, answer.path("statusCode").asInt(), answer.toString());
    assertTrue(
        HttpCall.body(answer).at(Api.PREDICT.url).asText().startsWith("http"), answer.toString());
  }
}
