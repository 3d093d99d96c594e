package io.imagenlambda.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A short run of what {@code ./mvnw -Pquota} does at length. */
final class QuotaTest {
  private static final long SEED = 7;

  /** Kept, because a logger that nobody holds forgets its level. */
  private static final Logger LOGGER = Logger.getLogger("io.imagenlambda");

  @BeforeAll
  static void logNoReturnedMessages() {
    LOGGER.setLevel(Level.WARNING);
  }

  @AfterAll
  static void logAsBefore() {
    LOGGER.setLevel(null);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aQueueDrainsAtTheProvidersPaceAndNothingDies(boolean retryInfo) {
    Scenario scenario = Scenario.of(3, 4, 300, SEED);

    Figures figures = Simulation.run(retryInfo ? scenario.withRetryInfo() : scenario);

    assertEquals(0, figures.dead());
    assertTrue(figures.refused() <= 1, figures::toString);
    assertTrue(figures.share() > 0.75, figures::toString);
  }

  @Test
  void anOutageIsWaitedOutWithFewCalls() {
    Figures figures = Simulation.run(Scenario.of(3, 4, 10, SEED).after(Duration.ofHours(3)));

    assertEquals(0, figures.dead());
    assertTrue(figures.refusedInOutage() < 400, figures::toString);
    assertTrue(figures.afterOutage().toMinutes() < 16, figures::toString);
  }

  @Test
  void oneOfAnotherTenantIsSoonDoneThoughManyWaitBeforeIt() {
    Figures figures =
        Simulation.run(Scenario.of(3, 4, 300, SEED).withNewcomersEvery(Duration.ofSeconds(45)));

    assertTrue(figures.newcomersWaits().size() >= 3, figures::toString);
    assertTrue(figures.medianWait().toSeconds() < 60, figures::toString);
  }
}
