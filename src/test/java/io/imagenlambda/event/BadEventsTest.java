package io.imagenlambda.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Events that AWS's own services never send, but whoever may invoke the function can. */
final class BadEventsTest {
  private static final InMemoryFunction FUNCTION = new InMemoryFunction();

  /** Begins as UTF-32 does, and then is none. */
  private static final String UTF_32 = "\0\0\0{\u008a\0\0\0";

  private static JsonNode handle(Object event) throws IOException {
    return FUNCTION.handle(event.toString().getBytes(UTF_8));
  }

  @Test
  void whatCannotBeReadAsJsonIsOfNoKnownKind() throws IOException {
    for (String event :
        List.of(
            "prompt=p", "{", UTF_32, "[".repeat(5000), "{\"prompt\":" + "1".repeat(5000) + "}")) {
      String told = handle(event).asText();
      assertTrue(
          told.startsWith("UNKNOWN_EVENT: this event is of no known kind: it has no JSON"), told);
    }
  }

  @Test
  void aBodyThatIsSaidToBeBase64AndIsNotIsTheCallersFault() throws IOException {
    JsonNode answer =
        handle(
            Sample.of("http-api")
                .with("/isBase64Encoded", BooleanNode.TRUE)
                .with("/body", "{\"prompt\":\"p\"}"));

    assertEquals(400, answer.path("statusCode").asInt());
    assertEquals(
        "the body is marked as base64 (isBase64Encoded) but is not",
        Sample.node(answer.path("body").asText()).path("detail").asText());
  }

  @Test
  void aRequestThatIsNoTextIsNoJsonWhereverItComes() throws IOException {
    String told = "the request is not text in UTF-8";
    JsonNode body =
        Sample.node(handle(Sample.of("http-api").with("/body", UTF_32)).path("body").asText());
    assertEquals(told, body.path("detail").asText());

    JsonNode line = handleObject(UTF_32).at("/invalid/0/detail");
    assertTrue(line.asText().startsWith("the object is not text in UTF-8"), line::toString);
  }

  @Test
  void textThatHasHalfACharacterIsRefusedHoweverItIsWrapped() throws IOException {
    String told = "the request has half a character, a surrogate without its other";
    Sample post = Sample.of("http-api").with("/body", "HALF");
    Sample message = Sample.of("sns").with("/Records/0/Sns/Message", "HALF");
    String half = "{\\\"prompt\\\":\\\"\\ud83d\\\"}"; // as it stands in a text of the event
    JsonNode body =
        Sample.node(handle(post.toString().replace("HALF", half)).path("body").asText());
    assertEquals(told, body.path("detail").asText());
    assertEquals(
        "INVALID_REQUEST: " + told, handle(message.toString().replace("HALF", half)).asText());
    assertEquals(0, FUNCTION.paidCalls());
  }

  @Test
  void anObjectThatIsNoJsonFromItsFirstCharacterIsARequestThatIsNone() throws IOException {
    for (String object : List.of("a lighthouse in fog", "<html>", "]")) {
      String told = handleObject(object).at("/invalid/0/detail").asText();
      assertTrue(told.startsWith("the request is not JSON: "), told);
    }
  }

  private static JsonNode handleObject(String content) throws IOException {
    FUNCTION.upload("requests/inbox/request.json", content.getBytes(UTF_8));
    return handle(Sample.of("s3"));
  }

  @Test
  void aNotificationWhoseKeyIsNotPercentEncodedIsNoRequest() throws IOException {
    assertEquals(
        "INVALID_REQUEST: the key \"100%.json\" of the S3 event is not percent-encoded",
        handle(Sample.of("s3").with("/Records/0/s3/object/key", "100%.json")).asText());
  }

  /** Many minutes where the search begins anew at every character, else well under a second. */
  @Test
  @Timeout(60)
  void aLongPathAndALongIdAreReadInOnePass() throws IOException {
    assertEquals(
        404,
        handle(Sample.of("http-api").with("/rawPath", "/" + "/".repeat(1_000_000) + "x"))
            .path("statusCode")
            .asInt());
    assertEquals(
        422,
        handle(
                Sample.of("http-api")
                    .with("/requestContext/requestId", "a" + ".".repeat(1_000_000) + "x"))
            .path("statusCode")
            .asInt());
  }
}
