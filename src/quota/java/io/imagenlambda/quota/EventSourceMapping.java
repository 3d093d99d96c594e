package io.imagenlambda.quota;

import io.imagenlambda.event.QueueFunction.Delivered;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/**
 * Lambda between the queue and the function. Five pollers at first, and up to sixty more every
 * twelve seconds while messages wait; fewer when none do. A poller that waits takes what is
 * visible, and invokes the function at once. What is not named in its answer is deleted. The
 * process that was used last is used first.
 */
final class EventSourceMapping {
  private static final int FIRST_POLLERS = 5;
  private static final int MORE_POLLERS = 60;
  private static final double FEWER_POLLERS = 0.9;
  private static final Duration LOOK = Duration.ofSeconds(12);

  private static final Duration FIRST_LOOK = Duration.ofMillis(700);
  private static final Duration TO_INVOKE = Duration.ofMillis(20);
  private static final Duration TO_POLL = Duration.ofMillis(30);

  /** Beside the calls: S3, and the answer. */
  private static final Duration TO_STORE = Duration.ofMillis(50);

  /** An invocation that makes no call. */
  private static final Duration SHORTEST = Duration.ofMillis(80);

  private static final Duration LONGEST_LIFE = Duration.ofHours(2);
  private static final Duration LONGEST_IDLE = Duration.ofMinutes(10);

  private final VirtualTime time;
  private final WaitingMessages queue;
  private final FunctionProcess.Starter starter;
  private final int batch;
  private final int mostPollers;
  private final Random random;
  private final Deque<FunctionProcess> idle = new ArrayDeque<>();
  private int pollers;
  private int busy;
  private boolean hadVisible = true;
  private boolean pollsSoon;
  private Duration lambda = Duration.ZERO;

  EventSourceMapping(VirtualTime time, Scenario scenario, FunctionProcess.Starter starter) {
    this.time = time;
    this.queue = new WaitingMessages(time, this::pollSoon);
    this.starter = starter;
    this.batch = scenario.batch();
    this.mostPollers = scenario.processes();
    this.pollers = Math.min(FIRST_POLLERS, mostPollers);
    this.random = new Random(scenario.seed());
  }

  WaitingMessages queue() {
    return queue;
  }

  void start() {
    time.after(FIRST_LOOK, this::scale);
    poll();
  }

  /** How long all invocations have taken together. */
  Duration lambda() {
    return lambda;
  }

  private void scale() {
    queue.showExpired();
    if (queue.hasVisible()) {
      pollers = Math.min(mostPollers, pollers + MORE_POLLERS);
      hadVisible = true;
    } else if (hadVisible) {
      hadVisible = false;
    } else {
      pollers = Math.max(Math.min(FIRST_POLLERS, mostPollers), (int) (pollers * FEWER_POLLERS));
    }
    time.after(LOOK, this::scale);
    poll();
  }

  /** Pollers that wait take what becomes visible at one moment together. */
  void pollSoon() {
    if (!pollsSoon) {
      pollsSoon = true;
      time.next(this::poll);
    }
  }

  private void poll() {
    pollsSoon = false;
    while (busy < pollers && queue.hasVisible()) {
      List<Delivered> messages = queue.receive(batch);
      if (messages.isEmpty()) {
        return; // they were dead
      }
      busy++;
      FunctionProcess process = process();
      time.after(TO_INVOKE, () -> invoke(process, messages));
    }
  }

  private FunctionProcess process() {
    Instant now = time.instant();
    FunctionProcess last = idle.poll();
    if (last != null && last.ends().isAfter(now) && last.usedAt().plus(LONGEST_IDLE).isAfter(now)) {
      return last;
    }
    // Those that start together do not end together.
    double life = 1 - random.nextDouble() / 2;
    return starter.start(queue, Duration.ofMillis((long) (LONGEST_LIFE.toMillis() * life)));
  }

  private void invoke(FunctionProcess process, List<Delivered> messages) {
    Instant start = time.instant();
    time.invoke(
        messages.size(),
        () -> {
          List<String> again = process.invoke(messages);
          time.next(() -> answered(process, start, done(messages, again)));
        });
  }

  private static List<String> done(List<Delivered> messages, List<String> again) {
    return messages.stream().map(Delivered::id).filter(id -> !again.contains(id)).toList();
  }

  private void answered(FunctionProcess process, Instant start, List<String> done) {
    Instant now = time.instant();
    boolean calledOrWaited = now.isAfter(start);
    time.at(
        calledOrWaited ? now.plus(TO_STORE) : start.plus(SHORTEST),
        () -> ended(process, start, done));
  }

  private void ended(FunctionProcess process, Instant start, List<String> done) {
    done.forEach(queue::delete);
    lambda = lambda.plus(Duration.between(start, time.instant()));
    process.used();
    idle.push(process);
    time.after(
        TO_POLL,
        () -> {
          busy--;
          poll();
        });
  }
}
