package io.imagenlambda.lab.trigger;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.imagenlambda.lab.runtime.Answer;
import io.imagenlambda.lab.runtime.LambdaFunction;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Lambda's asynchronous invocation: an event that fails is sent to the function up to twice more.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html">Error
 *     handling</a>
 */
final class AsyncInvocations {
  private static final int MAX_RETRIES = 2;

  private final LambdaFunction function;
  private final Duration firstWait;

  AsyncInvocations(LambdaFunction function, Duration firstWait) {
    this.function = function;
    this.firstWait = firstWait;
  }

  /** Completes with the last answer. */
  CompletableFuture<Answer> invoke(String event) {
    return invoke(event, 0);
  }

  private CompletableFuture<Answer> invoke(String event, int retries) {
    return function
        .invokeAsync(event.getBytes(UTF_8))
        .thenCompose(answer ->
            answer instanceof Answer.FunctionError && retries < MAX_RETRIES
                ? CompletableFuture.supplyAsync(() -> event, later(retries))
                    .thenCompose(again -> invoke(again, retries + 1))
                : CompletableFuture.completedFuture(answer));
  }

  private Executor later(int retries) {
    return CompletableFuture.delayedExecutor(
        firstWait.multipliedBy(1L << retries).toMillis(), TimeUnit.MILLISECONDS);
  }
}
