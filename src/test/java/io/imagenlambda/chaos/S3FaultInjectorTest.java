package io.imagenlambda.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

class S3FaultInjectorTest {
  private Instant now = Instant.EPOCH;
  private final S3FaultInjector faults = new S3FaultInjector(1, () -> now);

  @Test
  void inABrownoutCallsFailManyTimesInARow() {
    awaitBrownout();

    long failed = 0;
    for (int attempt = 0; attempt < 100; attempt++) {
      failed += faults.next("PUT /images/images/a/result.json", true).isPresent() ? 1 : 0;
    }
    assertTrue(failed > 80, failed + " failed");
  }

  @Test
  void aBrownoutEndsAfterTenSeconds() {
    awaitBrownout();
    now = now.plus(Duration.ofSeconds(10));

    assertFalse(faults.leftOfBrownout().isPositive());
    long failed = 0;
    for (int attempt = 0; attempt < 100; attempt++) {
      failed += faults.next("PUT /images/images/a/result.json", true).isPresent() ? 1 : 0;
    }
    assertTrue(failed < 20, failed + " failed");
  }

  @Test
  void thereIsNoBrownoutAfterTheStop() {
    awaitBrownout();
    faults.stop();

    assertTrue(faults.next("PUT /images/images/a/result.json", true).isEmpty());
  }

  @Test
  void theIdsWhoseCallsFailedInABrownoutAreKnown() {
    awaitBrownout();
    for (int attempt = 0; attempt < 100; attempt++) {
      var _ = faults.next("PUT /images/images/put-1/0.png", false);
      var _ = faults.next("GET /images?list-type=2&prefix=images%2Flisted-1%2F", false);
      var _ = faults.next("GET /requests/p1.jsonl", false);
    }

    assertEquals(Set.of("put-1", "listed-1"), faults.idsInBrownouts());
  }

  private void awaitBrownout() {
    while (faults.brownouts() == 0) {
      var _ = faults.next("GET /requests/p0.json", false);
    }
  }
}
