package io.imagenlambda.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import io.imagenlambda.Wiring;
import io.imagenlambda.provider.CountingProvider;
import io.imagenlambda.provider.Provider;
import io.imagenlambda.queue.ScriptedSqs;
import io.imagenlambda.queue.Sqs;
import io.imagenlambda.request.FunctionError;
import io.imagenlambda.settings.Settings;
import io.imagenlambda.settings.TestSettings;
import io.imagenlambda.storage.InMemoryS3;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Pattern;

/**
 * The function with its own classes down to its edges, and there stand-ins for S3, SQS and the
 * predict API that cost no time. It holds every event to what no event may break.
 */
final class InMemoryFunction {
  /** Whatever an event says: nothing is written but in a folder of its own under the prefix. */
  private static final Pattern OUTPUT =
      Pattern.compile(
          "images/images/((_manifests/)?[A-Za-z0-9][A-Za-z0-9._-]{0,127}|_check)"
              + "/([a-z]+(-\\d+)?\\.json|ref-\\d+\\.(png|jpg|webp|heic|heif))");

  private static final String QUEUE = "https://sqs.eu-central-1.amazonaws.com/123456789012/later";

  // Kept, because a logger that nobody holds forgets its handlers.
  private static final Logger LOGGER = Logger.getLogger("io.imagenlambda");

  private final InMemoryS3 s3 = new InMemoryS3();
  private final ScriptedSqs sqs = new ScriptedSqs();
  private final CountingProvider provider = new CountingProvider();
  private final ObjectMapper mapper = Wiring.mapper();
  private final List<Throwable> unexpected = new ArrayList<>();
  private final Events events;

  InMemoryFunction() {
    Settings settings =
        TestSettings.of(
            "QUEUE_URL",
            QUEUE,
            "IMAGEN_SCHEDULE_REQUESTS",
            "s3://requests/schedule.jsonl",
            "IMAGEN_URL_STYLE",
            "cdn",
            "IMAGEN_CDN_BASE_URL",
            "https://cdn.example.com");
    events =
        s3.under(new Wiring())
            .with(Settings.class, settings)
            .with(ObjectMapper.class, mapper)
            .with(Sqs.class, sqs.sqs())
            .with(Provider.class, provider)
            .make(Events.class);
  }

  /**
   * Hands an event to the function, which answers with JSON or a {@link FunctionError}, logs no
   * exception that it did not expect, and asks nobody anything for an event that it does not know.
   *
   * @return the answer, or the function error as text: its type, a colon, what it says
   */
  JsonNode handle(byte[] event) throws IOException {
    s3.forget();
    sqs.clear();
    provider.clear();
    unexpected.clear();
    Handler log = new Unexpected();
    LOGGER.setUseParentHandlers(false);
    LOGGER.addHandler(log);
    JsonNode answer;
    try {
      answer = answer(event);
    } finally {
      LOGGER.removeHandler(log);
      LOGGER.setUseParentHandlers(true);
    }
    s3.written().forEach(name -> assertTrue(OUTPUT.matcher(name).matches(), name));
    assertEquals(List.of(), unexpected);
    return answer;
  }

  private JsonNode answer(byte[] event) throws IOException {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    try {
      events.handle(
          new ByteArrayInputStream(event), answer, Lambda.context(Duration.ofMinutes(10)));
      return mapper.readTree(answer.toByteArray());
    } catch (FunctionError error) {
      if (error.type() == FunctionError.Type.UNKNOWN_EVENT) {
        assertEquals(0, s3.calls() + sqs.batches().size() + provider.calls());
      }
      return TextNode.valueOf(error.type() + ": " + error.text());
    }
  }

  /** Stores an object with requests, for every event from now on; its bucket is in its name. */
  void upload(String bucketAndKey, byte[] content) {
    s3.keep(bucketAndKey, content);
  }

  /** How often the predict API was called for the last event. */
  int paidCalls() {
    return provider.calls();
  }

  /** An exception in a message of a queue ends in the log, and the message comes again. */
  private final class Unexpected extends Handler {
    @Override
    public synchronized void publish(LogRecord line) {
      if (line.getThrown() != null) {
        unexpected.add(line.getThrown());
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
