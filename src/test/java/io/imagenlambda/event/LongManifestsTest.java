package io.imagenlambda.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.imagenlambda.Wiring;
import io.imagenlambda.event.SqsSource.BatchResponse;
import io.imagenlambda.event.manifest.ManifestProgress;
import io.imagenlambda.event.manifest.Progress;
import io.imagenlambda.event.manifest.Report;
import io.imagenlambda.provider.CountingProvider;
import io.imagenlambda.provider.Provider;
import io.imagenlambda.queue.ScriptedSqs;
import io.imagenlambda.queue.Sqs;
import io.imagenlambda.request.Invocation;
import io.imagenlambda.request.TestClock;
import io.imagenlambda.settings.Settings;
import io.imagenlambda.settings.TestSettings;
import io.imagenlambda.storage.InMemoryS3;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A manifest that is longer than an invocation goes on in the next. */
final class LongManifestsTest {
  private static final int LINES = 250;
  private static final Duration TIME = Duration.ofSeconds(30);

  private final TestClock clock = new TestClock();
  private final InMemoryS3 s3 = new InMemoryS3();
  private final ScriptedSqs sqs = new ScriptedSqs();
  private final Wiring wiring = s3.under(new Wiring());
  private final ObjectMapper mapper = Wiring.mapper();

  @BeforeEach
  void start() {
    Settings settings =
        TestSettings.of(
            "QUEUE_URL",
            "https://sqs.eu-central-1.amazonaws.com/123456789012/requests",
            "IMAGEN_URL_STYLE",
            "cdn",
            "IMAGEN_CDN_BASE_URL",
            "https://cdn.example.com",
            "IMAGEN_MAX_REQUESTS",
            "1000000");
    wiring
        .with(Settings.class, settings)
        .with(ObjectMapper.class, mapper)
        .with(Clock.class, clock)
        .with(Sqs.class, sqs.sqs())
        .with(Provider.class, new CountingProvider());
    // a hundred lines take eleven seconds, so two chunks fit into an invocation
    s3.beforePut(key -> clock.pass(Duration.ofMillis(55)));
  }

  private void upload(String... more) {
    String lines =
        IntStream.rangeClosed(1, LINES)
            .mapToObj("{\"prompt\":\"pier %d\"}"::formatted)
            .collect(Collectors.joining("\n"));
    s3.keep("in/many.jsonl", (lines + "\n" + String.join("\n", more)).getBytes(UTF_8));
  }

  private Invocation invocation(String source) {
    return Invocation.begun("an-invocation", Optional.empty(), source, clock.deadline(TIME));
  }

  private List<String> deliver(Sample message) {
    return wiring
        .make(SqsSource.class)
        .answer(Sample.batch(message).json(), invocation("sqs"))
        .batchItemFailures()
        .stream()
        .map(BatchResponse.Failure::itemIdentifier)
        .toList();
  }

  private static Sample event() {
    return Sample.parse(
        """
        {"Records":[{"eventSource":"aws:s3","eventName":"ObjectCreated:Put",
          "s3":{"bucket":{"name":"in"},"object":{"key":"many.jsonl"}}}]}\
        """);
  }

  private static Sample message() {
    return Sample.of("sqs-message").with("/body", event().toString());
  }

  private List<String> queued() throws Exception {
    List<String> ids = new ArrayList<>();
    for (var batch : sqs.batches()) {
      for (var entry : batch) {
        JsonNode request = mapper.readTree(entry.messageBody());
        if (request.has("prompt")) {
          ids.add(request.path("id").asText());
        }
      }
    }
    return ids;
  }

  private String baseId() {
    String key =
        s3.written().stream()
            .filter(name -> name.contains("_manifests/"))
            .findFirst()
            .orElseThrow();
    return key.replaceFirst(".*_manifests/([^/]+)/.*", "$1");
  }

  private Progress progress() {
    return wiring.make(ManifestProgress.class).find(baseId()).orElseThrow();
  }

  @Test
  void itsMessageComesAtOnceAndGoesOnWhereItStoppedAndSendsNothingTwice() throws Exception {
    upload("{\"promt\":\"a typo\"}");

    assertEquals(1, deliver(message()).size(), "it is not done");
    assertEquals(
        List.of(Duration.ZERO),
        sqs.visibilities().stream().flatMap(call -> call.values().stream()).toList());
    int first = queued().size();
    assertTrue(first >= 100 && first < LINES, first + " lines");
    assertEquals(first, progress().lines());

    while (!deliver(message()).isEmpty()) {
      assertTrue(queued().size() > first);
    }

    assertEquals(LINES, queued().size());
    assertEquals(LINES, new HashSet<>(queued()).size());
    Progress report = progress();
    assertTrue(report.hasEnded());
    assertEquals(LINES + 1, report.lines());
    assertEquals(LINES, report.queued());
    assertEquals(1, report.refused());
    assertEquals(LINES + 1, report.refusals().getFirst().line());
    assertTrue(report.refusals().getFirst().detail().contains("promt"));
  }

  @Test
  void anEventThatIsNoMessagePutsItOnTheQueueOnce() throws Exception {
    upload();

    Report report = wiring.make(EnvelopeSource.class).answer(event().json(), invocation("s3"));

    assertTrue(report.ignored().getFirst().contains("goes on from the queue"));
    int first = queued().size();
    var itself = sqs.batches().getLast();
    assertEquals(1, itself.size());
    assertTrue(itself.getFirst().messageBody().contains("many.jsonl"));

    Sample message = Sample.of("sqs-message").with("/body", itself.getFirst().messageBody());
    while (!deliver(message).isEmpty()) {
      assertTrue(queued().size() > first);
    }
    assertEquals(LINES, new HashSet<>(queued()).size());
    assertEquals(LINES, queued().size());
  }

  @Test
  void aScheduleGoesOnUnderItsOwnIdAndTime() throws Exception {
    wiring.with(
        Settings.class,
        TestSettings.of(
            "QUEUE_URL",
            "https://sqs.eu-central-1.amazonaws.com/123456789012/requests",
            "IMAGEN_SCHEDULE_REQUESTS",
            "s3://in/many.jsonl"));
    upload();
    Sample tick =
        Sample.parse(
            """
            {"id":"a-tick","source":"aws.events","detail-type":"Scheduled Event",
             "time":"2026-11-29T10:00:00Z","detail":{}}\
            """);

    var _ = wiring.make(EnvelopeSource.class).answer(tick.json(), invocation("eventbridge"));
    Sample message =
        Sample.of("sqs-message").with("/body", sqs.batches().getLast().getFirst().messageBody());
    while (!deliver(message).isEmpty()) {
      assertTrue(queued().size() <= LINES);
    }

    assertEquals("a-tick", baseId());
    assertEquals(LINES, queued().size());
    assertTrue(queued().contains("a-tick-" + LINES), "the id is the tick's and the line's");
  }

  @Test
  void onceItHasEndedItIsNotReadAgain() throws Exception {
    upload();
    while (!deliver(message()).isEmpty()) {
      assertTrue(queued().size() <= LINES);
    }

    assertEquals(List.of(), deliver(message()));

    assertEquals(LINES, queued().size());
  }
}
