package io.imagenlambda.concurrent;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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
   * Does one thing on this thread while another goes on beside it, and ends when both have: Lambda
   * freezes threads that still run when the answer is given.
   *
   * @return what {@code here} returns
   * @throws RuntimeException the first failure of {@code here}, else of {@code beside}
   */
  public static <T> T beside(Runnable beside, Supplier<T> here) {
    FutureTask<@Nullable Void> other = new FutureTask<>(beside, null);
    Thread thread = Thread.ofPlatform().name("beside").start(other);
    T result;
    try {
      result = here.get();
    } finally {
      join(thread);
    }
    var _ = results(List.of(other));
    return result;
  }

  /** An interrupt is kept for whoever waits next: the other thread's work has its own end. */
  private static void join(Thread thread) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Waits for all results.
   *
   * @throws RuntimeException the first failure
   */
  public static <R> List<R> results(List<? extends Future<R>> futures) {
    List<R> results = new ArrayList<>();
    for (Future<R> future : futures) {
      try {
        results.add(future.get());
      } catch (ExecutionException e) {
        switch (e.getCause()) {
          case RuntimeException failure -> throw failure;
          case Error error -> throw error;
          case null, default -> throw new IllegalStateException(e.getCause());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
    }
    return results;
  }
}
