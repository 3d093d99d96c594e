package io.imagenlambda.request;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/**
 * The wall clock: claims are compared across hosts, and a monotonic clock may stand still while
 * Lambda freezes the process. Tests use their own.
 */
final class WallClock {
  private WallClock() {}

  @Produces
  @Singleton
  static Clock clock() {
    return Clock.systemUTC();
  }
}
