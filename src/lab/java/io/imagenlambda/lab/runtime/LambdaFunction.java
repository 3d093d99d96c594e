package io.imagenlambda.lab.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.imagenlambda.lab.http.LabException;
import io.imagenlambda.lab.runtime.RuntimeApi.InitError;
import io.imagenlambda.lab.timeline.LabEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A function as Lambda runs it. A process takes one event at a time, and the next when the work
 * behind its answer has ended, too. While all are busy, another one is started, up to a limit;
 * beyond it events wait. A process that exceeds its time limit is killed.
 */
public final class LambdaFunction implements AutoCloseable {
  /**
   * The times of a process.
   *
   * @param init from its start until it asks for its first event; null before that
   * @param firstAnswer from its first event to the answer; null before that
   */
  public record ProcessTiming(long pid, @Nullable Duration init, @Nullable Duration firstAnswer) {}

  /** One counter for all functions, so that no two processes share a directory. */
  private static final AtomicInteger STARTED = new AtomicInteger();

  /**
   * Twice the time that a JVM needs with the limits of a small function. Lambda's limit is another.
   */
  private static final Duration INIT_TIMEOUT = Duration.ofMinutes(1);

  /**
   * As a rule, nothing goes on for longer after an answer; then the next event finds its process.
   */
  private static final Duration A_MOMENT = Duration.ofMillis(200);

  private final Program program;
  private final Map<String, String> lambdaEnv;
  private final Duration timeout;
  private final Path tmp;
  private final FunctionOutput output;
  private final Semaphore permits;
  private final Deque<ExecutionEnvironment> idle = new ArrayDeque<>();
  private final Set<ExecutionEnvironment> all = ConcurrentHashMap.newKeySet();
  private final List<ExecutionEnvironment> everStarted = new CopyOnWriteArrayList<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final BusyCount busy = new BusyCount();
  private final PromptCollector prompts = new PromptCollector();
  private volatile Consumer<LabEvent> listener = _ -> {};
  private volatile boolean answered;
  private volatile boolean closed;

  /**
   * Nothing is started before the first event or {@link #start}.
   *
   * @param lambdaEnv Lambda's variables; the program's own override them
   * @param timeout the function's own time limit for an event
   * @param concurrency the largest number of processes
   * @param tmp the directory in which each process gets one for its temporary files
   * @param sink gets every line that a process writes
   */
  public LambdaFunction(
      Program program,
      Map<String, String> lambdaEnv,
      Duration timeout,
      int concurrency,
      Path tmp,
      Consumer<String> sink) {
    this.program = program;
    this.lambdaEnv = Map.copyOf(lambdaEnv);
    this.timeout = timeout;
    this.tmp = tmp;
    this.output = new FunctionOutput(sink);
    this.permits = new Semaphore(concurrency, true);
  }

  /** Sets the listener for processes, events and answers. It replaces the one before. */
  public LambdaFunction onEvent(Consumer<LabEvent> given) {
    this.listener = given;
    return this;
  }

  /**
   * Starts a process now, so that a failure at init is reported now.
   *
   * @throws LabException with one line that says why the process failed
   */
  public void start() {
    try {
      permits.acquire();
      try {
        ExecutionEnvironment environment = startEnvironment();
        Optional<InitError> failed = environment.awaitInit();
        if (failed.isPresent()) {
          discard(environment);
          throw new LabException(
              "%s died at init: %s".formatted(program.name(), failed.get().message()));
        }
        giveBack(environment);
      } finally {
        permits.release();
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** Invokes with the function's own time limit. */
  public Answer invoke(String event) {
    return invoke(event.getBytes(UTF_8), timeout);
  }

  /**
   * As {@link #invoke(String)}, for a mobile app.
   *
   * @param caller the headers of the Runtime API that describe the app
   */
  public Answer invoke(String event, Map<String, String> caller) {
    return invoke(event.getBytes(UTF_8), timeout, caller);
  }

  /** Invokes and waits. An error of the function is returned as an answer too. */
  public Answer invoke(byte[] event, Duration limit) {
    return invoke(event, limit, Map.of());
  }

  private Answer invoke(byte[] event, Duration limit, Map<String, String> caller) {
    prompts.collect(event);
    try {
      permits.acquire();
      Permit permit = new Permit();
      try {
        while (true) {
          ExecutionEnvironment environment = takeIdle().orElseGet(this::startEnvironment);
          // A new Invocation for each try, because one that a dead process got never completes.
          Optional<Answer> answer =
              invoke(environment, new Invocation(event, limit, caller), permit);
          if (answer.isPresent()) {
            answered = true;
            return answer.get();
          }
        }
      } finally {
        permit.release();
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** Empty where an idle process turned out to be dead. Lambda uses another one then. */
  private Optional<Answer> invoke(
      ExecutionEnvironment environment, Invocation invocation, Permit permit)
      throws InterruptedException {
    Optional<InitError> failed = environment.awaitInit();
    if (failed.isPresent()) {
      discard(environment);
      return Optional.of(invocation.fail(failed.get().type(), failed.get().message()));
    }
    var _ = invocation.delivered().thenRun(() -> delivered(environment, invocation));
    Optional<Answer> answer = environment.invoke(invocation);
    if (answer.isPresent()) {
      reportAnswer(environment, answer.get());
      if (environment.isOver(invocation, A_MOMENT)) {
        over(environment, invocation);
      } else {
        permit.keepUntil(() -> {
          environment.awaitOver(invocation);
          over(environment, invocation);
        });
      }
    } else {
      // Also where delivered() completes only after the process was found dead.
      var _ = invocation.delivered().thenRun(() -> busy.change(-1));
      discard(environment);
    }
    return answer;
  }

  private void over(ExecutionEnvironment environment, Invocation invocation) {
    var _ = invocation.delivered().thenRun(() -> busy.change(-1));
    boolean died = !invocation.over().isDone();
    listener.accept(new LabEvent.Over(invocation.requestId(), environment.pid(), died));
    giveBack(environment);
  }

  /** The right to one process. */
  private final class Permit {
    private boolean isKept;

    /** It is released when the work behind an answer has ended. */
    void keepUntil(Work end) {
      isKept = true;
      threads.execute(() -> {
        try {
          end.run();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        } finally {
          permits.release();
        }
      });
    }

    void release() {
      if (!isKept) {
        permits.release();
      }
    }
  }

  private interface Work {
    void run() throws InterruptedException;
  }

  private void delivered(ExecutionEnvironment environment, Invocation invocation) {
    busy.change(1);
    listener.accept(
        new LabEvent.Delivered(
            invocation.requestId(), environment.pid(), LabEvent.text(invocation.event())));
  }

  private void reportAnswer(ExecutionEnvironment environment, Answer answer) {
    listener.accept(
        new LabEvent.Answered(
            answer.requestId(),
            environment.pid(),
            LabEvent.text(answer.payload()),
            answer instanceof Answer.FunctionError error ? error.errorType() : null,
            LabEvent.ms(answer.took())));
  }

  /** As {@link #invoke(byte[], Duration)}, without waiting. */
  public CompletableFuture<Answer> invokeAsync(byte[] event) {
    return CompletableFuture.supplyAsync(() -> invoke(event, timeout), threads);
  }

  /**
   * Waits until exactly so many processes work on an event.
   *
   * @throws IllegalStateException where they are not within the time
   */
  public void awaitBusy(int count, Duration atMost) {
    try {
      busy.await(count, atMost);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** Kills every process now, as a crash would. The next event starts a new one. */
  public void kill() {
    all.forEach(ExecutionEnvironment::kill);
  }

  /**
   * Ends every process, the idle ones now and the busy ones after their answer, and starts a new
   * one.
   *
   * @throws LabException as {@link #start} does
   */
  public void recycle() {
    synchronized (this) {
      all.forEach(ExecutionEnvironment::retire);
      idle.forEach(this::discard);
      idle.clear();
    }
    start();
  }

  /** The times of every process, in the order of their start. */
  public List<ProcessTiming> timings() {
    return everStarted.stream().map(ExecutionEnvironment::timing).toList();
  }

  /** The output of all processes. */
  public FunctionOutput output() {
    return output;
  }

  /** The prompts of all events so far. */
  public PromptCollector prompts() {
    return prompts;
  }

  /** Whether it has answered an event, even with an error. */
  public boolean hasAnswered() {
    return answered;
  }

  /** An environment variable of its processes. */
  public Optional<String> variable(String name) {
    String lambdas = lambdaEnv.get(name);
    return Optional.ofNullable(program.env().getOrDefault(name, lambdas));
  }

  public Program program() {
    return program;
  }

  /** The directory with the temporary directories of the processes. */
  public Path temporaryFiles() {
    return tmp;
  }

  private synchronized ExecutionEnvironment startEnvironment() {
    if (closed) {
      throw new LabException("the lab is closed");
    }
    Path own = tmp.resolve("function-%d".formatted(STARTED.incrementAndGet()));
    ExecutionEnvironment environment =
        new ExecutionEnvironment(program, lambdaEnv, own, output, INIT_TIMEOUT);
    all.add(environment);
    everStarted.add(environment);
    var _ =
        environment
            .init()
            .thenAccept(took ->
                listener.accept(new LabEvent.Started(environment.pid(), LabEvent.ms(took))));
    return environment;
  }

  private synchronized Optional<ExecutionEnvironment> takeIdle() {
    while (!idle.isEmpty()) {
      ExecutionEnvironment environment = idle.pop();
      if (environment.isAlive()) {
        return Optional.of(environment);
      }
      discard(environment);
    }
    return Optional.empty();
  }

  private synchronized void giveBack(ExecutionEnvironment environment) {
    if (environment.isAlive() && !environment.isRetired() && !closed) {
      idle.push(environment);
    } else {
      discard(environment);
    }
  }

  private void discard(ExecutionEnvironment environment) {
    environment.close();
    all.remove(environment);
  }

  private static LabException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new LabException("interrupted while the function was at work", e);
  }

  @Override
  public synchronized void close() {
    closed = true;
    threads.shutdownNow();
    all.forEach(this::discard);
  }

  /** The number of busy processes, for tests that wait for it instead of sleeping. */
  private static final class BusyCount {
    private int count;

    synchronized void change(int by) {
      count += by;
      notifyAll();
    }

    synchronized void await(int wanted, Duration atMost) throws InterruptedException {
      long end = System.nanoTime() + atMost.toNanos();
      while (count != wanted) {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (left <= 0) {
          throw new IllegalStateException("%d are busy, not %d".formatted(count, wanted));
        }
        wait(left);
      }
    }
  }
}
