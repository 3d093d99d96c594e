package io.imagenlambda.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What senders were told. */
final class Answers {
  private final Map<String, List<Result>> results = new HashMap<>();
  private final Set<String> refused = new HashSet<>();
  private int replays;

  synchronized void told(String order, JsonNode result) {
    results.computeIfAbsent(order, _ -> new ArrayList<>()).add(Result.of(result));
    replays += result.path("replayed").asBoolean() ? 1 : 0;
  }

  /** Told that it is no request. */
  synchronized void refused(String order) {
    refused.add(order);
  }

  synchronized List<Result> results(String order) {
    return List.copyOf(results.getOrDefault(order, List.of()));
  }

  synchronized boolean isRefused(String order) {
    return refused.contains(order);
  }

  /** How many answers were the stored result of an earlier delivery. */
  synchronized int replays() {
    return replays;
  }
}
