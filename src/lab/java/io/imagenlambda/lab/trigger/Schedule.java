package io.imagenlambda.lab.trigger;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.imagenlambda.lab.runtime.Answer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * EventBridge's schedule. It ticks at an interval, on demand, or both.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html">Scheduled
 *     rules</a>
 */
public final class Schedule implements AutoCloseable {
  /**
   * One tick.
   *
   * @param id the id of the event; requests without an id get one that begins with it
   * @param answer the last answer of the function
   */
  public record Tick(String id, Instant time, CompletableFuture<Answer> answer) {}

  private static final ObjectMapper JSON = new ObjectMapper();

  private final AsyncInvocations function;
  private final String region;
  private final String account;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("lab-schedule").factory());

  Schedule(AsyncInvocations function, String region, String account, @Nullable Duration every) {
    this.function = function;
    this.region = region;
    this.account = account;
    if (every != null) {
      var _ =
          timer.scheduleAtFixedRate(
              () -> tick(Instant.now()), every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /** Ticks now with this scheduled time, cut to whole seconds as in EventBridge. */
  public Tick tick(Instant time) {
    return tick(time, JSON.createObjectNode());
  }

  /** As {@link #tick(Instant)}, for a schedule whose event has its own request. */
  public Tick tick(Instant time, ObjectNode detail) {
    Instant due = time.truncatedTo(ChronoUnit.SECONDS);
    String id = UUID.randomUUID().toString();
    return new Tick(id, due, function.invoke(event(id, due, detail)));
  }

  private String event(String id, Instant due, ObjectNode detail) {
    ObjectNode event = JSON.createObjectNode();
    event.put("version", "0").put("id", id).put("detail-type", "Scheduled Event");
    event.put("source", "aws.events").put("account", account).put("time", due.toString());
    event.put("region", region);
    event
        .putArray("resources")
        .add("arn:aws:events:%s:%s:rule/imagen-lambda-schedule".formatted(region, account));
    event.set("detail", detail);
    return event.toString();
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
