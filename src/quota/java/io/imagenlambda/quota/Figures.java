package io.imagenlambda.quota;

import java.time.Duration;
import java.util.List;

/**
 * What came of a scenario.
 *
 * @param share which part of the quota was used, until the last call had ended
 * @param refused how many calls were refused for each that was paid for
 * @param lambda how long invocations took for each paid call, in seconds
 * @param calls how long paid calls took in the middle, in seconds
 * @param mostReceives how often one message was received
 * @param dead how many messages were given up
 * @param refusedInOutage how many calls were made in vain while nothing worked
 * @param afterOutage from the end of the outage to the end of the last call
 * @param newcomersWaits how long messages of other tenants waited for their call, in order
 */
record Figures(
    Scenario scenario,
    double share,
    double refused,
    double lambda,
    double calls,
    int mostReceives,
    int dead,
    int refusedInOutage,
    Duration afterOutage,
    List<Duration> newcomersWaits) {

  /** How much longer invocations took than the calls in them, one after the other. */
  double lambdaToCalls() {
    return lambda / calls;
  }

  Duration medianWait() {
    return newcomersWaits.get(newcomersWaits.size() / 2);
  }

  Duration worstWait() {
    return newcomersWaits.getLast();
  }
}
