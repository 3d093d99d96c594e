package io.imagenlambda.lab;

import io.imagenlambda.lab.runtime.LambdaFunction;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Searches the output of functions for keys and prompts, which they must not print. */
final class LeakCheck {
  /** The variables whose values are keys to something. */
  private static final List<String> SECRETS =
      List.of("TOKAIFY_API_KEY", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN");

  /** Shorter prompts are skipped, because they occur in other words by chance. */
  private static final int SHORTEST = 8;

  private LeakCheck() {}

  /**
   * Searches the output for keys, and for prompts where the function may not log them.
   *
   * @throws AssertionError with the first line that has a key or a prompt
   */
  static void run(
      Collection<LambdaFunction> functions, Set<String> keys, Set<String> simulatorsPrompts) {
    Set<String> allKeys = new HashSet<>(keys);
    Set<String> prompts = new HashSet<>(simulatorsPrompts);
    for (LambdaFunction function : functions) {
      SECRETS.stream()
          .flatMap(name -> function.variable(name).stream())
          .filter(secret -> !secret.isEmpty())
          .forEach(allKeys::add);
      prompts.addAll(function.prompts().all());
    }
    prompts.removeIf(prompt -> prompt.length() < SHORTEST);
    for (LambdaFunction function : functions) {
      check(function, allKeys);
      if (!function.variable("IMAGEN_LOG_PROMPTS").equals(Optional.of("true"))) {
        check(function, prompts);
      }
    }
  }

  private static void check(LambdaFunction function, Set<String> texts) {
    List<String> lines = function.output().lines();
    if (lines.isEmpty() && function.hasAnswered()) {
      throw new AssertionError(
          "%s has answered but printed nothing, so there was nothing to check"
              .formatted(function.program().name()));
    }
    List<String> leaks =
        lines.stream().filter(line -> texts.stream().anyMatch(line::contains)).toList();
    if (!leaks.isEmpty()) {
      throw new AssertionError(
          "%s printed a key or a prompt in %d lines, the first: %s"
              .formatted(function.program().name(), leaks.size(), leaks.getFirst()));
    }
  }
}
