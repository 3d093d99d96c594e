package io.imagenlambda.deploy;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabOptions;
import io.imagenlambda.lab.trigger.TriggerOptions;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.sync.RequestBody;

/** Every answer that {@code deploy/openapi.yaml} speaks of, from the running function. */
final class OpenApiIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final OpenApi API = OpenApi.read();
  private static final String LATER = "respond-async";
  private static final String TOO_LONG = "x".repeat(500_000);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @AutoClose private static final Lab lab = Lab.start(LabOptions.forTests());

  @AutoClose
  private static final Lab withoutBucket =
      Lab.start(LabOptions.forTests().env("OUTPUT_BUCKET", "no-such-bucket"));

  /** Callers need a key here. */
  @AutoClose
  private static final Lab locked =
      Lab.start(LabOptions.forTests().env("IMAGEN_CLIENT_KEYS_SECRET", "clients"));

  /** Requests die here after a few seconds. */
  @AutoClose
  private static final Lab impatient =
      Lab.start(LabOptions.forTests().triggers(TriggerOptions.ON).env("IMAGEN_MAX_AGE", "1s"));

  @BeforeAll
  static void aRequestDies() throws Exception {
    Call.generate(202, "dead", "[fault:quota]").with("Prefer", LATER).send(impatient);
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (Call.find(410, "dead").send(impatient).statusCode() == 202 && System.nanoTime() < end) {
      Thread.sleep(500);
    }
  }

  /** As the function writes them of objects with many requests. */
  @BeforeAll
  static void manifestsAreRead() {
    String soFar =
        "{\"object\":\"s3://in/a.jsonl\",\"lines\":100,\"queued\":99,\"refused\":1,"
            + "\"refusals\":[{\"line\":7,\"detail\":\"prompt is missing\"}]%s}";
    keep("begun/progress.json", soFar.formatted(""));
    keep("ended/report.json", soFar.formatted(",\"endedAt\":\"2026-11-29T10:00:00Z\""));
  }

  private static void keep(String key, String json) {
    var _ =
        lab.s3()
            .putObject(
                put -> put.bucket(Lab.OUTPUT_BUCKET).key("images/_manifests/" + key),
                RequestBody.fromString(json));
  }

  /** A call, and the status that it has to get. */
  record Call(
      String operation, int status, String path, String prompt, Map<String, String> headers) {
    static Call generate(int status, String id, String prompt) {
      return new Call("generateImages", status, "/images", prompt, Map.of("Idempotency-Key", id));
    }

    static Call find(int status, String id) {
      return new Call("findImages", status, "/images/" + id, "", Map.of());
    }

    static Call look(int status, String id) {
      return new Call("lookAtImages", status, "/images/" + id, "", Map.of());
    }

    static Call manifest(int status, String id) {
      return new Call("findManifest", status, "/manifests/" + id, "", Map.of());
    }

    static Call predict(int status, String id, String prompt) {
      return new Call(
          "predict",
          status,
          "/v1beta/models/imagen-4.0-generate-001:predict",
          prompt,
          Map.of("Idempotency-Key", id));
    }

    static Call content(int status, String id, String prompt) {
      return new Call(
          "generateContent",
          status,
          "/v1beta/models/gemini-nano-banana-2.1:generateContent",
          prompt,
          Map.of("Idempotency-Key", id));
    }

    static Call openAi(int status, String id, String prompt) {
      return new Call(
          "createImage", status, "/v1/images/generations", prompt, Map.of("Idempotency-Key", id));
    }

    Call with(String name, String value) {
      return new Call(
          operation,
          status,
          path,
          prompt,
          Map.of(name, value, "Idempotency-Key", headers.get("Idempotency-Key")));
    }

    /** An empty prompt is no request. */
    String body() {
      return switch (operation) {
        case "predict" ->
            "{\"instances\":[{\"prompt\":\"%s\"}],\"parameters\":{\"sampleCount\":2}}"
                .formatted(prompt);
        case "generateContent" ->
            "{\"contents\":[{\"parts\":[{\"text\":\"%s\"}]}]}".formatted(prompt);
        case "createImage" -> "{\"prompt\":\"%s\",\"n\":2}".formatted(prompt);
        default -> "{\"prompt\":\"%s\",\"parameters\":{\"sampleCount\":2}}".formatted(prompt);
      };
    }

    Response send(Lab to) {
      RequestSpecification call = given().urlEncodingEnabled(false).headers(headers);
      String url = to.url() + path;
      return switch (operation) {
        case "findImages", "findManifest" -> call.get(url);
        case "lookAtImages" -> call.head(url);
        default -> call.body(body()).post(url);
      };
    }

    /** Whether it asks what became of a request. */
    boolean asks() {
      return path.startsWith("/images/") || path.startsWith("/manifests/");
    }

    Lab where() {
      return switch (status) {
        case 401 -> locked;
        case 410 -> impatient;
        case 503 -> asks() ? withoutBucket : lab;
        default -> lab;
      };
    }

    @Override
    public String toString() {
      return operation + " " + status;
    }
  }

  static List<Call> calls() {
    return List.of(
        Call.generate(200, "made", "a pier"),
        Call.generate(202, "queued", "a pier").with("Prefer", LATER),
        Call.generate(400, "wrong", ""),
        Call.generate(401, "locked", "a pier"),
        Call.generate(409, "made", "another pier"),
        Call.generate(413, "long", TOO_LONG),
        Call.generate(415, "packed", "a pier").with("Content-Encoding", "gzip"),
        Call.generate(422, "filtered", "[fault:all-filtered]"),
        Call.generate(422, "rejected", "[fault:400]"),
        Call.generate(429, "too-many", "[fault:429=0.01]"),
        Call.generate(502, "refused", "[fault:quota]"),
        Call.generate(502, "unusable", "[fault:cut=1]"),
        Call.generate(503, "unavailable", "[fault:503=0.01]"),
        Call.generate(504, "timeout", "[fault:504]"),
        Call.find(200, "made"),
        Call.find(202, "queued"),
        Call.find(401, "made"),
        Call.find(404, "nobody"),
        Call.find(410, "dead"),
        Call.find(503, "made"),
        Call.look(200, "made"),
        Call.look(202, "queued"),
        Call.look(401, "made"),
        Call.look(404, "nobody"),
        Call.look(410, "dead"),
        Call.look(503, "made"),
        Call.manifest(200, "ended"),
        Call.manifest(202, "begun"),
        Call.manifest(401, "ended"),
        Call.manifest(404, "nobody"),
        Call.manifest(503, "ended"),
        Call.predict(200, "p-made", "[fault:filtered=1] a pier"),
        Call.predict(400, "p-wrong", ""),
        Call.predict(401, "p-locked", "a pier"),
        Call.predict(413, "p-long", TOO_LONG),
        Call.predict(415, "p-packed", "a pier").with("Content-Encoding", "gzip"),
        Call.predict(422, "p-refused", "[fault:quota]"),
        Call.predict(429, "p-too-many", "[fault:429=0.01]"),
        Call.predict(503, "p-unavailable", "[fault:503=0.01]"),
        Call.content(200, "c-made", "a pier"),
        Call.content(400, "c-wrong", ""),
        Call.content(401, "c-locked", "a pier"),
        Call.content(413, "c-long", TOO_LONG),
        Call.content(415, "c-packed", "a pier").with("Content-Encoding", "gzip"),
        Call.content(422, "c-timeout", "[fault:504]"),
        Call.content(429, "c-too-many", "[fault:429=0.01]"),
        Call.content(503, "c-unavailable", "[fault:503=0.01]"),
        Call.openAi(200, "o-made", "a pier"),
        Call.openAi(400, "o-wrong", ""),
        Call.openAi(401, "o-locked", "a pier"),
        Call.openAi(413, "o-long", TOO_LONG),
        Call.openAi(415, "o-packed", "a pier").with("Content-Encoding", "gzip"),
        Call.openAi(422, "o-filtered", "[fault:all-filtered]"),
        Call.openAi(429, "o-too-many", "[fault:429=0.01]"),
        Call.openAi(503, "o-unavailable", "[fault:503=0.01]"));
  }

  @ParameterizedTest
  @MethodSource("calls")
  void anAnswerIsAsItIsDescribed(Call call) throws Exception {
    Call.generate(200, "made", "a pier").send(lab);
    Call.generate(202, "queued", "a pier").with("Prefer", LATER).send(lab);

    Response answer = call.send(call.where());

    assertEquals(call.status(), answer.statusCode(), answer::asString);
    assertEquals(List.of(), API.faults(call.operation(), call.status(), answer), answer::asString);
    if (!call.asks()) {
      List<String> faults = API.faults(call.operation(), JSON.readTree(call.body()));
      assertEquals(call.status() == 400, !faults.isEmpty(), faults::toString);
    }
  }

  @Test
  void everyAnswerThatIsDescribedIsAskedFor() {
    assertEquals(
        Set.copyOf(API.answers()),
        calls().stream().map(Call::toString).collect(Collectors.toSet()));
  }

  @Test
  void everyExampleOfARequestMakesImages() {
    for (Call call : calls()) {
      if (call.status() == 200 && !call.asks()) {
        List<JsonNode> examples = API.examples(call.operation());
        assertFalse(examples.isEmpty(), call.operation());
        for (JsonNode example : examples) {
          Response answer = given().body(example.toString()).post(lab.url() + call.path());
          assertEquals(200, answer.statusCode(), answer::asString);
          assertEquals(List.of(), API.faults(call.operation(), 200, answer), answer::asString);
        }
      }
    }
  }

  /** The description and the function agree on what a request may be. */
  @Test
  void aRequestThatTheDescriptionRefusesIsRefused() throws Exception {
    for (String wrong :
        List.of(
            "{}",
            "{\"model\":\"m\"}",
            "{\"prompt\":\"p\",\"modle\":\"m\"}",
            "{\"prompt\":\"p\",\"size\":\"2K\"}",
            "{\"prompt\":\"p\",\"instances\":[{\"prompt\":\"p\"}]}",
            "{\"prompt\":\"p\",\"id\":\"a b\"}",
            "{\"prompt\":\"p\",\"model\":\"../x\"}",
            "{\"prompt\":\"p\",\"parameters\":{\"sampleCount\":5}}",
            "{\"prompt\":\"p\",\"parameters\":{\"aspectRatio\":\"2:1\"}}",
            "{\"prompt\":\"p\",\"parameters\":{\"imageSize\":\"8K\"}}",
            "{\"prompt\":\"p\",\"metadata\":{\"a b\":\"c\"}}",
            "{\"instances\":[]}",
            "{\"instances\":[{}]}",
            "{\"instances\":[{\"prompt\":\"p\",\"image\":{}}]}",
            "{\"contents\":[]}",
            "{\"contents\":[{\"parts\":[]}]}",
            "{\"contents\":[{\"parts\":[{\"inlineData\":{\"data\":\"iVBORw0KGgo=\"}}]}]}",
            "{\"contents\":[{\"parts\":[{\"text\":\"p\"}]}],\"parameters\":{}}",
            "{\"contents\":[{\"parts\":[{\"text\":\"p\"}]}],"
                + "\"generationConfig\":{\"candidateCount\":2}}",
            "{\"contents\":[{\"parts\":[{\"text\":\"p\"}]}],"
                + "\"generationConfig\":{\"imageConfig\":{\"imageSize\":\"1k\"}}}")) {
      JsonNode body = JSON.readTree(wrong);
      assertTrue(!API.faults("generateImages", body).isEmpty(), wrong);
      assertEquals(400, given().body(wrong).post(lab.url() + "/images").statusCode(), wrong);
    }
  }
}
