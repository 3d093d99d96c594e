package io.imagenlambda.quota;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of the function.
 *
 * @param processes how many invocations there may be at a time
 * @param batch how many messages an invocation takes at most; it runs them side by side
 * @param messages how many requests of one tenant wait at the beginning
 * @param retryInfo whether the provider says when to come again
 * @param outage how long the provider refuses everything, from the beginning on
 * @param newcomerEvery how often a message of another tenant arrives; null for never
 * @param seed of what chance there is outside of the function
 */
record Scenario(
    int processes,
    int batch,
    int messages,
    boolean retryInfo,
    Duration outage,
    @Nullable Duration newcomerEvery,
    long seed) {
  /** How many calls the provider allows in a minute. */
  static final int QUOTA = 60;

  /** How long a call takes; each is up to {@link #SPREAD} longer or shorter. */
  static final Duration CALL = Duration.ofSeconds(10);

  static final double SPREAD = 0.3;

  static Scenario of(int processes, int batch, int messages, long seed) {
    return new Scenario(processes, batch, messages, false, Duration.ZERO, null, seed);
  }

  Scenario withRetryInfo() {
    return new Scenario(processes, batch, messages, true, outage, newcomerEvery, seed);
  }

  Scenario after(Duration someOutage) {
    return new Scenario(processes, batch, messages, retryInfo, someOutage, newcomerEvery, seed);
  }

  Scenario withNewcomersEvery(Duration time) {
    return new Scenario(processes, batch, messages, retryInfo, outage, time, seed);
  }

  /** As many calls under way, each in a process of its own, and another number of messages. */
  Scenario oneByOne(int some) {
    return new Scenario(processes * batch, 1, some, retryInfo, outage, null, seed);
  }

  /** The time that the quota alone makes them take, once there is no outage. */
  Duration byQuota() {
    return Duration.ofMinutes(1).multipliedBy(messages).dividedBy(QUOTA);
  }
}
