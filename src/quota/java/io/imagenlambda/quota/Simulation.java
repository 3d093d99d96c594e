package io.imagenlambda.quota;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** Runs one scenario. */
final class Simulation {
  /** So near to the end nobody would have to wait. */
  private static final int FEW_MESSAGES = 50;

  private final Scenario scenario;
  private final VirtualTime time = new VirtualTime();
  private final QuotaProvider provider;
  private final EventSourceMapping mapping;
  private final Map<String, Instant> newcomers = new HashMap<>();

  private Simulation(Scenario scenario) {
    this.scenario = scenario;
    this.provider = new QuotaProvider(time, scenario);
    this.mapping =
        new EventSourceMapping(
            time, scenario, new FunctionProcess.Starter(time, scenario, provider));
  }

  static Figures run(Scenario scenario) {
    return new Simulation(scenario).run();
  }

  private Figures run() {
    for (int i = 0; i < scenario.messages(); i++) {
      mapping.queue().send("request-" + i, "many", false);
    }
    Duration every = scenario.newcomerEvery();
    if (every != null) {
      time.after(every, () -> newcomer(every));
    }
    mapping.start();
    time.run(() -> mapping.queue().size() == 0);
    return figures();
  }

  private void newcomer(Duration every) {
    if (mapping.queue().size() < FEW_MESSAGES) {
      return;
    }
    String id = "newcomer-" + newcomers.size();
    newcomers.put(id, time.instant());
    mapping.queue().send(id, id, true);
    mapping.pollSoon();
    time.after(every, () -> newcomer(every));
  }

  private Figures figures() {
    int paid = provider.paid();
    Duration took = Duration.between(VirtualTime.START, provider.lastPaid());
    return new Figures(
        scenario,
        paid / (seconds(took) / 60) / Scenario.QUOTA,
        (double) provider.refused() / paid,
        seconds(mapping.lambda()) / paid,
        seconds(provider.calls()) / paid,
        mapping.queue().mostReceives(),
        mapping.queue().dead(),
        provider.refusedInOutage(),
        took.minus(scenario.outage()),
        newcomers.entrySet().stream()
            .map(each ->
                provider.started(each.getKey()).map(at -> Duration.between(each.getValue(), at)))
            .map(wait -> wait.orElseThrow(() -> new IllegalStateException("a newcomer is lost")))
            .sorted()
            .toList());
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }
}
