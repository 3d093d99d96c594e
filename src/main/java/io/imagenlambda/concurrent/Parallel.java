package io.imagenlambda.concurrent;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Work on threads of its own, whose failures come back as they were thrown. */
public final class Parallel {
  private Parallel() {}

  /**
   * Applies the function to all elements, at most {@code atATime} of them at once, and begins with
   * them in their order.
   *
   * @return the results in the elements' order
   * @throws RuntimeException the first that an application threw, once all have ended
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
   * Waits for all of them.
   *
   * @throws RuntimeException the first that one of them threw
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
