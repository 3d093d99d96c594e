package io.imagenlambda.event;

import static io.imagenlambda.event.Expected.assertMatches;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.imagenlambda.lab.LabServersProfile;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Schedules: of EventBridge's rules and of EventBridge Scheduler, with and without an input. */
@QuarkusTest
@TestProfile(LabServersProfile.class)
class ScheduleTest extends LabServersCase {
  private static final String OBJECT = "schedule/every-morning.jsonl";
  private static final String REQUEST =
      "{\"id\":\"%s-${date}-${time}\",\"prompt\":\"${date} at ${time}\","
          + "\"parameters\":{\"sampleCount\":1}}";

  @ParameterizedTest
  @ValueSource(strings = {"eventbridge-rule", "scheduler"})
  void aScheduleWithoutARequestRunsTheOnesOfTheSettings(String event) {
    lab.upload(OBJECT, REQUEST.formatted(event));

    JsonNode answer = Lambda.answer(Sample.of(event));

    assertMatches("{\"results\":[" + Expected.result(event + "-2026-11-22-10-30") + "]}", answer);
    assertEquals(1, lab.journal().callsWith("2026-11-22 at 10-30").size());
  }

  @Test
  void aTickDeliveredAgainIsAReplayAndTheNextTickIsNot() {
    lab.upload(OBJECT, "{\"prompt\":\"no id\",\"parameters\":{\"sampleCount\":1}}");
    Sample tick = Sample.of("scheduler").with("/id", "a-tick");

    assertMatches("{\"results\":[" + Expected.result("a-tick-1") + "]}", Lambda.answer(tick));
    assertMatches("{\"results\":[" + Expected.replayed("a-tick-1") + "]}", Lambda.answer(tick));
    assertMatches(
        "{\"results\":[" + Expected.result("the-next-1") + "]}",
        Lambda.answer(tick.with("/id", "the-next")));
    assertEquals(2, lab.calls());
  }

  @Test
  void manyRequestsOfAScheduleGoToTheQueueWithTheTimeFilledIn() {
    lab.upload(OBJECT, REQUEST.formatted("m1") + "\n" + REQUEST.formatted("m2"));

    JsonNode answer = Lambda.answer(Sample.of("eventbridge-rule"));

    assertMatches("{\"queued\":[\"m1-2026-11-22-10-30\",\"m2-2026-11-22-10-30\"]}", answer);
    assertEquals(
        List.of(
            "{\"id\":\"m1-2026-11-22-10-30\",\"prompt\":\"2026-11-22 at 10-30\","
                + "\"parameters\":{\"sampleCount\":1}}",
            "{\"id\":\"m2-2026-11-22-10-30\",\"prompt\":\"2026-11-22 at 10-30\","
                + "\"parameters\":{\"sampleCount\":1}}"),
        lab.takeMessages().stream().sorted().toList());
  }

  @Test
  void anObjectThatIsMissingIsNamed() {
    lab.deleteUpload(OBJECT);

    assertMatches(
        Expected.error(
            "InvalidRequest",
            "s3://requests/schedule/every-morning.jsonl of IMAGEN_SCHEDULE_REQUESTS is not there"),
        Lambda.error(Sample.of("scheduler")));
    assertMatches(
        "{\"batchItemFailures\":[{\"itemIdentifier\":\"0c6a4c1e-9f3d-4a58-8d27-5b1e7f902a41\"}]}",
        Lambda.answer(
            Sample.batch(
                Sample.of("sqs-message").with("/body", Sample.of("scheduler").toString()))));
  }

  @Test
  void aRulesDetailMayBeTheRequest() {
    JsonNode answer =
        Lambda.answer(
            Sample.of("eventbridge-rule")
                .with("/detail", Sample.parse(REQUEST.formatted("detail"))));

    assertMatches("{\"results\":[" + Expected.result("detail-2026-11-22-10-30") + "]}", answer);
  }

  @Test
  void anInputOfTheOwnersIsTheRequestWithTheTimeThatItNames() {
    Sample input =
        Sample.parse(
            REQUEST.formatted("input").replaceFirst("}$", "")
                + ",\"time\":\"2026-12-24T18:05:00Z\"}}");

    assertMatches(Expected.result("input-2026-12-24-18-05"), Lambda.answer(input));
    assertMatches(
        "{\"batchItemFailures\":[]}",
        Lambda.answer(Sample.batch(Sample.of("sqs-message").with("/body", input.toString()))));
    assertEquals(1, lab.calls(), "the same through a queue");
  }

  @Test
  void anInputThatNamesNoTimeHasThatOfItsTraceWhichStaysTheSameWhenLambdaRetries() {
    Sample input = Sample.parse(REQUEST.formatted("traced"));
    String trace = "com.amazonaws.xray.traceHeader";
    String before = System.setProperty(trace, "Root=1-6b02bd20-7c6b5a49382716051423324f;Sampled=0");
    try {
      assertMatches(
          Expected.result("traced-2026-11-22-10-00"),
          Lambda.answerWithin(Duration.ofSeconds(30), input));
    } finally {
      if (before == null) {
        System.clearProperty(trace);
      } else {
        System.setProperty(trace, before);
      }
    }
  }

  @Test
  void aTimeThatIsNoneIsRefused() {
    assertMatches(
        Expected.error(
            "InvalidRequest",
            "time is \\\"soon\\\" but must be a time such as 2026-11-22T10:00:00Z"),
        Lambda.error("{\"prompt\":\"p\",\"time\":\"soon\"}"));
  }
}
