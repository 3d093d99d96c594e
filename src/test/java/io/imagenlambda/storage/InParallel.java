package io.imagenlambda.storage;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** Does the same thing in many threads at once, as the function does. */
interface InParallel<T> {
  T call(int n) throws Exception;

  static <T> List<T> times(int count, InParallel<T> task) throws Exception {
    try (var threads = Executors.newCachedThreadPool()) {
      List<Callable<T>> tasks =
          IntStream.range(0, count).<Callable<T>>mapToObj(n -> () -> task.call(n)).toList();
      return threads.invokeAll(tasks).stream().map(Future::resultNow).toList();
    }
  }
}
