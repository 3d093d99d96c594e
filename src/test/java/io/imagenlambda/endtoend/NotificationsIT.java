package io.imagenlambda.endtoend;

import static io.imagenlambda.request.TestRequests.request;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabOptions;
import io.imagenlambda.lab.trigger.RequestQueue.Fate;
import io.imagenlambda.lab.trigger.TriggerOptions;
import io.imagenlambda.lab.trigger.TriggerOptions.Notifications;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * The lab's own endpoints, which need nothing but curl, and S3 telling the function itself: nobody
 * waits for the answer then, and Lambda repeats what failed.
 */
final class NotificationsIT extends LabCase {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  NotificationsIT() {
    super(
        LabOptions.forTests()
            .concurrency(2)
            .triggers(TriggerOptions.ON.notifications(Notifications.TO_FUNCTION)));
  }

  @Test
  void anUploadThatFailedForTheAccountIsHandedToTheFunctionAgain() throws Exception {
    given()
        .body(request("told", "[fault:quotax1] p"))
        .put(lab.url() + "/lab/requests/a.json")
        .then()
        .statusCode(200)
        .body("s3Uri", equalTo("s3://requests/a.json"));
    lab.predict().journal().awaitCalls(2, PATIENCE);
    lab.s3()
        .waiter()
        .waitUntilObjectExists(
            head -> head.bucket(Lab.OUTPUT_BUCKET).key("images/told/result.json"));

    assertEquals("succeeded", stored.result("told").getString("status"));
    assertEquals("account", stored.claim("told", 0).getString("outcome"));
    assertEquals(2, calls());
  }

  @Test
  void aMessageIsSentAndTheQueueIsSeenWithoutAnAwsClient() {
    String message =
        given()
            .body(request("by-curl", "p"))
            .post(lab.url() + "/lab/queue")
            .then()
            .statusCode(202)
            .extract()
            .path("messageId");
    assertEquals(Fate.DONE, lab.queue().awaitFate(message, PATIENCE));

    given()
        .get(lab.url() + "/lab/queue")
        .then()
        .statusCode(200)
        .body("waiting", equalTo(0))
        .body("inFlight", equalTo(0))
        .body("dead", equalTo(0))
        .body("deliveries[0].messageId", equalTo(message))
        .body("deliveries[0].done", equalTo(true));
    given().post(lab.url() + "/lab/redrive").then().statusCode(200).body("redriven", equalTo(0));
    assertEquals(1, calls());
  }
}
