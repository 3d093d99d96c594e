package io.imagenlambda.lab.predict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A quota by the minute, by a clock that the test moves. */
class QuotaTest extends PredictSimulatorCase {
  private static final String MODEL = "imagen-4.0-generate-001";

  private Instant now = Instant.parse("2026-11-29T10:00:00Z");

  private Quota quota(int requests, int images) {
    return new Quota(new Quota.Limits(requests, images, true), () -> now);
  }

  private void pass(Duration time) {
    now = now.plus(time);
  }

  private static void assertTaken(Quota quota, int calls) {
    for (int i = 0; i < calls; i++) {
      assertEquals(Optional.empty(), quota.refuses(MODEL, 1), "call " + i);
    }
  }

  private static void assertRefused(Duration wait, Quota quota, int images) {
    assertEquals(Optional.of(wait), quota.refuses(MODEL, images));
  }

  @Test
  void aMinutesRequestsMayComeAtOnceAndThenOneAtATime() {
    Quota quota = quota(60, 0);
    assertTaken(quota, 60);
    assertRefused(Duration.ofSeconds(1), quota, 1);

    pass(Duration.ofMillis(999));
    assertRefused(Duration.ofMillis(1), quota, 1);

    pass(Duration.ofMillis(1));
    assertTaken(quota, 1);
    assertRefused(Duration.ofSeconds(1), quota, 1);
  }

  @Test
  void whatIsNotUsedIsKeptForAMinuteAndNoLonger() {
    Quota quota = quota(3, 0);
    assertTaken(quota, 3);

    pass(Duration.ofMinutes(10));
    assertTaken(quota, 3);
    assertRefused(Duration.ofSeconds(20), quota, 1);
  }

  @Test
  void aRefusedCallTakesNothing() {
    Quota quota = quota(60, 4);
    assertEquals(Optional.empty(), quota.refuses(MODEL, 3));
    assertRefused(Duration.ofSeconds(15), quota, 2);

    assertTaken(quota, 1);
  }

  @Test
  void imagesAreCountedBesideRequests() {
    Quota quota = quota(2, 60);
    assertEquals(Optional.empty(), quota.refuses(MODEL, 58));
    assertRefused(Duration.ofSeconds(2), quota, 4);
    assertTaken(quota, 1);
    assertRefused(Duration.ofSeconds(30), quota, 1);
  }

  @Test
  void aCallForMoreImagesThanAMinutesNeedsAFullBucket() {
    Quota quota = quota(0, 2);
    assertEquals(Optional.empty(), quota.refuses(MODEL, 4));
    assertRefused(Duration.ofMinutes(2), quota, 4);

    pass(Duration.ofMinutes(2));
    assertEquals(Optional.empty(), quota.refuses(MODEL, 4));
  }

  @Test
  void eachModelHasItsOwn() {
    Quota quota = quota(1, 0);
    assertTaken(quota, 1);
    assertRefused(Duration.ofMinutes(1), quota, 1);
    assertEquals(Optional.empty(), quota.refuses("imagen-4.0-ultra-generate-001", 1));
  }

  @Test
  void withoutLimitsNothingIsRefused() {
    assertTaken(new Quota(Quota.Limits.NONE, () -> now), 1000);
    assertThrows(IllegalArgumentException.class, () -> new Quota.Limits(-1, 0, true));
  }

  @Test
  void theSimulatorRefusesWhatIsBeyondItAndSaysWhenToComeAgain() throws Exception {
    predict.limit(quota(2, 0));
    Map<String, Object> one = Map.of("sampleCount", 1);
    assertEquals(200, send(request("a fox", one)).statusCode());
    assertEquals(200, send(request("a fox", one)).statusCode());

    pass(Duration.ofMillis(500));
    HttpResponse<String> refused = send(request("a fox", one));
    assertEquals(429, refused.statusCode());
    JsonNode error = JSON.readTree(refused.body()).path("error");
    assertEquals("RESOURCE_EXHAUSTED", error.path("status").asText());
    assertEquals("30s", error.at("/details/0/retryDelay").asText());
    assertEquals(429, predict.journal().calls().getLast().status());

    pass(Duration.ofSeconds(30));
    assertEquals(200, send(request("a fox", one)).statusCode());
  }

  @Test
  void itMayKeepToItselfWhenToComeAgain() throws Exception {
    predict.limit(new Quota(new Quota.Limits(0, 1, false), () -> now));
    Map<String, Object> one = Map.of("sampleCount", 1);
    assertEquals(200, send(request("a fox", one)).statusCode());

    HttpResponse<String> refused = send(request("a fox", one));
    assertEquals(429, refused.statusCode());
    assertTrue(refused.headers().firstValue("Retry-After").isEmpty());
    JsonNode error = JSON.readTree(refused.body()).path("error");
    assertEquals("RESOURCE_EXHAUSTED", error.path("status").asText());
    assertTrue(error.path("details").isEmpty());
  }

  @Test
  void aFaultIsKeptForACallThatIsNotRefused() throws Exception {
    predict.limit(quota(1, 0));
    Map<String, Object> one = Map.of("sampleCount", 1);
    assertEquals(200, send(request("a fox", one)).statusCode());
    predict.nextCall("503");
    assertEquals(429, send(request("a fox", one)).statusCode());

    pass(Duration.ofMinutes(1));
    assertEquals(503, send(request("a fox", one)).statusCode());
  }
}
