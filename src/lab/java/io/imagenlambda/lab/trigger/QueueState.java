package io.imagenlambda.lab.trigger;

/**
 * How many messages there are.
 *
 * @param waiting to be received now
 * @param inFlight received, and neither deleted nor visible again
 * @param dead in the dead-letter queue
 */
public record QueueState(int waiting, int inFlight, int dead) {
  /** Whether nothing is left to do; dead messages count as done. */
  public boolean isDrained() {
    return waiting + inFlight == 0;
  }
}
