package io.imagenlambda.provider;

import static io.imagenlambda.provider.FakeUpstream.answer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.imagenlambda.provider.FakeUpstream.Request;
import io.imagenlambda.provider.FakeUpstream.Script;
import io.imagenlambda.provider.gemini.GenerateContentWire;
import io.imagenlambda.provider.imagen.PredictWire;
import io.imagenlambda.provider.net.AnswerBuffers;
import io.imagenlambda.request.Deadline;
import io.imagenlambda.request.Finding;
import io.imagenlambda.settings.Settings;
import io.imagenlambda.settings.TestSettings;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** What the answers of all kinds of APIs say of base URL, key and model. */
@QuarkusTest
@NullUnmarked
class ProviderCheckTest extends UpstreamCase {
  private static final String IMAGEN = "imagen-4.0-generate-001";
  private static final String GEMINI = "gemini-3-pro-image";
  private static final Duration WITHIN = Duration.ofSeconds(30);

  private static final Script BAD_ARGUMENT =
      google(400, "INVALID_ARGUMENT", "Request contains an invalid argument.", "");
  private static final Script NO_CONTENTS =
      google(
          400,
          "INVALID_ARGUMENT",
          "* GenerateContentRequest.contents: contents is not specified\\n",
          "");
  private static final Script BAD_KEY =
      google(
          400,
          "INVALID_ARGUMENT",
          "API key not valid. Please pass a valid API key.",
          "{\"reason\":\"API_KEY_INVALID\"}");
  private static final Script NO_ROUTE = answer(404, "{\"detail\":\"Not Found\"}");

  @Inject Vertx vertx;
  @Inject AnswerBuffers buffers;
  @Inject ObjectMapper mapper;

  private static Script google(int code, String status, String message, String detail) {
    return answer(
        code,
        "{\"error\":{\"code\":%d,\"message\":\"%s\",\"status\":\"%s\",\"details\":[%s]}}"
            .formatted(code, message, status, detail));
  }

  private static Script describes(String... methods) {
    return answer(
        200,
        "{\"name\":\"models/m\",\"supportedGenerationMethods\":[%s]}"
            .formatted(
                String.join(",", Arrays.stream(methods).map(m -> "\"" + m + "\"").toList())));
  }

  private List<Finding> check(String model, Script... scripts) {
    upstream.will(scripts);
    Settings settings =
        TestSettings.of(
            "TOKAIFY_BASE_URL",
            upstream.url(),
            "TOKAIFY_API_KEY",
            FakeUpstreamResource.KEY,
            "IMAGEN_MODEL",
            model);
    Wire wire =
        model.equals(IMAGEN)
            ? new PredictWire(settings, Duration.ofSeconds(5), mapper)
            : new GenerateContentWire(settings, Duration.ofSeconds(5), mapper);
    List<Finding> findings =
        Calls.provider(settings, wire, vertx, buffers, mapper, name -> "")
            .make(Provider.class)
            .check(Deadline.in(WITHIN));
    assertEquals(scripts.length, upstream.requests().size());
    assertTrue(
        findings.stream().noneMatch(each -> each.message().contains(FakeUpstreamResource.KEY)),
        findings::toString);
    return findings;
  }

  /** Of base URL, key and model. */
  private static void assertFound(List<Finding> findings, Boolean... ok) {
    assertEquals(
        Arrays.asList(ok), findings.stream().map(Finding::ok).toList(), findings::toString);
  }

  private List<String> lines() {
    return upstream.requests().stream().map(Request::line).toList();
  }

  @Test
  void googleRefusesAKeyBeforeABodyAndDescribesItsModels() {
    assertFound(
        check(GEMINI, NO_CONTENTS, BAD_KEY, describes("generateContent", "countTokens")),
        true,
        true,
        true);

    String path = "/v1beta/models/" + GEMINI;
    String call = "POST " + path + ":generateContent HTTP/1.1";
    assertEquals(List.of(call, call, "GET " + path + " HTTP/1.1"), lines());
    assertEquals(
        List.of("{\"contents\":[]}", "{\"contents\":[]}", ""),
        upstream.requests().stream().map(Request::body).toList());
    assertEquals(
        List.of(FakeUpstreamResource.KEY, ProviderCheck.NO_KEY, FakeUpstreamResource.KEY),
        upstream.requests().stream()
            .map(request -> request.headers().get("authorization").substring("Bearer ".length()))
            .toList());
  }

  @Test
  void aModelThatGoogleDoesNotHaveIsWrongThoughItsBodyIsRefusedFirst() {
    assertFound(
        check(GEMINI, NO_CONTENTS, BAD_KEY, google(404, "NOT_FOUND", "models/m is not found", "")),
        true,
        true,
        false);
  }

  @Test
  void aModelThatIsCalledInAnotherWayIsWrong() {
    assertFound(
        check(IMAGEN, BAD_ARGUMENT, BAD_KEY, describes("predictLongRunning")), true, true, false);
    assertEquals("{\"instances\":[]}", upstream.requests().getFirst().body());
  }

  @Test
  void aRelayThatRefusesAnotherKeyAndAnotherModelFirstHasFoundOurs() {
    Script noChannel =
        answer(
            503,
            "{\"error\":{\"message\":\"No available channel for model x\",\"code\":\"model_not_found\"}}");
    Script noContents =
        answer(
            500, "{\"error\":{\"message\":\"contents is required\",\"code\":\"invalid_request\"}}");
    Script badToken = answer(401, "{\"error\":{\"message\":\"Invalid token\",\"code\":\"\"}}");

    assertFound(check(GEMINI, noContents, badToken, NO_ROUTE, noChannel), true, true, true);
    assertEquals(
        "POST /v1beta/models/%s:generateContent HTTP/1.1".formatted(ProviderCheck.NO_MODEL),
        lines().getLast());
  }

  /** LiteLLM's proxy with a channel for all models: the body is refused by Google, behind it. */
  @Test
  void aRelayThatTakesAnyModelSaysNothingOfOurs() {
    Script behind =
        answer(
            400,
            "{\"error\":{\"message\":\"litellm.BadRequestError: GeminiException - {\\\"error\\\":"
                + " {\\\"code\\\": 400, \\\"message\\\": \\\"* GenerateContentRequest.contents:"
                + " contents is not specified\\\", \\\"status\\\": \\\"INVALID_ARGUMENT\\\"}}\","
                + "\"code\":\"400\"}}");
    Script badKey =
        answer(401, "{\"error\":{\"message\":\"Authentication Error\",\"code\":\"401\"}}");

    assertFound(check(GEMINI, behind, badKey, NO_ROUTE, behind), true, true, null);
  }

  @Test
  void anApiThatLooksAtTheBodyFirstSaysNothingOfKeyAndModel() {
    assertFound(
        check(IMAGEN, BAD_ARGUMENT, BAD_ARGUMENT, NO_ROUTE, BAD_ARGUMENT), null, null, null);
  }

  @Test
  void aPageIsNotTheDescriptionOfAModel() {
    Script page = answer(200, "<html></html>");

    assertFound(check(IMAGEN, BAD_ARGUMENT, BAD_KEY, page, BAD_ARGUMENT), true, true, null);
  }

  @Test
  void aBodyThatIsTakenIsReportedAsWhatMayBeCharged() {
    List<Finding> findings = check(IMAGEN, answer(200, Recorded.bytes("two-images.json")), BAD_KEY);

    assertFound(findings, null, true, null);
    assertTrue(findings.getFirst().message().contains("may charge"), findings::toString);
  }

  @Test
  void anOverloadedProviderIsNotWrong() {
    Script overloaded = google(503, "UNAVAILABLE", "The model is overloaded.", "");

    assertFound(check(IMAGEN, overloaded, BAD_KEY), null, true, null);
  }

  @Test
  void aRedirectIsAnotherBaseUrl() {
    List<Finding> findings = check(IMAGEN, answer(301, "", "Location: https://elsewhere.example/"));

    assertFound(findings, false, null, null);
    assertTrue(findings.getFirst().message().contains("https://elsewhere.example/"));
  }

  @Test
  void aPageWithGoodNewsIsNotTheImageApi() {
    Script page = answer(200, "<html>Welcome</html>");

    assertFound(check(IMAGEN, page, page), null, null, false);
  }

  @Test
  void aKeyThatIsRepeatedInARefusalIsMasked() {
    Finding key =
        check(
                IMAGEN,
                answer(
                    401,
                    "{\"error\":{\"message\":\"Incorrect API key provided: %s\"}}"
                        .formatted(FakeUpstreamResource.KEY)))
            .get(1);

    assertEquals(false, key.ok());
    assertTrue(key.message().contains("provided: ***"), key.message());
  }

  @Test
  void anAccountThatIsUsedUpIsSaidInTheProvidersWords() {
    List<Finding> findings =
        check(
            IMAGEN,
            answer(
                403,
                "{\"error\":{\"message\":\"user quota is not enough\",\"code\":\"insufficient_user_quota\"}}"));

    assertFound(findings, true, false, null);
    assertTrue(findings.get(1).message().contains("user quota is not enough"));
    assertFalse(findings.get(1).message().contains("\n"));
  }
}
