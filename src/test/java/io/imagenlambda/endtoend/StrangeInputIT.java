package io.imagenlambda.endtoend;

import static io.imagenlambda.request.TestRequests.request;
import static io.restassured.RestAssured.config;
import static io.restassured.RestAssured.given;
import static io.restassured.config.EncoderConfig.encoderConfig;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabOptions;
import io.imagenlambda.lab.runtime.Answer;
import io.restassured.path.json.JsonPath;
import java.nio.charset.Charset;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;

/** What other people's software writes: read as it is meant, or refused before it costs money. */
final class StrangeInputIT extends LabCase {
  private static final String ONE = request("one", "p");
  private static final String TWO = request("two", "p");

  StrangeInputIT() {
    super(LabOptions.forTests());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'prompt':'p','prompt':'q'}                                   | prompt",
        "{'prompt':'p','parameters':{'sampleCount':1,'sampleCount':4}} | parameters.sampleCount",
        "{'source':'shop','detail-type':'order','detail':{'prompt':'p','id':'a','id':'b'}}"
            + " | detail.id",
      })
  void aFieldThatStandsTwiceIsRefusedAndCostsNothing(String event, String field) {
    assertRefused(event, field + " stands there twice");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'prompt':'p','parameters':{'seed':1e400}}          | parameters.seed is a number",
        "{'prompt':'p','parameters':{'guidance':1e-400}}     | parameters.guidance is a number",
        "{'prompt':'half a \\ud83d'}                       | prompt has half a character",
        "{'prompt':'caf\\ufffd'}                           | prompt has U+FFFD",
      })
  void whatWouldNotSurviveIsRefusedAndCostsNothing(String event, String why) {
    assertRefused(event, why);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\\u00a0", "\\u202f", "\\u0085", "\\u200b", "\\ufeff", "\\u0000", " \\u2003\\t"})
  void aPromptOfWhichNothingCanBeSeenIsEmptyAndCostsNothing(String prompt) {
    assertRefused("{'prompt':'%s'}".formatted(prompt), "prompt is empty");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[%s,%s}]", "[%s,%s],", "[%s,%s];", "[%s,%s]\0", "[%s,%s]\u001a", "[%s,%s]\ufeff",
        "[%s,%s] // done", "%s%s,", "%s %s }", "[%s,%s,]", "[%s,%s", "[%s]%s:"
      })
  void whatStandsBehindTheRequestsOfAnObjectIsRefusedByItsPlaceAndTheyRun(String object) {
    JsonPath report = uploaded("typo.json", object.formatted(ONE, TWO).getBytes(UTF_8));

    assertEquals(List.of("one", "two"), report.getList("queued"));
    assertEquals(List.of(3), report.getList("invalid.line"));
    assertEquals(List.of("s3://requests/typo.json"), report.getList("invalid.object"));
    assertTrue(
        report.getString("invalid[0].detail").startsWith("the request is not JSON: "),
        report.prettify());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[%s,%s}]   | a comma and a value, or ]",
        "[%s,%s     | a comma and a value, or ]",
        "[%s,%s];   | nothing more, or a JSON value",
        "%s,%s      | a JSON value",
      })
  void itIsToldWhatWasExpectedThere(String object, String expected) {
    JsonPath report = uploaded("told.json", object.formatted(ONE, TWO).getBytes(UTF_8));

    String told = report.getString("invalid[0].detail");
    assertTrue(told.startsWith("the request is not JSON: line 1, column "), told);
    assertTrue(told.endsWith(": expected " + expected), told);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[%s][%s]", "[%s]\n[%s]", "%s[%s]", "[%s]%s", "%s\n%s", "[][%s,%s][]"})
  void everyArrayAndEveryValueOfAnObjectIsRun(String object) {
    JsonPath report = uploaded("two-arrays.json", object.formatted(ONE, TWO).getBytes(UTF_8));

    assertEquals(List.of("one", "two"), report.getList("queued"));
    assertNull(report.getList("invalid"), report::prettify);
  }

  @Test
  void aTypoBehindManyRequestsIsRefusedAndAllOfThemAreQueued() {
    String many =
        IntStream.range(0, 250)
            .mapToObj(i -> request("many-" + i, "p"))
            .collect(Collectors.joining(",", "[", "}]"));

    JsonPath report = uploaded("many.json", many.getBytes(UTF_8));

    assertEquals(250, report.getList("queued").size());
    assertEquals(List.of(251), report.getList("invalid.line"));
  }

  @Test
  void aLineWithACharacterThatSqsDoesNotTakeIsQueuedLikeTheOthers() {
    String lines =
        IntStream.range(0, 25)
            .mapToObj(i -> request("line-" + i, i == 9 ? "a \\ufffe b" : i == 17 ? "\uFFFF" : "p"))
            .collect(Collectors.joining("\n"));

    JsonPath report = uploaded("noncharacter.jsonl", lines.getBytes(UTF_8));

    assertEquals(25, report.getList("queued").size(), report::prettify);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\ufffe", "\uFFFF", "\\u0001", "\u007F", "\\ud83f\\udffe"})
  void anAsynchronousPostWithAnyCharacterIsAccepted(String character) {
    String id = "character-" + Integer.toHexString(character.hashCode());
    given()
        .header("Prefer", "respond-async")
        .contentType("application/json; charset=utf-8")
        .body(request(id, "a " + character).getBytes(UTF_8))
        .post(lab.url() + "/images")
        .then()
        .statusCode(202);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE"})
  void aTextWithAByteOrderMarkIsReadByIt(String charset) {
    byte[] lines = ("\uFEFF\n" + ONE + "\r\n" + TWO + "\n").getBytes(Charset.forName(charset));
    byte[] array = "\uFEFF[%s,%s]".formatted(ONE, TWO).getBytes(Charset.forName(charset));

    for (JsonPath report :
        List.of(uploaded("marked.jsonl", lines), uploaded("marked.json", array))) {
      assertEquals(List.of("one", "two"), report.getList("queued"));
      assertNull(report.getList("invalid"), report::prettify);
    }
  }

  @Test
  void aPromptInUtf16IsReadByItsByteOrderMark() {
    JsonPath report =
        uploaded("prompt.txt", "\uFEFFa café in 東京 \uD83D\uDE00\r\n".getBytes(UTF_16LE));

    assertEquals("succeeded", report.getString("results[0].status"));
    String body = lab.predict().journal().calls().getFirst().body();
    assertTrue(body.contains("\"a café in 東京 "), body);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "UTF-16LE     | a café",
        "UTF-16BE     | a café",
        "UTF-16LE     | 京都の東京",
        "UTF-32LE     | \uFEFFa café",
        "UTF-32BE     | \uFEFFa café",
        "ISO-8859-1   | a café",
        "windows-1252 | a “café”",
        "Shift_JIS    | 東京の夜",
      })
  void whatIsNotUtf8AndHasNoMarkIsRefusedAsAWholeAndCostsNothing(String charset, String prompt) {
    Charset other = Charset.forName(charset);
    String lines = "%s\n%s\n%s\n".formatted(ONE, TWO, request("three", prompt));
    if (prompt.startsWith("\uFEFF")) {
      lines = "\uFEFF" + lines.replace("\uFEFF", "");
    }

    assertNotText(uploaded("strange.txt", prompt.getBytes(other)));
    assertNotText(uploaded("strange.jsonl", lines.getBytes(other)));
    assertNotText(uploaded("strange.json", lines.strip().replace("\n", " ").getBytes(other)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1f8b0800000000000003cb48cdc9c9070086a6103605000000",
        "89504e470d0a1a0a0000000d49484452",
        "255044462d312e370a312030206f626a",
        "504b0304140006000800000021000000000000000000",
        "ffd8ffe000104a46494600010101",
        "c0aec0af",
        "eda080"
      })
  void aBinaryFileIsRefusedAndCostsNothing(String hex) {
    assertNotText(uploaded("binary.txt", HexFormat.of().parseHex(hex)));
  }

  private void assertNotText(JsonPath report) {
    assertEquals(List.of(1), report.getList("invalid.line"), report::prettify);
    String why = report.getString("invalid[0].detail");
    assertTrue(why.startsWith("the object is not text in UTF-8, nor in UTF-16"), why);
    assertNull(report.getList("queued"), report::prettify);
    assertEquals(0, calls());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Content-Type     | application/json; charset=windows-1252 | declared as windows-1252",
        "Content-Type     | application/json;charset=\"UTF-16\" | declared as UTF-16",
        "Content-Type     | text/plain; charset=Shift_JIS        | declared as Shift_JIS",
        "Content-Encoding | gzip                                 | declared as gzip",
        "Content-Encoding | deflate, br                          | declared as deflate, br",
      })
  void aBodyThatIsDeclaredAsSomethingElseThanUtf8Is415(String header, String value, String why) {
    Map<String, String> messages =
        Map.of(
            "/images", "detail",
            "/v1beta/models/imagen-4.0-generate-001:predict", "error.message",
            "/v1/images/generations", "error.message");
    messages.forEach((path, message) ->
        given()
            .header(header, value)
            .body(ONE.getBytes(UTF_8))
            .post(lab.url() + path)
            .then()
            .statusCode(415)
            .body(message, containsString(why)));
    assertEquals(0, calls());
  }

  @Test
  void aBodyInLatin1IsReadAsItIsDeclared() {
    given()
        .contentType("application/octet-stream; charset=ISO-8859-1")
        .body(request("latin-1", "a café").getBytes(ISO_8859_1))
        .post(lab.url() + "/images")
        .then()
        .statusCode(200);
    String body = lab.predict().journal().calls().getFirst().body();
    assertTrue(body.contains("\"a café\""), body);
  }

  @ParameterizedTest
  @ValueSource(strings = {"caf\u00e9", "\u0000"})
  void aBodyThatIsNotUtf8IsRefusedAndCostsNothing(String prompt) {
    given()
        .config(
            config()
                .encoderConfig(
                    encoderConfig().appendDefaultContentCharsetToContentTypeIfUndefined(false)))
        .contentType("application/octet-stream")
        .body(request("latin", prompt).getBytes(prompt.equals("\0") ? UTF_16LE : ISO_8859_1))
        .post(lab.url() + "/images")
        .then()
        .statusCode(400)
        .body("detail", equalTo("the request is not text in UTF-8"));
    assertEquals(0, calls());
  }

  @Test
  void anImageThatIsCutInAWholeAnswerCostsItselfAndIsKeptByItsName() {
    Answer answer =
        lab.function()
            .invoke(
                "{\"id\":\"half\",\"prompt\":\"[fault:half-image] p\",\"parameters\":{\"sampleCount\":3}}");

    JsonPath result = JsonPath.from(assertInstanceOf(Answer.Success.class, answer).text());
    assertEquals("partial", result.getString("status"), result::prettify);
    assertEquals(2, result.getList("images").size());
    assertEquals("image_cut", result.getString("error.code"));
    String message = result.getString("error.message");
    assertTrue(message.contains("is cut after"), message);
    assertTrue(message.endsWith("images/half/0-cut.png"), message);
    byte[] kept =
        lab.s3()
            .getObjectAsBytes(get -> get.bucket(Lab.OUTPUT_BUCKET).key("images/half/0-cut.png"))
            .asByteArray();
    assertTrue(message.contains("cut after %d bytes".formatted(kept.length)), message);
  }

  private JsonPath uploaded(String key, byte[] content) {
    lab.s3()
        .putObject(put -> put.bucket(Lab.REQUEST_BUCKET).key(key), RequestBody.fromBytes(content));
    Answer answer =
        lab.function()
            .invoke(
                ("{\"Records\":[{\"eventSource\":\"aws:s3\",\"eventName\":\"ObjectCreated:Put\","
                        + "\"s3\":{\"bucket\":{\"name\":\"%s\"},\"object\":{\"key\":\"%s\"}}}]}")
                    .formatted(Lab.REQUEST_BUCKET, key));
    assertInstanceOf(Answer.Success.class, answer, answer.text());
    return JsonPath.from(answer.text());
  }

  /** By the executable's name for it, and before anything is paid for. */
  private void assertRefused(String singleQuotedEvent, String why) {
    Answer answer = lab.function().invoke(singleQuotedEvent.replace('\'', '"'));
    var error = assertInstanceOf(Answer.FunctionError.class, answer, answer::text);
    assertEquals("InvalidRequest", error.errorType(), error.errorMessage());
    assertTrue(error.errorMessage().startsWith(why), error.errorMessage());
    assertEquals(0, calls());
  }
}
