package io.imagenlambda.lab.predict;

import io.imagenlambda.lab.runtime.PromptCollector;
import io.imagenlambda.lab.timeline.LabEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Records every call of the predict API, so tests can count what would be charged. */
public final class Journal {
  private final List<Call> calls = new ArrayList<>();
  private final PromptCollector prompts = new PromptCollector();
  private int callsInProgress;
  private int mostAtOnce;
  private volatile Consumer<LabEvent> listener = _ -> {};

  Journal() {}

  /** Sets the listener for calls with a valid request. It replaces the one before. */
  public void onEvent(Consumer<LabEvent> given) {
    this.listener = given;
  }

  synchronized Call open(String model, Map<String, List<String>> headers, String body) {
    Call call = new Call(calls.size() + 1, model, headers, body);
    prompts.collect(body);
    calls.add(call);
    mostAtOnce = Math.max(mostAtOnce, ++callsInProgress);
    notifyAll();
    return call;
  }

  synchronized void ended() {
    callsInProgress--;
  }

  void understood(Call call, ImageRequest request) {
    call.understood(request);
    listener.accept(new LabEvent.Called(call.number(), call.model(), request.prompt()));
  }

  void answered(Call call, String prompt) {
    listener.accept(
        new LabEvent.Predicted(
            call.number(),
            prompt,
            call.status(),
            call.served().size(),
            LabEvent.ms(Duration.between(call.arrivedAt(), Instant.now()))));
  }

  /** The largest number of calls that were answered at the same time. */
  public synchronized int mostAtOnce() {
    return mostAtOnce;
  }

  /** All calls since the last {@link #clear}, in the order of their arrival. */
  public synchronized List<Call> calls() {
    return List.copyOf(calls);
  }

  /** The calls whose body contains the text, for tests that share a lab. */
  public List<Call> callsWith(String text) {
    return calls().stream().filter(call -> call.body().contains(text)).toList();
  }

  /** Every prompt that the API ever got. {@link #clear} keeps them. */
  public PromptCollector prompts() {
    return prompts;
  }

  /** The SHA-256 of every image that was sent completely, in hexadecimal. */
  public List<String> imagesServed() {
    return calls().stream()
        .flatMap(call -> call.served().stream())
        .map(Call.Served::sha256)
        .toList();
  }

  /**
   * Waits until at least so many calls have arrived.
   *
   * @throws IllegalStateException where they have not within the time
   */
  public synchronized void awaitCalls(int count, Duration atMost) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    while (calls.size() < count) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        throw new IllegalStateException(
            "%d calls after %s, not %d".formatted(calls.size(), atMost, count));
      }
      wait(left);
    }
  }

  public synchronized void clear() {
    calls.clear();
    mostAtOnce = callsInProgress;
  }
}
