package io.imagenlambda.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** How long is waited between attempts. */
class RetryWaitTest {
  private static final Duration LONG = Duration.ofMinutes(10);

  private static Duration wait(int failed, Optional<Duration> asked, double chance) {
    RandomGenerator random =
        new RandomGenerator() {
          @Override
          public long nextLong() {
            return 0;
          }

          @Override
          public double nextDouble() {
            return chance;
          }
        };
    return Provider.waitAfter(failed, asked, LONG, random).orElseThrow();
  }

  @Test
  void waitsDoubleAndUpToHalfIsChance() {
    assertEquals(Duration.ofSeconds(1), wait(1, Optional.empty(), 0));
    assertEquals(Duration.ofSeconds(2), wait(2, Optional.empty(), 0));
    assertEquals(Duration.ofSeconds(8), wait(4, Optional.empty(), 0));
    assertEquals(Duration.ofSeconds(4), wait(4, Optional.empty(), 1));
  }

  @Test
  void whatTheProviderAsksIsNeverShortened() {
    Optional<Duration> asked = Optional.of(Duration.ofSeconds(3));
    assertEquals(Duration.ofSeconds(3), wait(1, asked, 0));
    assertEquals(Duration.ofMillis(3300), wait(4, asked, 1));
    assertEquals(Duration.ofSeconds(1), wait(1, Optional.of(Duration.ZERO), 0));
  }

  @Test
  void aCallIsNotBegunWithTooLittleTimeToAnswer() {
    RandomGenerator random = RandomGenerator.getDefault();
    Optional<Duration> asked = Optional.of(Duration.ofSeconds(20));
    assertTrue(Provider.waitAfter(1, asked, Duration.ofSeconds(33), random).isPresent());
    assertTrue(Provider.waitAfter(1, asked, Duration.ofSeconds(29), random).isEmpty());
    Optional<Duration> centuries = Optional.of(Duration.ofDays(100_000));
    assertTrue(Provider.waitAfter(1, centuries, LONG, random).isEmpty());
  }
}
