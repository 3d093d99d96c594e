package io.imagenlambda.endtoend;

import static io.imagenlambda.request.TestRequests.request;
import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabOptions;
import io.imagenlambda.lab.runtime.Answer;
import io.restassured.path.json.JsonPath;
import java.util.List;
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
        "{'prompt':'p','\\ud83d':1}                        | [\"?\"] has half a character",
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
