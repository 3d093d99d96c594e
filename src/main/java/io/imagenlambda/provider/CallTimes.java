package io.imagenlambda.provider;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** How long the latest calls have taken that brought images: a guess for the next. */
@Singleton
final class CallTimes {
  private static final int MOST_CALLS = 8;

  /** Callers name models: there may be any number. */
  private static final int MOST_MODELS = 32;

  private final Map<String, Deque<Duration>> byModel =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Deque<Duration>> eldest) {
          return size() > MOST_MODELS;
        }
      };

  synchronized void took(String model, Duration time) {
    Deque<Duration> times = byModel.computeIfAbsent(model, any -> new ArrayDeque<>());
    if (times.size() == MOST_CALLS) {
      times.removeFirst();
    }
    times.addLast(time);
  }

  /** The longest of the model's last eight; empty until one was made here. */
  synchronized Optional<Duration> longest(String model) {
    return byModel.getOrDefault(model, new ArrayDeque<>()).stream().max(Duration::compareTo);
  }
}
