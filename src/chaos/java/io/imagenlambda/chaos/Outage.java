package io.imagenlambda.chaos;

import io.imagenlambda.lab.predict.PredictSimulator;
import io.imagenlambda.lab.predict.Quota;
import io.imagenlambda.lab.predict.Quota.Limits;
import java.time.Clock;
import java.time.Duration;

/** The provider has a quota, and for a while it lets through next to nothing. */
final class Outage implements AutoCloseable {
  static final Limits QUOTA = new Limits(900, 0, true);
  static final Duration LENGTH = Duration.ofSeconds(15);

  /** Without a word about its end. */
  private static final Limits OUT = new Limits(1, 0, false);

  private static final Duration A_WHILE = Duration.ofHours(1);

  private final PredictSimulator provider;
  private final Thread thread;

  /**
   * Sets the quota, and waits for the outage.
   *
   * @param afterCalls how many calls there are before it
   */
  Outage(PredictSimulator provider, EventRecorder recorder, int afterCalls) {
    this.provider = provider;
    limit(QUOTA);
    this.thread = Thread.ofVirtual().name("outage").start(() -> run(recorder, afterCalls));
  }

  private void run(EventRecorder recorder, int afterCalls) {
    try {
      if (recorder.awaitCalls(afterCalls, A_WHILE)) {
        limit(OUT);
        Thread.sleep(LENGTH);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      limit(QUOTA);
    }
  }

  private void limit(Limits limits) {
    provider.limit(new Quota(limits, Clock.systemUTC()));
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
