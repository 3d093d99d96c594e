package io.imagenlambda.event;

import static io.imagenlambda.event.Expected.assertMatches;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.lab.RefusedCallsProfile;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A request of an event that Lambda would soon give up waits on the queue, if it cannot run. */
@QuarkusTest
@TestProfile(RefusedCallsProfile.class)
class WaitingRequestsTest extends LabServersCase {
  @Test
  void aRequestOfAnEventIsQueuedUnderTheEventsId() {
    Sample event =
        Sample.of("eventbridge-custom")
            .with("/id", "account-fault")
            .with("/detail/prompt", "[fault:bad-key]");

    assertMatches("{\"queued\":[\"account-fault\"]}", Lambda.answer(event));
    assertEquals(
        List.of("claim-0.json", "claim-1.json", "request.json"), lab.outputs("account-fault"));
    String message = lab.takeMessages().getFirst();
    assertTrue(message.contains("\"id\":\"account-fault\""), message);
  }

  @Test
  void aRequestOfAnObjectIsQueuedUnderTheObjectsId() {
    lab.upload(
        "inbox/unavailable.json",
        "{\"prompt\":\"[fault:quotax1]\",\"parameters\":{\"sampleCount\":1}}");
    Sample event = Sample.of("s3").with("/Records/0/s3/object/key", "inbox/unavailable.json");

    String id = Lambda.answer(event).at("/queued/0").asText();
    String message = lab.takeMessages().getFirst();
    assertTrue(message.contains("\"id\":\"" + id + "\""), message);
  }
}
