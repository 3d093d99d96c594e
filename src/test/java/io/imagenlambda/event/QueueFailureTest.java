package io.imagenlambda.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.imagenlambda.Wiring;
import io.imagenlambda.provider.CountingProvider;
import io.imagenlambda.provider.Provider;
import io.imagenlambda.queue.RequestQueue;
import io.imagenlambda.queue.ScriptedSqs;
import io.imagenlambda.request.FunctionError;
import io.imagenlambda.settings.Settings;
import io.imagenlambda.settings.TestSettings;
import io.imagenlambda.storage.InMemoryS3;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A request that the queue did not take is not in progress, and its id is free. */
final class QueueFailureTest {
  private static final String QUEUE = "https://sqs.eu-central-1.amazonaws.com/123456789012/later";

  private final InMemoryS3 s3 = new InMemoryS3();
  private final ScriptedSqs sqs = new ScriptedSqs();
  private final ObjectMapper mapper = Wiring.mapper();
  private final Events events =
      s3.under(new Wiring())
          .with(
              Settings.class,
              TestSettings.of(
                  "QUEUE_URL",
                  QUEUE,
                  "IMAGEN_URL_STYLE",
                  "cdn",
                  "IMAGEN_CDN_BASE_URL",
                  "https://cdn.example.com"))
          .with(ObjectMapper.class, mapper)
          .with(RequestQueue.class, sqs.queue(URI.create(QUEUE)))
          .with(Provider.class, new CountingProvider())
          .make(Events.class);

  private JsonNode answer(Sample event) {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    try {
      events.handle(
          new ByteArrayInputStream(event.toString().getBytes(StandardCharsets.UTF_8)),
          answer,
          Lambda.context(Duration.ofMinutes(10)));
      return mapper.readTree(answer.toByteArray());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private int post(String prompt) {
    String body = "{\"id\":\"later\",\"prompt\":\"" + prompt + "\"}";
    return answer(HttpCall.post(body).header("prefer", "respond-async").event())
        .path("statusCode")
        .asInt();
  }

  private JsonNode get(String id) {
    return answer(HttpCall.get("/images/" + id).event());
  }

  @Test
  void theIdOfARequestThatTheQueueDidNotTakeIsFreeForAnyOther() {
    sqs.nextBatchRefusesAll();
    assertEquals(503, post("a pier"));
    JsonNode unknown = get("later");
    assertEquals(404, unknown.path("statusCode").asInt());
    assertTrue(unknown.path("body").asText().contains("the queue did not take it"));

    assertEquals(202, post("a ship"));
    assertEquals(202, get("later").path("statusCode").asInt());
    assertEquals(409, post("a pier"));
  }

  @Test
  void theLinesOfAManifestThatTheQueueDidNotTakeAreNotInProgress() {
    s3.keep(
        "uploads/lines.jsonl",
        "{\"id\":\"one\",\"prompt\":\"a\"}\n{\"id\":\"two\",\"prompt\":\"b\"}\n"
            .getBytes(StandardCharsets.UTF_8));
    Sample upload =
        Sample.of("s3")
            .with("/Records/0/s3/bucket/name", "uploads")
            .with("/Records/0/s3/object/key", "lines.jsonl");
    sqs.nextBatchRefusesAll();

    assertThrows(FunctionError.class, () -> answer(upload));
    assertEquals(404, get("one").path("statusCode").asInt());
    assertEquals(404, get("two").path("statusCode").asInt());

    var _ = answer(upload);
    assertEquals(202, get("one").path("statusCode").asInt());
  }
}
