package io.imagenlambda.request;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/**
 * The clock of everything that has to do with time. Tests bring their own. It is the wall's,
 * because claims are compared across hosts, and because a monotonic one may stand still while
 * Lambda has the process frozen.
 */
final class WallClock {
  private WallClock() {}

  @Produces
  @Singleton
  static Clock clock() {
    return Clock.systemUTC();
  }
}
