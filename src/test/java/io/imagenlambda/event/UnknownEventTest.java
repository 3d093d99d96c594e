package io.imagenlambda.event;

import static io.imagenlambda.event.Expected.assertMatches;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.imagenlambda.lab.LabServersProfile;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What this function was not made for is told so, by the names of its keys, and costs nothing. */
@QuarkusTest
@TestProfile(LabServersProfile.class)
class UnknownEventTest extends LabServersCase {
  private static final String ACCEPTED =
      "; accepted are a request (prompt or instances), {\\\"check\\\":true}, an HTTP call"
          + " (requestContext), SQS, S3 and SNS records (Records), and EventBridge events (source,"
          + " detail-type, detail)";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "dynamodb    | the keys Records",
        "websocket   | the keys requestContext, isBase64Encoded",
        "destination | the keys version, timestamp, requestContext, requestPayload,"
            + " responseContext, responsePayload",
      })
  void anEventOfAnotherServiceIsAFunctionErrorThatNamesItsKeys(String event, String keys) {
    assertUnknown(Sample.of(event).toString(), keys);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"promt\":\"p\",\"size\":1} | the keys promt, size",
        "{\"id\":\"a\"}               | the keys id",
        "{\"Records\":[]}             | the keys Records",
        "{\"source\":\"a\"}           | the keys source",
        "{\"parameters\":[],\"actionGroup\":\"x\"} | the keys parameters, actionGroup",
        "[{\"body\":\"{}\"}]        | no keys",
        "{}                           | nothing in it, as a schedule's input {} (without an input,"
            + " a schedule runs the requests of IMAGEN_SCHEDULE_REQUESTS)",
        "[]                           | no keys",
        "null                         | no keys",
        "\"prompt\"                   | no keys",
      })
  void anythingElseIsToo(String event, String keys) {
    assertUnknown(event, keys);
  }

  /** Whoever answers such an event says whether the call is let in, to anybody who asks. */
  @ParameterizedTest
  @CsvSource({"http-api, routeArn", "http-api-payload-1, methodArn", "rest-api, methodArn"})
  void anAuthorizersEventIsNoCall(String call, String arn) {
    Sample event =
        Sample.of(call)
            .with("/type", "REQUEST")
            .with("/" + arn, "arn:aws:execute-api:eu-central-1:123456789012:api/prod/POST/images");

    assertEquals("UnknownEvent", Lambda.error(event).path("errorType").asText());
    assertEquals(0, lab.calls());
  }

  private void assertUnknown(String event, String keys) {
    assertMatches(
        Expected.error("UnknownEvent", "this event is of no known kind: it has " + keys + ACCEPTED),
        Lambda.error(event));
    assertEquals(0, lab.calls());
    assertEquals(List.of(), lab.takeMessages());
  }
}
