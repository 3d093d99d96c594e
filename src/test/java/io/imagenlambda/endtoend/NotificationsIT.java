package io.imagenlambda.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabOptions;
import io.imagenlambda.lab.trigger.QueueState;
import io.imagenlambda.lab.trigger.TriggerOptions;
import io.imagenlambda.lab.trigger.TriggerOptions.Notifications;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;

/** S3 tells the function itself: nobody waits for the answer, and Lambda repeats what failed. */
final class NotificationsIT {
  @Test
  void anEventThatFailedForTheAccountIsHandedToTheFunctionAgain() throws Exception {
    try (Lab lab =
        Lab.start(
            LabOptions.forTests()
                .triggers(TriggerOptions.ON.notifications(Notifications.TO_FUNCTION)))) {
      lab.s3()
          .putObject(
              put -> put.bucket(Lab.REQUEST_BUCKET).key("a.json"),
              RequestBody.fromString(
                  """
                  {"id":"told","prompt":"[fault:quotax1] p","parameters":{"sampleCount":1}}"""));
      lab.predict().journal().awaitCalls(2, Duration.ofSeconds(30));
      lab.s3()
          .waiter()
          .waitUntilObjectExists(
              head -> head.bucket(Lab.OUTPUT_BUCKET).key("images/told/result.json"));

      StoredObjects stored = new StoredObjects(lab);
      assertEquals("succeeded", stored.result("told").getString("status"));
      assertEquals("account", stored.claim("told", 0).getString("outcome"));
      assertEquals(2, lab.predict().journal().calls().size());
      assertEquals(new QueueState(0, 0, 0), lab.queue().state());
    }
  }
}
