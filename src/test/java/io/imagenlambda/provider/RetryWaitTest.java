package io.imagenlambda.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** How long is waited between attempts. */
class RetryWaitTest {
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
    return Provider.wait(failed, asked, random);
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
}
