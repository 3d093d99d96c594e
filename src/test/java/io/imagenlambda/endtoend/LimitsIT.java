package io.imagenlambda.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabOptions;
import io.imagenlambda.lab.predict.Fault;
import io.imagenlambda.lab.runtime.Answer;
import io.imagenlambda.lab.runtime.LambdaFunction;
import io.restassured.path.json.JsonPath;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.sqs.model.Message;

/** What is too much, too large or too strange is refused by its name; what was paid for is kept. */
final class LimitsIT extends LabCase {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ONE_PIXEL_PNG =
      "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
          + "0000000a49444154789c63600000000200018c9d3b6a0000000049454e44ae426082";

  private final LambdaFunction function =
      lab.functionWith(
          Map.of(
              "IMAGEN_MAX_PROMPT", "40",
              "IMAGEN_MAX_REQUESTS", "3",
              "IMAGEN_MAX_IMAGE_BYTES", "100000",
              "IMAGEN_MAX_IMAGE_PIXELS", "1000000"));

  LimitsIT() {
    super(LabOptions.forTests());
  }

  @Test
  void aPromptThatIsTooLongCostsNothing() {
    Answer answer = function.invoke(request("long", "a lighthouse ".repeat(4), 1));

    var error = assertInstanceOf(Answer.FunctionError.class, answer);
    assertEquals(
        "prompt has 52 characters but may have 40, see IMAGEN_MAX_PROMPT", error.errorMessage());
    assertEquals(0, calls());
  }

  @Test
  void ofAnObjectWithTooManyRequestsTheFirstAreQueuedAndTheRestIsReportedByItsLine() {
    String lines =
        IntStream.rangeClosed(1, 9)
            .mapToObj(line -> request("many-" + line, "a lighthouse", 1))
            .collect(Collectors.joining("\n"));

    JsonPath report = uploaded("many.jsonl", lines);

    assertEquals(List.of("many-1", "many-2", "many-3"), report.getList("queued"));
    assertEquals(List.of(4), report.getList("invalid.line"));
    assertTrue(
        report
            .getString("invalid[0].detail")
            .contains("more than 3 requests, see IMAGEN_MAX_REQUESTS"),
        report.prettify());
    assertEquals(3, queued());
    assertEquals("failed", stored.result(report.getString("invalid[0].id")).getString("status"));
  }

  @Test
  void anElementOfAnArrayThatIsTooLongIsReportedAndNotHeld() {
    String lines =
        "[%s,{\"prompt\":\"%s\"},%s]"
            .formatted(
                request("before", "a lighthouse", 1),
                "x".repeat(2_000_000),
                request("after", "a lighthouse", 1));

    JsonPath report = uploaded("long-element.json", lines);

    assertEquals(List.of("before"), report.getList("queued"));
    assertEquals(
        List.of("the request has more than 262144 bytes"), report.getList("invalid.detail"));
    assertEquals(1, queued());
  }

  @Test
  void anImageWithTooManyBytesIsNotStoredAndThoseBeforeItAre() {
    String small = png(1, 1);
    String large = Base64.getEncoder().encodeToString(new byte[100_001]);
    JsonPath result = answered("bytes", List.of(small, large));

    assertEquals("partial", result.getString("status"));
    assertEquals(1, result.getList("images").size());
    assertEquals("unknown", result.getString("error.outcome"));
    assertEquals("answer_too_large", result.getString("error.code"));
    assertTrue(result.getString("error.message").contains("IMAGEN_MAX_IMAGE_BYTES"));
  }

  @Test
  void anImageWithTooManyPixelsIsNotStored() {
    JsonPath result = answered("pixels", List.of(png(1000, 1000), png(1000, 1001)));

    assertEquals("partial", result.getString("status"));
    assertEquals(List.of(1000), result.getList("images.height"));
    assertEquals("unknown", result.getString("error.outcome"));
    assertTrue(
        result
            .getString("error.message")
            .contains(
                "an image of 1000 x 1001 is larger than IMAGEN_MAX_IMAGE_PIXELS allows, 1000000"),
        result.prettify());
  }

  @Test
  void imagesThatNobodyAskedForAreNotStored() {
    JsonPath result = answered("more", List.of(png(1, 1), png(2, 2), png(3, 3)));

    assertEquals("succeeded", result.getString("status"));
    assertEquals(List.of(1, 2), result.getList("images.width"));
    assertTrue(result.getString("warnings[0]").contains("may have 2 images, and more came"));
    assertEquals(List.of("0.png", "1.png", "claim-0.json", "result.json"), stored.of("more"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        "<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>",
        "<!doctype html><script>alert(1)</script>",
        "GIF89a......................................",
        "%PDF-1.7..................................."
      })
  void whatIsNoImageIsNeverStoredWhateverItIsDeclaredAs(String content) {
    String id = "strange-" + Integer.toHexString(content.hashCode());
    JsonPath result =
        answered(id, List.of(Base64.getEncoder().encodeToString(content.getBytes(UTF_8))));

    assertEquals("failed", result.getString("status"));
    assertEquals("not_an_image", result.getString("error.code"));
    assertEquals(List.of("claim-0.json", "result.json"), stored.of(id));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "..",
        "../x",
        "a/../../b",
        "%2e%2e",
        "a%2Fb",
        "a\\\\b",
        ".hidden",
        "a\\u0000b",
        "é"
      })
  void anIdThatCouldLeaveThePrefixIsRefused(String id) {
    Answer answer = function.invoke(request(id, "a lighthouse", 1));

    var error = assertInstanceOf(Answer.FunctionError.class, answer, answer::text);
    assertEquals("InvalidRequest", error.errorType());
    assertTrue(error.errorMessage().startsWith("id is "), error.errorMessage());
    assertEquals(0, calls());
  }

  @ParameterizedTest
  @ValueSource(strings = {"..%2Frequests%2Fx", "%2e%2e", "..", "x%00", "x%0d%0aX-Evil:1"})
  void anIdOfAPathThatCouldLeaveThePrefixIsNotFound(String id) {
    String path = "/images/" + id;
    String event =
        "{\"version\":\"2.0\",\"requestContext\":{\"http\":{\"method\":\"GET\"}},\"rawPath\":\"%s\"}"
            .formatted(path);
    JsonPath answer = JsonPath.from(function.invoke(event).text());
    assertEquals(404, answer.getInt("statusCode"), answer.prettify());
    assertTrue(answer.getString("body").contains("an id is 1 to 128"), answer.prettify());
  }

  @Test
  void aMediaTypeMayHaveAnyCaseAndParameters() {
    ObjectNode body = JSON.createObjectNode();
    body.withArray("predictions")
        .addObject()
        .put("bytesBase64Encoded", png(1, 1))
        .put("mimeType", "IMAGE/PNG; profile=\"x\"");
    lab.predict().nextCall(new Fault.Empty(body.toString()));

    Answer answer = function.invoke(request("media-type", "a lighthouse", 1));

    JsonPath result = JsonPath.from(assertInstanceOf(Answer.Success.class, answer).text());
    assertEquals("succeeded", result.getString("status"), result::prettify);
    assertEquals(List.of(), result.getList("warnings", String.class), result::prettify);
  }

  /** An answer to a request for two images, with these in base64, declared as PNG. */
  private JsonPath answered(String id, List<String> images) {
    ObjectNode body = JSON.createObjectNode();
    images.forEach(image ->
        body.withArray("predictions")
            .addObject()
            .put("bytesBase64Encoded", image)
            .put("mimeType", "image/png"));
    lab.predict().nextCall(new Fault.Empty(body.toString()));
    Answer answer = function.invoke(request(id, "a lighthouse", 2));
    assertInstanceOf(Answer.Success.class, answer, answer.text());
    return JsonPath.from(answer.text());
  }

  /** One that says so of its size, which is all that is read of it. */
  private static String png(int width, int height) {
    byte[] png = HexFormat.of().parseHex(ONE_PIXEL_PNG);
    for (int i = 0; i < 4; i++) {
      png[16 + i] = (byte) (width >> (24 - 8 * i));
      png[20 + i] = (byte) (height >> (24 - 8 * i));
    }
    return Base64.getEncoder().encodeToString(png);
  }

  private JsonPath uploaded(String key, String content) {
    lab.s3()
        .putObject(put -> put.bucket(Lab.REQUEST_BUCKET).key(key), RequestBody.fromString(content));
    Answer answer =
        function.invoke(
            ("{\"Records\":[{\"eventSource\":\"aws:s3\",\"eventName\":\"ObjectCreated:Put\","
                    + "\"s3\":{\"bucket\":{\"name\":\"%s\"},\"object\":{\"key\":\"%s\"}}}]}")
                .formatted(Lab.REQUEST_BUCKET, key));
    assertInstanceOf(Answer.Success.class, answer, answer.text());
    return JsonPath.from(answer.text());
  }

  /** Takes all messages off the queue and counts them. */
  private int queued() {
    String queue = lab.queueUrl("requests").toString();
    List<Message> messages =
        lab.sqs()
            .receiveMessage(receive -> receive.queueUrl(queue).maxNumberOfMessages(10))
            .messages();
    messages.forEach(message ->
        lab.sqs()
            .deleteMessage(
                delete -> delete.queueUrl(queue).receiptHandle(message.receiptHandle())));
    return messages.size();
  }

  private static String request(String id, String prompt, int images) {
    return "{\"id\":\"%s\",\"prompt\":\"%s\",\"parameters\":{\"sampleCount\":%d}}"
        .formatted(id, prompt, images);
  }
}
