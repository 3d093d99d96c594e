package io.imagenlambda.lab.runtime;

import io.imagenlambda.lab.runtime.LambdaFunction.ProcessTiming;
import io.imagenlambda.lab.runtime.RuntimeApi.InitError;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * An execution environment of Lambda: one process with its own Runtime API. It takes one event at a
 * time.
 */
final class ExecutionEnvironment implements AutoCloseable {
  private static final Duration LAST_OUTPUT = Duration.ofSeconds(2);

  private final RuntimeApi api = new RuntimeApi();
  private final FunctionProcess process;
  private final Duration initTimeout;
  private volatile @Nullable Duration firstAnswer;
  private volatile boolean retired;

  ExecutionEnvironment(
      Program program,
      Map<String, String> env,
      Path tmp,
      FunctionOutput output,
      Duration initTimeout) {
    Map<String, String> all = new HashMap<>(env);
    all.put("AWS_LAMBDA_RUNTIME_API", api.authority());
    all.put("AWS_LAMBDA_LOG_STREAM_NAME", logStream());
    this.initTimeout = initTimeout;
    this.process = FunctionProcess.start(program, all, tmp, output);
  }

  /** Each environment has a log stream of its own. */
  private static String logStream() {
    return "2026/01/01/[$LATEST]" + UUID.randomUUID().toString().replace("-", "");
  }

  boolean isAlive() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  /** Completes at the end of init, with its duration. */
  CompletableFuture<Duration> init() {
    return api.firstNext().thenApply(ready -> Duration.between(process.startedAt(), ready));
  }

  /** Waits for the end of init; empty where the process is ready, else the error. */
  Optional<InitError> awaitInit() throws InterruptedException {
    await(CompletableFuture.anyOf(api.firstNext(), process.exited()), initTimeout);
    InitError error = api.initError();
    if (error != null) {
      // its document often has only the outermost exception, and the output has the reason
      await(process.exited(), LAST_OUTPUT);
      String why = process.failureReason().known().orElse("");
      boolean known = error.message().contains(why);
      return Optional.of(
          new InitError(error.type(), known ? error.message() : error.message() + ": " + why));
    }
    if (api.firstNext().isDone()) {
      return Optional.empty();
    }
    return Optional.of(
        process.exited().isDone()
            ? new InitError(
                "Runtime.ExitError", "%s: %s".formatted(exit(), process.failureReason().text()))
            : new InitError(
                "Sandbox.Timedout",
                "init took longer than %d s: %s"
                    .formatted(initTimeout.toSeconds(), process.failureReason().text())));
  }

  /**
   * Sends the event to the process and waits for its answer.
   *
   * @return empty where the process ended before it took the event
   */
  Optional<Answer> invoke(Invocation invocation) throws InterruptedException {
    api.offer(invocation);
    CompletableFuture<Integer> exited = process.exited();
    await(CompletableFuture.anyOf(invocation.delivered(), exited), initTimeout);
    if (!invocation.delivered().isDone() && api.takeBack(invocation)) {
      return Optional.empty();
    }
    await(CompletableFuture.anyOf(invocation.answer(), exited), invocation.timeout());
    if (!invocation.answer().isDone()) {
      if (exited.isDone()) {
        invocation.fail("Runtime.ExitError", exit());
      } else {
        process.kill();
        invocation.fail(
            "Sandbox.Timedout",
            "Task timed out after %.2f seconds".formatted(invocation.timeout().toMillis() / 1e3));
      }
    }
    Answer answer = invocation.answer().join();
    if (firstAnswer == null) {
      firstAnswer = answer.took();
    }
    return Optional.of(answer);
  }

  /** Whether the invocation is over, or is within that time. */
  boolean isOver(Invocation invocation, Duration within) throws InterruptedException {
    await(CompletableFuture.anyOf(invocation.over(), process.exited()), within);
    return invocation.over().isDone() || process.exited().isDone();
  }

  /**
   * Waits until the work behind an answer has ended. What takes longer than is allowed is killed.
   */
  void awaitOver(Invocation invocation) throws InterruptedException {
    Instant end = invocation.delivered().getNow(Instant.now()).plus(invocation.timeout());
    if (!isOver(invocation, Duration.between(Instant.now(), end))) {
      process.kill();
    }
  }

  private String exit() {
    int status = process.exited().join();
    return status > 128
        ? "Runtime exited with error: signal " + (status - 128)
        : "Runtime exited with error: exit status " + status;
  }

  private static void await(CompletableFuture<?> future, Duration atMost)
      throws InterruptedException {
    try {
      future.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      // the caller checks which futures are done
    } catch (ExecutionException e) {
      throw new AssertionError(e); // none of the lab's futures fails
    }
  }

  ProcessTiming timing() {
    return new ProcessTiming(process.pid(), init().getNow(null), firstAnswer);
  }

  /** Marks it as retired, so that it gets no further event. */
  void retire() {
    retired = true;
  }

  boolean isRetired() {
    return retired;
  }

  void kill() {
    process.kill();
  }

  @Override
  public void close() {
    process.kill();
    api.close();
  }
}
