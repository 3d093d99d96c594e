package io.imagenlambda.concurrent;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Runs work on its own threads, and rethrows failures as they were thrown. */
public final class Parallel {
  private Parallel() {}

  /**
   * Applies the function to all elements, at most {@code atATime} at once, started in order.
   *
   * @return the results in the elements' order
   * @throws RuntimeException the first failure, once all have ended
   */
  public static <T, R> List<R> map(List<T> elements, int atATime, Function<T, R> function) {
    List<Future<R>> futures = new ArrayList<>();
    try (ExecutorService threads =
        Executors.newFixedThreadPool(atATime, Thread.ofPlatform().name("parallel-", 0).factory())) {
      for (T element : elements) {
        futures.add(threads.submit(() -> function.apply(element)));
      }
    }
    return results(futures);
  }

  /**
   * Waits for all results.
   *
   * @throws RuntimeException the first failure
   */
  public static <R> List<R> results(List<Future<R>> futures) {
    List<R> results = new ArrayList<>();
    for (Future<R> future : futures) {
      try {
        results.add(future.get());
      } catch (ExecutionException e) {
        throw e.getCause() instanceof RuntimeException cause
            ? cause
            : new IllegalStateException(e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
    }
    return results;
  }
}
