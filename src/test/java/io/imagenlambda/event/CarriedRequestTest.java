package io.imagenlambda.event;

import static io.imagenlambda.event.Expected.assertMatches;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.imagenlambda.lab.LabServersProfile;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A request inside an SNS message or a custom event, and those inside one another. */
@QuarkusTest
@TestProfile(LabServersProfile.class)
class CarriedRequestTest extends LabServersCase {
  private static final String MESSAGE_ID = "95df01b4-ee98-5cb9-9903-4c221d41eb5e";
  private static final String EVENT_ID = "6a7e8feb-b491-4cf7-a9f1-bf3703467718";

  @Test
  void anSnsMessageIsARequestThatHasTheMessagesId() {
    assertMatches(
        "{\"results\":[" + Expected.result(MESSAGE_ID) + "]}", Lambda.answer(Sample.of("sns")));
    assertMatches(
        "{\"results\":[" + Expected.replayed(MESSAGE_ID) + "]}", Lambda.answer(Sample.of("sns")));
    assertEquals(1, lab.calls());
  }

  @Test
  void theDetailOfACustomEventIsARequestThatHasTheEventsId() {
    assertMatches(
        "{\"results\":[" + Expected.result(EVENT_ID) + "]}",
        Lambda.answer(Sample.of("eventbridge-custom")));
    assertEquals(List.of("0.png", "claim-0.json", "result.json"), lab.outputs(EVENT_ID));
  }

  @Test
  void aCustomEventMayBeNamedLikeOneOfS3() {
    Sample event =
        Sample.of("eventbridge-custom")
            .with("/detail-type", "Object Created")
            .with("/id", "named-like-s3");

    assertMatches("{\"results\":[" + Expected.result("named-like-s3") + "]}", Lambda.answer(event));
  }

  @Test
  void aCustomEventComesThroughSnsAndAQueueWithItsOwnId() {
    Sample event = Sample.of("eventbridge-custom").with("/id", "far-travelled");
    Sample sns = Sample.of("sns-envelope").with("/Message", event.toString());

    assertMatches(
        "{\"batchItemFailures\":[]}",
        Lambda.answer(Sample.batch(Sample.of("sqs-message").with("/body", sns.toString()))));
    assertEquals(List.of("0.png", "claim-0.json", "result.json"), lab.outputs("far-travelled"));
  }

  @Test
  void whatLambdaGaveUpRunsFromItsRecordUnderTheIdThatItHad() {
    Sample record =
        Sample.of("destination")
            .with("/requestContext/requestId", "given-up")
            .with("/requestPayload", Sample.parse("{\"prompt\":\"a lighthouse\"}"));

    assertMatches(
        "{\"batchItemFailures\":[]}",
        Lambda.answer(Sample.batch(Sample.of("sqs-message").with("/body", record.toString()))));
    assertTrue(lab.outputs("given-up").contains("result.json"));
  }

  @Test
  void whatSucceededDoesNotRunAgainFromItsRecord() {
    Sample record =
        Sample.of("destination")
            .with("/requestContext/condition", "Success")
            .with("/requestPayload", Sample.parse("{\"prompt\":\"a lighthouse\"}"));

    assertMatches(
        "{\"ignored\":[\"the record of an event that succeeded\"]}", Lambda.answer(record));
    assertEquals(0, lab.calls());
  }

  @Test
  void aSubscriptionsConfirmationInTheQueueIsDoneWith() {
    Sample confirmation = Sample.of("sns-envelope").with("/Type", "SubscriptionConfirmation");

    assertMatches(
        "{\"batchItemFailures\":[]}",
        Lambda.answer(
            Sample.batch(Sample.of("sqs-message").with("/body", confirmation.toString()))));
    assertEquals(0, lab.calls());
  }

  @Test
  void messagesThatAPipeHandsOverRunAsThoseOfAQueue() {
    Sample message =
        Sample.of("sqs-message").with("/body", "{\"id\":\"piped\",\"prompt\":\"a lighthouse\"}");

    assertMatches("{\"batchItemFailures\":[]}", Lambda.answer("[" + message + "]"));
    assertTrue(lab.outputs("piped").contains("result.json"));
  }

  @Test
  void anInvalidRequestInsideIsAFunctionError() {
    assertMatches(
        Expected.error("InvalidRequest", "prompt is missing: it is the text of the image"),
        Lambda.error(Sample.of("eventbridge-custom").with("/detail", Sample.parse("{}"))));
    assertMatches(
        Expected.error("InvalidRequest", "~the request must be a JSON object such as .*"),
        Lambda.error(Sample.of("eventbridge-custom").with("/detail", NullNode.getInstance())));
    assertMatches(
        Expected.error("InvalidRequest", "~the request is not JSON: .*"),
        Lambda.error(Sample.of("sns").with("/Records/0/Sns/Message", "draw a lighthouse")));
    assertEquals(0, lab.calls());
  }

  @Test
  void fourEnvelopesAreOpenedAndAFifthIsRefused() {
    Sample wrapped = Sample.parse("{\"id\":\"wrapped\",\"prompt\":\"p\"}");
    for (int i = 0; i < 4; i++) {
      wrapped = Sample.of("eventbridge-custom").with("/detail", wrapped);
    }
    assertEquals(1, Lambda.answer(wrapped).path("results").size());

    JsonNode error = Lambda.error(Sample.of("eventbridge-custom").with("/detail", wrapped));
    assertMatches(Expected.error("InvalidRequest", "the event has more than 4 envelopes"), error);
  }
}
